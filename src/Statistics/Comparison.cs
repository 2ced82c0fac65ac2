namespace ChainBridge.Statistics;

/// <summary>What a comparison says.</summary>
public enum ComparisonOutcome
{
    /// <summary>With confidence not worse than is tolerated.</summary>
    Pass,
    /// <summary>Worse than is tolerated, and not by chance.</summary>
    Fail,
    /// <summary>It could be either.</summary>
    NotEnoughData,
}

/// <summary>By how much a value may be worse: only what exceeds both is a regression.</summary>
/// <param name="Share">Of the value before, from 0 on.</param>
/// <param name="Absolute">In the values' unit.</param>
public sealed record Tolerance(double Share, double Absolute)
{
    /// <summary>The larger of the two, for a value.</summary>
    public double Of(double before) => Math.Max(Math.Abs(before) * Share, Absolute);
}

/// <summary>Two samples of the same figure, compared.</summary>
/// <param name="Before">The median before.</param>
/// <param name="After">The median after.</param>
/// <param name="Low">Of the 90 % confidence interval of the difference of the medians.</param>
/// <param name="High">Of the same.</param>
/// <param name="PValue">Mann–Whitney, one-sided: how likely so much larger values would be if nothing had changed.</param>
public sealed record Comparison(ComparisonOutcome Outcome, double Before, double After, double Low, double High, double PValue, string Why)
{
    /// <summary>Fewer samples on a side say nothing.</summary>
    public const int Fewest = 10;

    private const double Significant = 0.01;
    private const double Confidence = 0.90;

    /// <summary>
    /// Whether the values after are larger than is tolerated. They fail when the medians differ by more than the tolerance, the
    /// bootstrap interval of the difference lies above zero and Mann–Whitney finds the shift significant; they pass when the
    /// interval ends below the tolerance; between the two there is not enough data.
    /// </summary>
    /// <param name="before">A value per window, in the order of time.</param>
    /// <param name="after">The same.</param>
    /// <param name="seed">Of the bootstrap: the same data and seed, the same answer.</param>
    public static Comparison Of(IReadOnlyList<double> before, IReadOnlyList<double> after, Tolerance tolerance, int seed = 1)
    {
        if (before.Count < Fewest || after.Count < Fewest)
            return new(ComparisonOutcome.NotEnoughData, Median.Of(before), Median.Of(after), double.NaN, double.NaN, 1,
                $"{before.Count} windows before and {after.Count} after, and {Fewest} of each are needed: let it run longer");
        var (old, now) = (Median.Of(before), Median.Of(after));
        var (low, high) = Bootstrap.DifferenceOfMedians(before, after, Confidence, seed);
        var p = MannWhitney.Larger(before, after);
        var (tolerated, difference) = (tolerance.Of(old), now - old);
        if (difference > tolerated && low > 0 && p < Significant)
            return new(ComparisonOutcome.Fail, old, now, low, high, p, "larger than is tolerated, and not by chance");
        return high <= tolerated
            ? new(ComparisonOutcome.Pass, old, now, low, high, p, "not larger than is tolerated")
            : new(ComparisonOutcome.NotEnoughData, old, now, low, high, p,
                "the windows differ too much among themselves to tell: let it run longer, "
                + "or on a quieter machine");
    }
}
