namespace ChainBridge.TestKit.Load;

/// <summary>
/// A figure per window of a run. A percentile of a few samples is the longest of them, and depends on how few there were: neighbours are
/// put together until they hold enough.
/// </summary>
internal static class PooledWindows
{
    /// <summary>So many samples beyond a percentile make it depend little on their number.</summary>
    private const int Beyond = 5;

    private const int OfOthers = 10;

    /// <summary>A rate of a shorter time is of a few events.</summary>
    private static readonly TimeSpan ShortestOfRate = TimeSpan.FromMilliseconds(200);

    /// <summary>What one figure is of.</summary>
    public static string Name(LoadLimit limit) => limit.IsTime ? $"windows of {Needed(limit)} samples" : "windows";

    /// <summary>
    /// The figures in the order of time; what is left over at the end goes with the last. A throughput is negative: more is worse, as of
    /// times.
    /// </summary>
    public static List<double> Of(LoadMeasurement measured, LoadLimit limit)
    {
        var name = limit.Step ?? measured.Whole?.Name;
        return limit.IsTime ? Times(measured, name, limit)
            : [.. measured.Windows.Where(window => window.For >= ShortestOfRate).SelectMany(window => window.Steps
                .Where(step => step.Name == name).Select(step => Amount(step, limit) / window.For.TotalSeconds))];
    }

    private static List<double> Times(LoadMeasurement measured, string? name, LoadLimit limit)
    {
        var (pools, open) = (new List<Latencies>(), new Latencies());
        foreach (var step in measured.Windows.SelectMany(window => window.Steps).Where(step => step.Name == name))
        {
            open.Add(step.Latency);
            if (open.Count < Needed(limit)) continue;
            pools.Add(open);
            open = new();
        }

        if (pools.Count > 0) pools[^1].Add(open);
        return pools.ConvertAll(pool => limit.Metric switch
        {
            LoadMetric.Mean => pool.Mean.TotalMilliseconds,
            LoadMetric.Max => pool.Max.TotalMilliseconds,
            _ => pool.Percentile(limit.Percent).TotalMilliseconds,
        });
    }

    private static double Amount(StepWindow step, LoadLimit limit) =>
        limit.Metric == LoadMetric.Bytes ? step.BytesReceived : -step.Latency.Count;

    /// <summary>How many samples one figure is of, at least.</summary>
    private static long Needed(LoadLimit limit) => limit.Metric == LoadMetric.Percentile ? Beyond * limit.FewestSamples : OfOthers;
}
