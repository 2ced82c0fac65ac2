namespace ChainBridge.Statistics;

/// <summary>Two shares of failures, compared by Newcombe's interval of their difference: it holds for few failures and for none.</summary>
/// <param name="Low">Of the interval in which the difference lies with 90 %.</param>
/// <param name="High">Of the same.</param>
public sealed record FailedShares(ComparisonOutcome Outcome, double Low, double High, string Why)
{
    /// <summary>Fewer on a side say nothing.</summary>
    public const int Fewest = 100;

    private const double Significant = 0.01;
    private const double Sure = 0.05;

    /// <summary>
    /// Whether more fail after than is tolerated. It fails when the shares differ by more than that and, with 99 %, at all; it passes
    /// when with 95 % they differ by no more; between the two there is not enough data.
    /// </summary>
    /// <param name="tolerated">How many more of all may fail: 0.01 is one more in a hundred.</param>
    public static FailedShares Of(Part before, Part after, double tolerated)
    {
        var (low, high) = Proportion.Difference(before, after, Normal.Beyond(Sure));
        if (Math.Min(before.Of, after.Of) < Fewest)
            return new(ComparisonOutcome.NotEnoughData, low, high,
                $"{before.Of} before and {after.Of} after, and {Fewest} of each are needed: let it run longer");
        var isMore = after.Share - before.Share > tolerated
            && Proportion.Difference(before, after, Normal.Beyond(Significant)).Low > 0;
        return isMore ? new(ComparisonOutcome.Fail, low, high, "more than is tolerated, and not by chance")
            : high <= tolerated ? new(ComparisonOutcome.Pass, low, high, "not more than is tolerated")
            : new(ComparisonOutcome.NotEnoughData, low, high, "it could be either: let it run longer");
    }
}
