using System.Net.Http.Headers;

namespace ChainBridge.Engine.Notifications;

/// <summary>Sends a JSON body to an address that is never shown.</summary>
internal sealed class JsonPost(Tries tries, TimeProvider time)
{
    /// <param name="method">Null for POST.</param>
    public async Task SendAsync(Uri address, byte[] body, IEnumerable<(string Name, string Value)> headers,
        CancellationToken cancellationToken, HttpMethod? method = null)
    {
        using var client = new HttpClient(new RetryingHandler(tries, time, readsAnswer: false, cancellationToken))
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
        using var request = new HttpRequestMessage(method ?? HttpMethod.Post, address) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json", "utf-8");
        request.Headers.UserAgent.Add(new("deployrunner", null));
        foreach (var (name, value) in headers) request.Headers.Add(name, value);
        using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        if (!response.IsSuccessStatusCode) throw new DeliveryException($"the answer was {(int)response.StatusCode}");
    }
}
