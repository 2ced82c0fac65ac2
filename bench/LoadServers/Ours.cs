using ChainBridge.TestKit.Load;

namespace ChainBridge.Bench.LoadServers;

/// <summary>Runs of our own engine.</summary>
internal static class Ours
{
    /// <summary>What a run of ours says, from when each arrival was due and from when it was begun, and how far to believe it.</summary>
    /// <param name="Late">Arrivals begun more than 1 ms late, in percent.</param>
    /// <param name="Others">What other processes had of the machine, 0 to 1; null where that is not known.</param>
    public sealed record Run(Figures Latency, Figures Service, double Late, LoadVerdict Verdict, string Reason, double? Others);

    public static LoadPlan Plan(Door door, LoadShape shape) => Plan(HttpScenario.Get("/"), shape) with
    {
        Target = door.Address,
        // With TLS as many as the others have: a handshake for each request that waits would be what is measured.
        Http = door.Speech switch
        {
            Speech.Http2 => new("2", AcceptAnyCertificate: true),
            Speech.Tls => new(Connections: Math.Max(Generators.Connections, (shape as UserCounts)?.Peak ?? 0),
                AcceptAnyCertificate: true),
            _ => new(),
        },
    };

    public static LoadPlan Plan(ScenarioSource scenario, LoadShape shape, params (string Name, string Value)[] settings) =>
        new("bench", scenario, shape)
        {
            WarmUp = Length.WarmUp, LateAfter = TimeSpan.FromMilliseconds(1), EndEarly = false,
            Settings = settings.ToDictionary(one => one.Name, one => one.Value),
        };

    public static async Task<Run> MeasureAsync(LoadPlan plan, CancellationToken cancellationToken)
    {
        var result = await new LoadTest(LoadEngine.Process(TimeProvider.System)).RunAsync(plan, cancellationToken);
        var measured = result.Measurement;
        if (measured.Whole is not { Latency.Count: > 0 } whole)
            throw new InvalidOperationException($"not one request of ours succeeded: {result.Reason}");
        Figures Of(Latencies times) => new(Milliseconds(times, 50), Milliseconds(times, 95), Milliseconds(times, 99),
            measured.Throughput(whole), whole.Failed.Count + measured.Unfinished);
        return new(Of(whole.Latency), Of(whole.Service), 100.0 * measured.Late / Math.Max(1, measured.Due), result.Verdict, result.Reason,
            measured.Generators[0].Machine?.Others);
    }

    private static double Milliseconds(Latencies times, double percent) => times.Percentile(percent).TotalMilliseconds;
}
