namespace ChainBridge.TestKit.Load.Verdicts;

/// <summary>Ends a run as soon as what was measured breaks a limit whatever the rest will be.</summary>
internal sealed class BeyondSaving(LoadPlan plan, ILoadWatcher? next) : ILoadWatcher
{
    private readonly Dictionary<string, StepMeasure> _sums = [];
    private readonly Dictionary<string, long> _failed = [];
    private readonly double? _expected = ScheduledArrivals.Of(plan.Shape)?.Most;
    private long _dropped;

    /// <summary>Why a run is ended that has lost this limit.</summary>
    public static string Reason(LoadLimit limit) => $"'{limit}' cannot be kept any more";

    /// <inheritdoc/>
    public string? Sees(LoadWindow window)
    {
        _dropped += window.Dropped;
        foreach (var part in window.Steps)
        {
            if (!_sums.TryGetValue(part.Name, out var sum)) _sums[part.Name] = sum = new(part.Name);
            sum.Latency.Add(part.Latency);
            foreach (var (kind, count) in part.Errors) sum.Errors[kind] = sum.Errors.GetValueOrDefault(kind) + count;
            _failed[part.Name] = _failed.GetValueOrDefault(part.Name) + part.Failed;
        }

        var told = next?.Sees(window);
        return plan.EndEarly ? plan.Limits.Select(Lost).FirstOrDefault(lost => lost is not null) ?? told : told;
    }

    private string? Lost(LoadLimit limit)
    {
        if (limit.Tolerance is not null) return null;
        var isLost = limit.Metric == LoadMetric.Dropped ? _dropped > Most(limit.Bound) : IsLost(limit, limit.Step ?? Whole());
        return isLost ? Reason(limit) : null;
    }

    private bool IsLost(LoadLimit limit, string? step)
    {
        if (step is null || !_sums.TryGetValue(step, out var sum)) return false;
        var above = limit.IsTime ? sum.Latency.CountAbove(TimeSpan.FromMilliseconds(limit.Bound) * (1 + 1e-3)) : 0;
        return limit.Metric switch
        {
            LoadMetric.Max => above > 0,
            // A percentile is the sample whose rank is rounded to the nearest: half a sample more may be longer.
            LoadMetric.Percentile => ComesOnce(step) && above > Most((100 - limit.Percent) / 100, 0.5),
            LoadMetric.Errors => ComesOnce(step)
                && (limit.Kind is null ? _failed[step] : sum.Errors.GetValueOrDefault(limit.Kind)) > Most(limit.Bound),
            _ => false,
        };
    }

    private string? Whole() => _sums.ContainsKey(StepMeasure.Iteration) ? StepMeasure.Iteration
        : _sums.Count == 1 ? _sums.Keys.Single() : null;

    /// <summary>
    /// Whether there is one sample at most for each arrival. Code may do a step as often as it likes, and how many samples it will have
    /// cannot be known.
    /// </summary>
    private bool ComesOnce(string step) => step == StepMeasure.Iteration || plan.Scenario is HttpScenario;

    /// <summary>
    /// How many of all may be on the wrong side; as many as there are where their number is not known. The fraction is rounded as the
    /// digits of a binary number need it.
    /// </summary>
    private double Most(double share, double more = 0) =>
        _expected is { } expected ? Math.Floor((expected * share) + more + 1e-6) : double.PositiveInfinity;
}
