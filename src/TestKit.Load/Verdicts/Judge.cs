using ChainBridge.Statistics;

namespace ChainBridge.TestKit.Load.Verdicts;

/// <summary>Holds a measurement against the limits of its plan. The same rules for every engine.</summary>
internal static class Judge
{
    private static readonly LoadLimit NoErrors = new(null, LoadMetric.Errors, 0, null, 0);
    private static readonly LoadLimit NoneDropped = new(null, LoadMetric.Dropped, 0, null, 0);

    /// <summary>Judges it.</summary>
    /// <param name="relative">Judges a limit against a baseline; null where there is none.</param>
    /// <param name="known">What makes it no evidence, where its parts were looked at one by one; null to look at the whole.</param>
    public static LoadResult Of(
        LoadPlan plan, LoadMeasurement measured, Func<LoadLimit, LimitResult>? relative = null, IReadOnlyList<string>? known = null)
    {
        var doubts = known ?? [.. Doubts.Of(plan, measured)];
        var limits = Always(plan, measured, doubts).Concat(plan.Limits.Select(limit => limit.Tolerance is null
            ? Absolute(plan, measured, limit, doubts)
            : Relative(limit, relative, doubts)));
        // What held on evidence that is none did not hold for certain.
        return new(plan, measured, [.. limits.Select(limit => limit.Verdict == LoadVerdict.Pass && doubts.Count > 0
            ? limit with { Verdict = LoadVerdict.Inconclusive } : limit)], doubts);
    }

    /// <summary>What holds in a plan that names no limit of the kind.</summary>
    private static IEnumerable<LimitResult> Always(LoadPlan plan, LoadMeasurement measured, IReadOnlyList<string> doubts)
    {
        var spoken = plan.Limits.Where(limit => limit.Metric == LoadMetric.Errors).ToList();
        if (spoken.Count == 0) yield return Absolute(plan, measured, NoErrors, doubts);
        else if (!spoken.Exists(limit => limit is { Step: null, Kind: null })) yield return Unspoken(plan, measured, doubts);
        if (plan.Shape is not UserCounts && !plan.Limits.Any(limit => limit.Metric == LoadMetric.Dropped))
            yield return Absolute(plan, measured, NoneDropped, doubts);
    }

    /// <summary>Errors that the plan's limits on kinds and steps leave out.</summary>
    private static LimitResult Unspoken(LoadPlan plan, LoadMeasurement measured, IReadOnlyList<string> doubts)
    {
        var rest = UnspokenErrors.Of(plan, measured);
        var (failed, all) = (rest.Values.Sum(), (measured.Whole?.Count ?? 0) + measured.Unfinished);
        var actual = NoErrors.Show(Math.Min(1, Share(failed, all)));
        if (failed == 0) return new(NoErrors, LoadVerdict.Pass, actual, "");
        var isWrong = rest.Keys.Any(kind => kind.StartsWith(FailureKind.Prefix, StringComparison.Ordinal));
        return new(NoErrors, isWrong || doubts.Count == 0 ? LoadVerdict.Fail : LoadVerdict.Inconclusive, actual,
            $"{NoErrors}: was {actual} of which no limit speaks ({failed} of {all}: {Kinds(rest)})");
    }

    private static LimitResult Relative(LoadLimit limit, Func<LoadLimit, LimitResult>? relative, IReadOnlyList<string> doubts)
    {
        if (relative is null)
            return new(limit, LoadVerdict.Inconclusive, "no baseline", $"{limit}: there is no baseline to compare with")
            {
                IsCompared = false,
            };
        var result = relative(limit);
        // A load that was not made as it was asked for is compared with nothing.
        return result.Verdict == LoadVerdict.Fail && doubts.Count > 0 ? result with { Verdict = LoadVerdict.Inconclusive } : result;
    }

    /// <summary>The arrivals that were not begun, or the failures, that a limit is about.</summary>
    public static Part PartOf(LoadMeasurement measured, LoadLimit limit) =>
        limit.Metric == LoadMetric.Dropped ? new(measured.Dropped, measured.Due) : Failures(measured, limit);

    private static Part Failures(LoadMeasurement measured, LoadLimit limit)
    {
        if (Row(measured, limit) is not { } step) return default;
        var unfinished = Unfinished(measured, limit);
        return new((limit.Kind is null ? step.Failed.Count : step.Errors.GetValueOrDefault(limit.Kind)) + unfinished,
            step.Count + unfinished);
    }

    private static StepMeasure? Row(LoadMeasurement measured, LoadLimit limit) =>
        limit.Step is null ? measured.Whole : measured.Steps.Find(step => step.Name == limit.Step);

    private static LimitResult Absolute(LoadPlan plan, LoadMeasurement measured, LoadLimit limit, IReadOnlyList<string> doubts)
    {
        var step = Row(measured, limit);
        var (unsure, unfinished) = (doubts.Count > 0, Unfinished(measured, limit));
        // Nothing measured is no success of anything; a setup that failed says so itself.
        if (step is null || step.Count == 0)
            return new(limit, unsure ? LoadVerdict.Inconclusive : LoadVerdict.Fail, "nothing",
                $"{limit}: nothing was measured{(limit.Step is null ? "" : $" of '{limit.Step}'")}");
        if (limit.IsTime && step.Latency.Count == 0)
            return new(limit, unsure ? LoadVerdict.Inconclusive : LoadVerdict.Fail, "no success",
                $"{limit}: none of {step.Count} succeeded: {Kinds(step.Errors)}");
        var value = Value(measured, step, limit, serviceOnly: false);
        var actual = limit.Show(value);
        if (!IsBroken(limit, value)) return Held(limit, step, actual);
        var reason = $"{limit}: was {actual}{Detail(step, limit, unfinished)}";
        // What the target itself answered wrong is a fact, whatever the generator did.
        if (limit.Metric == LoadMetric.Errors && AnsweredWrong(step, limit)) return new(limit, LoadVerdict.Fail, actual, reason);
        if (unsure) return new(limit, LoadVerdict.Inconclusive, actual, reason);
        if (limit.IsTime && !IsBroken(limit, Value(measured, step, limit, serviceOnly: true)))
            return new(limit, LoadVerdict.Inconclusive, actual, $"{reason}, of which the generator's own delay is the part that breaks it");
        if ((limit.IsTime || limit.IsFloor) && Noise.Of(plan, measured) is { } noise)
            return new(limit, LoadVerdict.Inconclusive, actual, $"{reason}, but {noise}");
        return new(limit, LoadVerdict.Fail, actual, reason);
    }

    /// <summary>It held, if there is one sample at least of those that may be longer.</summary>
    private static LimitResult Held(LoadLimit limit, StepMeasure step, string actual)
    {
        if (limit.Metric != LoadMetric.Percentile || step.Latency.Count >= limit.FewestSamples)
            return new(limit, LoadVerdict.Pass, actual, "");
        return new(limit, LoadVerdict.Inconclusive, actual, $"{limit}: was {actual}, but there are not enough samples for "
            + $"{limit.MetricText}: {step.Latency.Count} of {limit.FewestSamples}");
    }

    private static double Value(LoadMeasurement measured, StepMeasure step, LoadLimit limit, bool serviceOnly)
    {
        var times = serviceOnly ? step.Service : step.Latency;
        return limit.Metric switch
        {
            LoadMetric.Percentile => times.Percentile(limit.Percent).TotalMilliseconds,
            LoadMetric.Mean => times.Mean.TotalMilliseconds,
            LoadMetric.Max => times.Max.TotalMilliseconds,
            _ when limit.IsShare => PartOf(measured, limit).Share,
            LoadMetric.Throughput => measured.Throughput(step),
            _ => measured.Elapsed <= TimeSpan.Zero ? 0 : step.BytesReceived / measured.Elapsed.TotalSeconds,
        };
    }

    /// <summary>What was never answered belongs to no step: it counts in the whole scenario, and under a kind of its own.</summary>
    private static long Unfinished(LoadMeasurement measured, LoadLimit limit) =>
        limit.Metric == LoadMetric.Errors && limit.Step is null or StepMeasure.Iteration && limit.Kind is null or FailureKind.Unfinished
            ? measured.Unfinished : 0;

    private static bool IsBroken(LoadLimit limit, double value) => limit.IsFloor ? value < limit.Bound : value > limit.Bound;

    private static bool AnsweredWrong(StepMeasure step, LoadLimit limit)
    {
        var answered = step.Errors.Where(error => error.Key.StartsWith(FailureKind.Prefix, StringComparison.Ordinal)
            && (limit.Kind is null || error.Key == limit.Kind)).Sum(error => error.Value);
        return Share(answered, step.Count) > limit.Bound;
    }

    private static string Detail(StepMeasure step, LoadLimit limit, long unfinished) => limit.Metric switch
    {
        LoadMetric.Errors => $" ({step.Failed.Count + unfinished} of {step.Count + unfinished}: "
            + $"{Kinds(unfinished == 0 ? step.Errors : step.Errors.Append(new(FailureKind.Unfinished, unfinished)))})",
        LoadMetric.Percentile or LoadMetric.Mean or LoadMetric.Max =>
            $" ({step.Latency.Count} {(step.Latency.Count == 1 ? "sample" : "samples")})",
        LoadMetric.Dropped => " of the arrivals: so many were under way that no more were begun",
        _ => "",
    };

    private static string Kinds(IEnumerable<KeyValuePair<string, long>> errors) => string.Join(", ",
        errors.OrderByDescending(error => error.Value).Take(4).Select(error => $"{error.Value}× {error.Key}"));

    private static double Share(long part, long whole) => whole == 0 ? 0 : (double)part / whole;
}
