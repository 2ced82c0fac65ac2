namespace ChainBridge.TestKit.Load.Verdicts;

/// <summary>Ends a run as soon as what was measured breaks a limit whatever the rest will be.</summary>
internal sealed class BeyondSaving(LoadPlan plan, ILoadWatcher? next) : ILoadWatcher
{
    private readonly Dictionary<string, StepMeasure> _sums = [];
    private readonly double? _expected = ScheduledArrivals.Of(plan.Shape)?.Most;

    /// <summary>Why a run is ended that has lost this limit.</summary>
    public static string Reason(LoadLimit limit) => $"'{limit}' cannot be kept any more";

    /// <inheritdoc/>
    public string? Sees(LoadWindow window)
    {
        foreach (var part in window.Steps)
        {
            if (!_sums.TryGetValue(part.Name, out var sum)) _sums[part.Name] = sum = new(part.Name);
            sum.Latency.Add(part.Latency);
            sum.Errors["all"] = sum.Errors.GetValueOrDefault("all") + part.Failed;
        }

        var told = next?.Sees(window);
        return plan.EndEarly ? plan.Limits.Select(Lost).FirstOrDefault(lost => lost is not null) ?? told : told;
    }

    private string? Lost(LoadLimit limit)
    {
        var name = limit.Step ?? (_sums.ContainsKey(StepMeasure.Iteration) ? StepMeasure.Iteration : _sums.Keys.FirstOrDefault());
        if (name is null || limit.Tolerance is not null || !_sums.TryGetValue(name, out var sum)) return null;
        var above = limit.IsTime ? sum.Latency.CountAbove(TimeSpan.FromMilliseconds(limit.Bound) * (1 + 1e-3)) : 0;
        var lost = limit.Metric switch
        {
            LoadMetric.Max => above > 0,
            LoadMetric.Percentile => _expected is { } expected && above > Allowed(expected * (100 - limit.Percent) / 100),
            LoadMetric.Errors when limit.Kind is null => _expected is { } expected && sum.Errors["all"] > Allowed(expected * limit.Bound),
            _ => false,
        };
        return lost ? Reason(limit) : null;
    }

    /// <summary>How many may be on the wrong side; the fraction is rounded as the digits of a binary number need it.</summary>
    private static double Allowed(double share) => Math.Floor(share + 1e-6);
}
