using System.Text.Json;

namespace ChainBridge.Bench.Release;

/// <summary>What came of the requests of one sender.</summary>
/// <param name="Failures">The first ten, in words.</param>
/// <param name="Quick">The requests that are answered at once.</param>
internal sealed record TrafficReport(int Sent, int Failed, IReadOnlyList<string> Failures, IReadOnlyList<QuickAnswer> Quick);

/// <summary>When a request was due, and how long its answer took from then.</summary>
internal sealed record QuickAnswer(DateTimeOffset Due, double Milliseconds);

/// <summary>
/// Sends 200 requests a second whose answers take 0 to 5 s, and 100 that are answered at once, on connections that it keeps; each when it
/// is due, whether or not others were answered. Ends with its standard input, and then waits for what is in flight.
/// </summary>
internal static class TrafficChild
{
    public const string Name = "release-traffic";
    public const int Slow = 200, Quick = 100, LongestMilliseconds = 5000;

    /// <summary>Written once the first answer is there.</summary>
    public const string Begun = "traffic begun";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public static async Task<int> RunAsync(Uri door, string report, CancellationToken cancellationToken)
    {
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = door, Timeout = Patience };
        await client.GetStringAsync("wait/0", cancellationToken);
        Console.WriteLine(Begun);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var (random, sent) = (new Random(1), new Sent(client));
        var slow = SendAsync(Slow, sent, () => random.Next(LongestMilliseconds + 1), stop.Token);
        var quick = SendAsync(Quick, sent, () => 0, stop.Token);
        using (var input = new StreamReader(Console.OpenStandardInput())) await input.ReadToEndAsync(cancellationToken);
        await stop.CancelAsync();
        await Task.WhenAll([.. await slow, .. await quick]);
        await File.WriteAllTextAsync(report, JsonSerializer.Serialize(sent.Report()), cancellationToken);
        return 0;
    }

    private static async Task<IReadOnlyList<Task>> SendAsync(int rate, Sent sent, Func<int> milliseconds, CancellationToken stop)
    {
        var (time, inFlight) = (TimeProvider.System, new List<Task>());
        var (began, first) = (time.GetTimestamp(), time.GetUtcNow());
        for (var number = 0; ; number++)
        {
            var due = TimeSpan.FromSeconds((double)number / rate);
            try
            {
                if (due - time.GetElapsedTime(began) is { Ticks: > 0 } pause) await Task.Delay(pause, time, stop);
            }
            catch (OperationCanceledException)
            {
                return inFlight;
            }

            if (stop.IsCancellationRequested) return inFlight;
            if (number % rate == 0) inFlight.RemoveAll(task => task.IsCompleted);
            inFlight.Add(sent.AskAsync(first + due, milliseconds()));
        }
    }

    private sealed class Sent(HttpClient client)
    {
        private readonly Lock _gate = new();
        private readonly List<QuickAnswer> _quick = [];
        private readonly List<string> _failures = [];
        private int _sent;

        public TrafficReport Report() => new(_sent, _failures.Count, [.. _failures.Take(10)], _quick);

        public async Task AskAsync(DateTimeOffset due, int milliseconds)
        {
            var failure = await FailureAsync($"wait/{milliseconds}");
            var now = TimeProvider.System.GetUtcNow();
            lock (_gate)
            {
                _sent++;
                if (failure is not null) _failures.Add($"{due:HH:mm:ss.fff} /wait/{milliseconds}: {failure}");
                else if (milliseconds == 0) _quick.Add(new(due, (now - due).TotalMilliseconds));
            }
        }

        private async Task<string?> FailureAsync(string path)
        {
            try
            {
                using var answer = await client.GetAsync(path);
                var text = await answer.Content.ReadAsStringAsync();
                return answer.IsSuccessStatusCode && text.StartsWith("fine", StringComparison.Ordinal)
                    ? null
                    : $"{(int)answer.StatusCode} {text}";
            }
            catch (Exception failure) when (failure is HttpRequestException or TaskCanceledException)
            {
                return failure.Message;
            }
        }
    }
}
