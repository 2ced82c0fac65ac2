namespace ChainBridge.TestKit.Load.Shapes;

/// <summary>How many arrivals a schedule holds.</summary>
internal static class ScheduledArrivals
{
    /// <summary>To count more takes longer than it is worth: their number is near what is expected.</summary>
    private const double MostCounted = 1_000_000;

    /// <summary>What is this many deviations away from what is expected does not come.</summary>
    private const double Deviations = 6;

    /// <summary>At least and at most so many; null of a closed model, which has no schedule.</summary>
    public static (double Least, double Most)? Of(LoadShape shape) => shape switch
    {
        RecordedArrivals recorded => (recorded.At.Count, recorded.At.Count),
        ArrivalRates { Spacing: Spacing.Even, Expected: var even } => (even, Math.Ceiling(even)),
        ArrivalRates { Expected: <= MostCounted } rates when Count(rates) is var count => (count, count),
        ArrivalRates { Expected: var mean } => (mean - (Deviations * Math.Sqrt(mean)), mean + (Deviations * Math.Sqrt(mean))),
        _ => null,
    };

    private static long Count(LoadShape shape)
    {
        var cursor = new ArrivalCursor(shape, 0, 1);
        var count = 0L;
        while (cursor.TryNext(out _)) count++;
        return count;
    }
}
