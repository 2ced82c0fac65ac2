namespace ChainBridge.TestKit.Load;

/// <summary>A load run, judged.</summary>
/// <param name="Limits">Each limit of the plan, with the two that hold for every plan: errors and dropped arrivals.</param>
/// <param name="Doubts">Why the evidence is not good enough, in one line each; empty when it is.</param>
public sealed record LoadResult(
    LoadPlan Plan, LoadMeasurement Measurement, IReadOnlyList<LimitResult> Limits, IReadOnlyList<string> Doubts)
{
    /// <summary>The worst of all.</summary>
    public LoadVerdict Verdict => Limits.Any(limit => limit.Verdict == LoadVerdict.Fail) ? LoadVerdict.Fail
        : Doubts.Count > 0 || Limits.Any(limit => limit.Verdict == LoadVerdict.Inconclusive) ? LoadVerdict.Inconclusive
        : LoadVerdict.Pass;

    /// <summary>The verdict and why, in one line.</summary>
    public string Reason => Verdict switch
    {
        LoadVerdict.Pass => $"{Plan.Name}: {(Limits.Count == 1 ? "the limit" : $"all {Limits.Count} limits")} held",
        LoadVerdict.Fail => $"{Plan.Name}: {Broken(LoadVerdict.Fail)}",
        _ => $"{Plan.Name}: inconclusive: "
            + $"{string.Join("; ", Doubts.Append(Broken(LoadVerdict.Inconclusive)).Where(one => one.Length > 0).Distinct())}",
    };

    /// <summary>Throws unless it passed; for a test.</summary>
    /// <exception cref="LoadVerdictException">The verdict is another.</exception>
    public void ShouldPass()
    {
        if (Verdict != LoadVerdict.Pass) throw new LoadVerdictException(this);
    }

    private string Broken(LoadVerdict verdict) =>
        string.Join("; ", Limits.Where(limit => limit.Verdict == verdict).Select(limit => limit.Reason)
            .Where(reason => reason.Length > 0).Distinct());
}

/// <summary>A load run did not pass.</summary>
public sealed class LoadVerdictException(LoadResult result) : Exception(result.Reason)
{
    /// <summary>The whole of it.</summary>
    public LoadResult Result => result;
}
