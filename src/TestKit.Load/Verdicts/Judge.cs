namespace ChainBridge.TestKit.Load.Verdicts;

/// <summary>Holds a measurement against the limits of its plan. The same rules for every engine.</summary>
internal static class Judge
{
    /// <summary>Judges it.</summary>
    /// <param name="relative">Judges a limit against a baseline; null where there is none.</param>
    public static LoadResult Of(LoadPlan plan, LoadMeasurement measured, Func<LoadLimit, LimitResult>? relative = null)
    {
        var doubts = Doubts.Of(plan, measured).ToList();
        var limits = Always(plan).Concat(plan.Limits).Select(limit => limit.Tolerance is null
            ? Absolute(plan, measured, limit, doubts)
            : relative?.Invoke(limit)
                ?? new(limit, LoadVerdict.Inconclusive, "no baseline", $"{limit}: there is no baseline to compare with")).ToList();
        return new(plan, measured, limits, doubts);
    }

    /// <summary>What holds in a plan that names no limit of the kind.</summary>
    private static IEnumerable<LoadLimit> Always(LoadPlan plan)
    {
        if (!plan.Limits.Any(limit => limit.Metric == LoadMetric.Errors)) yield return new(null, LoadMetric.Errors, 0, null, 0);
        if (plan.Shape is not UserCounts && !plan.Limits.Any(limit => limit.Metric == LoadMetric.Dropped))
            yield return new(null, LoadMetric.Dropped, 0, null, 0);
    }

    private static LimitResult Absolute(LoadPlan plan, LoadMeasurement measured, LoadLimit limit, List<string> doubts)
    {
        var step = limit.Step is null ? measured.Whole : measured.Steps.Find(step => step.Name == limit.Step);
        // Nothing measured is no success of anything; a setup that failed says so itself.
        if (step is null || step.Count == 0)
            return new(limit, measured.Broken is null ? LoadVerdict.Fail : LoadVerdict.Inconclusive, "nothing",
                $"{limit}: nothing was measured{(limit.Step is null ? "" : $" of '{limit.Step}'")}");
        if (limit.IsTime && step.Latency.Count == 0)
            return new(limit, doubts.Count > 0 ? LoadVerdict.Inconclusive : LoadVerdict.Fail, "no success",
                $"{limit}: none of {step.Count} succeeded: {Kinds(step)}");
        var value = Value(measured, step, limit, serviceOnly: false);
        var actual = limit.Show(value);
        if (!IsBroken(limit, value)) return new(limit, LoadVerdict.Pass, actual, "");
        var reason = $"{limit}: was {actual}{Detail(step, limit)}";
        // What the target itself answered wrong is a fact, whatever the generator did.
        if (limit.Metric == LoadMetric.Errors && AnsweredWrong(step, limit)) return new(limit, LoadVerdict.Fail, actual, reason);
        if (doubts.Count > 0) return new(limit, LoadVerdict.Inconclusive, actual, reason);
        if (limit.IsTime && !IsBroken(limit, Value(measured, step, limit, serviceOnly: true)))
            return new(limit, LoadVerdict.Inconclusive, actual, $"{reason}, of which the generator's own delay is the part that breaks it");
        if (limit.IsTime && Doubts.Noise(plan, measured) is { } noise) return new(limit, LoadVerdict.Inconclusive, actual,
            $"{reason}, but {noise}");
        return new(limit, LoadVerdict.Fail, actual, reason);
    }

    private static double Value(LoadMeasurement measured, StepMeasure step, LoadLimit limit, bool serviceOnly)
    {
        var times = serviceOnly ? step.Service : step.Latency;
        return limit.Metric switch
        {
            LoadMetric.Percentile => times.Percentile(limit.Percent).TotalMilliseconds,
            LoadMetric.Mean => times.Mean.TotalMilliseconds,
            LoadMetric.Max => times.Max.TotalMilliseconds,
            LoadMetric.Errors => limit.Kind is null
                ? Share(step.Failed.Count + (limit.Step is null ? measured.Unfinished : 0), step.Count
                    + (limit.Step is null ? measured.Unfinished : 0))
                : Share(step.Errors.GetValueOrDefault(limit.Kind), step.Count),
            LoadMetric.Throughput => measured.Throughput(step),
            LoadMetric.Bytes => measured.Elapsed <= TimeSpan.Zero ? 0 : step.BytesReceived / measured.Elapsed.TotalSeconds,
            _ => Share(measured.Dropped, measured.Due),
        };
    }

    private static bool IsBroken(LoadLimit limit, double value) => limit.IsFloor ? value < limit.Bound : value > limit.Bound;

    private static bool AnsweredWrong(StepMeasure step, LoadLimit limit)
    {
        var answered = step.Errors.Where(error => error.Key.StartsWith(FailureKind.Prefix, StringComparison.Ordinal)
            && (limit.Kind is null || error.Key == limit.Kind)).Sum(error => error.Value);
        return Share(answered, step.Count) > limit.Bound;
    }

    private static string Detail(StepMeasure step, LoadLimit limit) => limit.Metric switch
    {
        LoadMetric.Errors => $" ({step.Failed.Count} of {step.Count}: {Kinds(step)})",
        LoadMetric.Percentile or LoadMetric.Mean or LoadMetric.Max =>
            $" ({step.Latency.Count} {(step.Latency.Count == 1 ? "sample" : "samples")})",
        LoadMetric.Dropped => " of the arrivals: so many were under way that no more were begun",
        _ => "",
    };

    private static string Kinds(StepMeasure step) => string.Join(", ",
        step.Errors.OrderByDescending(error => error.Value).Take(4)
            .Select(error => $"{error.Value}× {error.Key}")) is { Length: > 0 } kinds ? kinds : "still under way when it ended";

    private static double Share(long part, long whole) => whole == 0 ? 0 : (double)part / whole;
}
