using System.Net.Http.Headers;

namespace ChainBridge.Engine.Notifications;

/// <summary>Sends a request again when the network fails, the server is busy (429) or fails (5xx).</summary>
/// <param name="readsAnswer">Whether an answer counts only once its body is read; one that is not needed cannot fail a delivery.</param>
/// <param name="stop">Ends everything under way: not every client hands its own token through.</param>
internal sealed class RetryingHandler(Tries tries, TimeProvider time, bool readsAnswer, CancellationToken stop)
    : DelegatingHandler(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false })
{
    /// <summary>What is read of an answer; ours are a few hundred bytes.</summary>
    private const int LargestAnswer = 1_000_000;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, cancellationToken);
        return await tries.RunAsync(once => OnceAsync(request, once), either.Token);
    }

    private async Task<HttpResponseMessage> OnceAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        HttpResponseMessage? response = null;
        try
        {
            response = await base.SendAsync(request, cancellationToken);
            if ((int)response.StatusCode is 429 or >= 500)
                throw new DeliveryException($"the answer was {(int)response.StatusCode}", again: true, Pause(response.Headers.RetryAfter));
            if (readsAnswer) await response.Content.LoadIntoBufferAsync(LargestAnswer, cancellationToken);
            return response;
        }
        catch (Exception failure)
        {
            response?.Dispose();
            if (failure is HttpRequestException or IOException) throw new DeliveryException(Reason(failure), again: true, inner: failure);
            throw;
        }
    }

    /// <summary>The innermost one names what the socket or TLS met; the address is in none of them.</summary>
    private static string Reason(Exception failure) => failure.InnerException is { } inner ? Reason(inner) : failure.Message;

    private TimeSpan? Pause(RetryConditionHeaderValue? asked) => asked?.Delta ?? asked?.Date - time.GetUtcNow();
}
