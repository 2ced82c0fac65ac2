using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;

namespace ChainBridge.Traffic;

/// <summary>What was sent through the public door and what came of it.</summary>
/// <param name="Versions">Version that answered → how many answers.</param>
/// <param name="Failures">The first ten, in words.</param>
internal sealed record TrafficReport(int Sent, int Failed, IReadOnlyDictionary<string, int> Versions, IReadOnlyList<string> Failures);

/// <summary>
/// An open model: a request leaves on every tick, whether or not earlier ones were answered, so that a door that
/// stalls is seen as failures and not as fewer requests.
/// </summary>
internal sealed class Sender(Uri door, int requestsPerSecond, TimeProvider time)
{
    /// <summary>As long as a person waits: an answer that a busy machine gives late is not lost by a change of releases.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<string, int> _versions = new();
    private readonly ConcurrentQueue<string> _failures = new();
    private int _sent;

    public async Task<TrafficReport> RunAsync(CancellationToken stop)
    {
        using var client = new HttpClient { BaseAddress = door, Timeout = Patience };
        using var tick = new PeriodicTimer(TimeSpan.FromSeconds(1.0 / requestsPerSecond), time);
        var inFlight = new List<Task>();
        try
        {
            while (await tick.WaitForNextTickAsync(stop))
            {
                inFlight.Add(SendAsync(client, _sent++));
                inFlight.RemoveAll(request => request.IsCompleted);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Told to stop: what is in flight still counts.
        }

        await Task.WhenAll(inFlight);
        return new TrafficReport(_sent, _failures.Count, _versions, [.. _failures.Take(10)]);
    }

    private async Task SendAsync(HttpClient client, int number)
    {
        using var request = number % 2 == 0
            ? new HttpRequestMessage(HttpMethod.Get, "api/v1/status")
            : new HttpRequestMessage(HttpMethod.Post, "iq/score/shipment")
            {
                Content = JsonContent.Create(new
                {
                    shipment_id = $"T-{number}",
                    driver_id = "D-7",
                    origin = "Rotterdam",
                    destination = "Warsaw",
                    planned_delivery_date = "2030-01-01"
                }),
            };
        try
        {
            using var answer = await client.SendAsync(request);
            if (answer.StatusCode != HttpStatusCode.OK)
                _failures.Enqueue(
                    $"{time.GetUtcNow():HH:mm:ss.fff} {request.Method} /{request.RequestUri} answered {(int)answer.StatusCode}");
            var version = answer.Headers.TryGetValues("X-ChainBridge-Version", out var values) ? values.First() : "(none)";
            _versions.AddOrUpdate(version, 1, (_, count) => count + 1);
        }
        catch (Exception failure) when (failure is HttpRequestException or TaskCanceledException)
        {
            _failures.Enqueue($"{time.GetUtcNow():HH:mm:ss.fff} {request.Method} /{request.RequestUri}: {failure.Message}");
        }
    }
}
