namespace ChainBridge.Bench.LoadServers;

/// <summary>What one generator said of one run; times in milliseconds.</summary>
/// <param name="P95">Null of a generator that does not report it; so is <paramref name="P99"/>.</param>
/// <param name="PerSecond">What was really made.</param>
internal sealed record Figures(double P50, double? P95, double? P99, double PerSecond, long Failed)
{
    /// <summary>The medians of several runs; failures are added up.</summary>
    public static Figures Median(IReadOnlyList<Figures> runs) => new(Of(runs, one => one.P50),
        OrNull(runs, one => one.P95), OrNull(runs, one => one.P99), Of(runs, one => one.PerSecond), runs.Sum(one => one.Failed));

    /// <summary>Of times in any order, in milliseconds.</summary>
    public static Figures OfTimes(List<double> times, TimeSpan took, long failed)
    {
        if (times.Count == 0) throw new InvalidOperationException("a generator has logged not one request that succeeded");
        times.Sort();
        double At(double percent) => times[Math.Clamp((int)Math.Ceiling(times.Count * percent / 100) - 1, 0, times.Count - 1)];
        return new(At(50), At(95), At(99), times.Count / took.TotalSeconds, failed);
    }

    private static double? OrNull(IReadOnlyList<Figures> runs, Func<Figures, double?> figure) =>
        runs.All(one => figure(one) is not null) ? Of(runs, one => figure(one)!.Value) : null;

    private static double Of(IEnumerable<Figures> runs, Func<Figures, double> figure) => Sampler.Median([.. runs.Select(figure)]);
}
