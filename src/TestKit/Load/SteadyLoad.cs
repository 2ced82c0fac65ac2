namespace ChainBridge.TestKit;

/// <summary>What came of one request: how long from the moment it was due, and whether it was right.</summary>
public readonly record struct Sample(TimeSpan Latency, bool Failed);

/// <summary>
/// An open model: a request leaves whenever one is due, whether or not earlier ones were answered, and its latency
/// counts from when it was due. A service that stalls shows as slow requests, not as fewer of them.
/// </summary>
/// <param name="requestsPerSecond">The arrival rate.</param>
public sealed class SteadyLoad(int requestsPerSecond, TimeProvider time)
{
    /// <summary>Sends for this long, then waits for the requests under way; every one is in the answer.</summary>
    /// <param name="send">Sends one request; true when the answer was right. An exception counts as wrong.</param>
    public async Task<IReadOnlyList<Sample>> RunAsync(
        TimeSpan duration, Func<int, CancellationToken, Task<bool>> send, CancellationToken cancellationToken)
    {
        var total = (int)(duration.TotalSeconds * requestsPerSecond);
        var began = time.GetTimestamp();
        var requests = new List<Task<Sample>>(total);
        for (var number = 0; number < total; number++)
        {
            var due = TimeSpan.FromSeconds((double)number / requestsPerSecond);
            if (due - time.GetElapsedTime(began) is { Ticks: > 0 } early) await Task.Delay(early, time, cancellationToken);
            requests.Add(OneAsync(number, due));
        }

        return await Task.WhenAll(requests);

        async Task<Sample> OneAsync(int number, TimeSpan due)
        {
            bool right;
            try
            {
                right = await send(number, cancellationToken);
            }
            catch (Exception wrong)
                when (wrong is HttpRequestException or TaskCanceledException && !cancellationToken.IsCancellationRequested)
            {
                right = false;
            }

            return new(time.GetElapsedTime(began) - due, !right);
        }
    }
}
