using ChainBridge.Statistics;

namespace ChainBridge.TestKit.Load;

/// <summary>Holds a measurement against an earlier one. What cannot be compared is inconclusive, with the reason.</summary>
/// <param name="inTurn">Both were measured in turn on one machine within minutes: its speed is no question then.</param>
public sealed class BaselineJudge(LoadPlan plan, Baseline? baseline, bool inTurn = false)
{
    private const double MostCalibrationDrift = 0.15;

    /// <summary>What makes the baseline no evidence, where its parts were looked at one by one; null to look at the whole.</summary>
    internal IReadOnlyList<string>? Known { get; init; }

    /// <summary>What is said where there is no baseline.</summary>
    public string WhyNone { get; init; } = "there is no baseline yet: keep one of a stable release with --save-baseline";

    /// <summary>Judges one limit of the plan that is relative.</summary>
    public LimitResult Judge(LoadMeasurement measured, LoadLimit limit)
    {
        if (baseline is null) return Unknown(limit, WhyNone);
        if (Incomparable(measured, baseline) is { } why) return Unknown(limit, $"the baseline {baseline.Version} {why}");
        if (Noise.Of(plan, measured) is { } noise)
            return Unknown(limit, $"the baseline {baseline.Version} cannot be compared with, because {noise}") with { IsCompared = true };
        return limit.IsShare ? Shares(measured, limit, baseline) : Windows(measured, limit, baseline);
    }

    private static LimitResult Windows(LoadMeasurement measured, LoadLimit limit, Baseline baseline)
    {
        var (before, after) = (PooledWindows.Of(baseline.Measurement, limit), PooledWindows.Of(measured, limit));
        if (before.Count < Comparison.Fewest || after.Count < Comparison.Fewest)
            return Unknown(limit, $"not enough data: {before.Count} {PooledWindows.Name(limit)} in {baseline.Version} and {after.Count} "
                + $"now, and {Comparison.Fewest} of each are needed: let it run longer") with
                {
                    // What is too short itself can be replaced.
                    IsCompared = before.Count >= Comparison.Fewest,
                };
        var compared = Comparison.Of(before, after, new(limit.Tolerance!.Value, limit.ToleranceMilliseconds));
        var (old, now) = (limit.Show(Math.Abs(compared.Before)), limit.Show(Math.Abs(compared.After)));
        var (low, high) = limit.IsFloor ? (-compared.High, -compared.Low) : (compared.Low, compared.High);
        return Result(limit, compared.Outcome, old, now, $"{limit}: {now} is {Percent(compared)} against {old} of {baseline.Version} "
            + $"(difference {low:0.###} to {high:0.###} {Unit(limit)}, p = {compared.PValue:0.####})", compared.Why);
    }

    private static LimitResult Shares(LoadMeasurement measured, LoadLimit limit, Baseline baseline)
    {
        var (before, after) = (Verdicts.Judge.PartOf(baseline.Measurement, limit), Verdicts.Judge.PartOf(measured, limit));
        var compared = FailedShares.Of(before, after, limit.Tolerance!.Value);
        var (old, now) = (limit.Show(before.Share), limit.Show(after.Share));
        return Result(limit, compared.Outcome, old, now, $"{limit}: {now} ({after.Events} of {after.Of}) against {old} ({before.Events} of "
            + $"{before.Of}) of {baseline.Version} (difference {compared.Low * 100:0.###} to {compared.High * 100:0.###} %)", compared.Why);
    }

    private static LimitResult Result(LoadLimit limit, ComparisonOutcome outcome, string old, string now, string figures, string why) =>
        outcome switch
        {
            ComparisonOutcome.Pass => new(limit, LoadVerdict.Pass, $"{now}, before {old}", ""),
            ComparisonOutcome.Fail => new(limit, LoadVerdict.Fail, $"{now}, before {old}", figures),
            _ => new(limit, LoadVerdict.Inconclusive, $"{now}, before {old}", $"{figures}: not enough data: {why}"),
        };

    private static string Unit(LoadLimit limit) => limit.IsTime ? "ms" : limit.Metric == LoadMetric.Bytes ? "B/s" : "/s";

    private string? Incomparable(LoadMeasurement measured, Baseline before)
    {
        if (before.Comparable != plan.Comparable()) return "is of another scenario or load: keep a new one";
        if ((Known ?? Doubts.Of(plan, before.Measurement)).FirstOrDefault() is { } doubt) return $"is no evidence itself: {doubt}";
        if (Noise.Of(plan, before.Measurement) is { } then) return $"is from a noisy machine: {then}";
        if (inTurn) return null;
        var (here, there) = (Machine(measured), Machine(before.Measurement));
        if (here is null || there is null) return "does not say on which machine it was measured";
        if (here.Fingerprint != there.Fingerprint) return $"is of another machine ({there.Fingerprint}; here {here.Fingerprint})";
        return Math.Abs((here.Calibration / there.Calibration) - 1) > MostCalibrationDrift
            ? $"was measured when this machine was faster or slower (calibration {there.Calibration:0}, now {here.Calibration:0}): "
                + $"measure both in turn, "
                + "with chainbridge-load compare"
            : null;
    }

    private static MachineHealth? Machine(LoadMeasurement measured) => measured.Generators.Find(one => one.Machine is not null)?.Machine;

    private static LimitResult Unknown(LoadLimit limit, string why) =>
        new(limit, LoadVerdict.Inconclusive, "not compared", $"{limit}: {why}") { IsCompared = false };

    private static string Percent(Comparison compared) => $"{((compared.After / compared.Before) - 1) * 100:+0.0;-0.0} %";
}
