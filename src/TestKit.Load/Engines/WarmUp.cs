namespace ChainBridge.TestKit.Load.Engines;

/// <summary>The load before the one that is measured: what that begins with, at an even pace.</summary>
internal static class WarmUp
{
    /// <summary>A burst is over in no time, and is no rate: its arrivals are spread over this at least.</summary>
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);

    public static LoadShape Of(LoadPlan plan) => plan.Shape switch
    {
        UserCounts users => UserCounts.Constant(Math.Max(1, users.Segments[0].From), plan.WarmUp),
        ArrivalRates rates => At(plan, Math.Max(rates.Segments[0].From, rates.Segments[0].To / 2)),
        RecordedArrivals recorded => At(plan,
            recorded.At.Count / (recorded.Duration > Shortest ? recorded.Duration : Shortest).TotalSeconds),
        var other => throw new LoadPlanException($"a load of the kind {other.GetType().Name} is not known to this engine"),
    };

    private static ArrivalRates At(LoadPlan plan, double rate) => ArrivalRates.Constant(Math.Max(1, rate), plan.WarmUp);
}
