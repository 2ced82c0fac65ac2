using System.Net;
using System.Net.Http.Json;
using ChainBridge.Samples.ServiceDefaults;

namespace ChainBridge.Samples.ChainPay;

/// <summary>Asks ChainIQ. Asked before anything is written, so that no answer means nothing half-written.</summary>
public sealed class RiskClient(HttpClient client)
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(5);

    /// <summary>The score of a shipment.</summary>
    /// <exception cref="RequestProblemException">
    /// 503 with a time to come back: ChainIQ is away. 422: it does not accept the shipment.
    /// </exception>
    public async Task<Score> ScoreAsync(Shipment shipment, CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await client.PostAsJsonAsync("score/shipment", shipment, WireFormat.Options, cancellationToken);
            if (answer.StatusCode == HttpStatusCode.UnprocessableEntity)
                throw new RequestProblemException(StatusCodes.Status422UnprocessableEntity,
                    $"ChainIQ does not accept the shipment: {await answer.Content.ReadAsStringAsync(cancellationToken)}");
            answer.EnsureSuccessStatusCode();
            return (await answer.Content.ReadFromJsonAsync<Score>(WireFormat.Options, cancellationToken))!;
        }
        catch (Exception away)
            when (away is HttpRequestException or TaskCanceledException or IOException && !cancellationToken.IsCancellationRequested)
        {
            throw new RequestProblemException(StatusCodes.Status503ServiceUnavailable, "ChainIQ does not answer; nothing was written",
                RetryAfter, away);
        }
    }
}
