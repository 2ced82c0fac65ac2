namespace ChainBridge.Statistics;

/// <summary>What a release served over a time.</summary>
/// <param name="Failed">Of the requests.</param>
/// <param name="Times">Of whole answers.</param>
public sealed record Served(Part Failed, Times Times)
{
    /// <summary>What came after an earlier look at the same count.</summary>
    public Served Since(Served earlier) =>
        new(new(Failed.Events - earlier.Failed.Events, Failed.Of - earlier.Failed.Of), Times.Since(earlier.Times));
}

/// <summary>By how much a release may be worse than the one beside it.</summary>
/// <param name="MoreFailed">How many more of all requests may fail: 0.01 is one more in a hundred.</param>
/// <param name="Slower">By how much a percentile of the times may be longer.</param>
public sealed record MayBeWorse(double MoreFailed, Tolerance Slower);

/// <summary>One figure of two releases.</summary>
/// <param name="Name"><c>failed</c>, <c>p50</c> or <c>p99</c>.</param>
/// <param name="Before">A share, or a time.</param>
/// <param name="After">The same of the newer release.</param>
public sealed record Compared(string Name, ComparisonOutcome Outcome, double Before, double After)
{
    /// <summary>Worse by all that was counted up to this look; a time must be so at the next look too before it fails.</summary>
    public bool LooksWorse { get; init; }
}

/// <summary>
/// Two releases that serve beside each other, compared by what both served over the same time. Each question is one about two
/// shares: of failed requests, and of answers longer than the old release's own p50 and p99. So one interval, Newcombe's, answers
/// all of them, for any distribution of times and for sides of very different size.
/// </summary>
/// <param name="Figures">Failures, p50 and p99.</param>
/// <param name="Before">What the older release served up to this look.</param>
/// <param name="After">What the newer one did.</param>
public sealed record SideBySide(ComparisonOutcome Outcome, IReadOnlyList<Compared> Figures, Served Before, Served After)
{
    /// <summary>Fewer requests on a side say nothing.</summary>
    public const int Fewest = 100;

    /// <summary>How likely a figure of two equal releases is ever called worse, over all looks at it.</summary>
    private const double FalseAlarm = 0.005;

    /// <summary>
    /// One-sided 95 %: how sure it must be that a figure is not worse than it may be, and that what came since the last look is worse too.
    /// </summary>
    private const double Sure = 0.05;

    /// <summary>
    /// A figure fails when it is worse than it may be and, with the confidence of this look, worse at all; it passes when with 95 %
    /// it is not worse than it may be; between the two there is not enough data. Worse in one figure is worse; a pass needs all.
    /// A time must have been worse at the look before, and be worse in what came since: the interval takes each answer for a draw of its
    /// own, but a release that stands still for a moment makes many answers late at once.
    /// </summary>
    /// <param name="look">
    /// From 1 on. The data grows and is looked at again and again, and each look can err: look k has FalseAlarm / (k (k + 1)), which sums
    /// to no more than FalseAlarm however many there are.
    /// </param>
    /// <param name="earlier">The look before, from the second on.</param>
    public static SideBySide Of(Served before, Served after, MayBeWorse limits, int look, SideBySide? earlier = null)
    {
        var (alarm, sure) = (Normal.Beyond(FalseAlarm / (look * (look + 1.0))), Normal.Beyond(Sure));
        IReadOnlyList<Compared> figures = [Failures(), Slower("p50", 0.5), Slower("p99", 0.99)];
        if (Math.Min(before.Failed.Of, after.Failed.Of) < Fewest)
            figures = [.. figures.Select(one => one with { Outcome = ComparisonOutcome.NotEnoughData })];
        return new(figures.Any(one => one.Outcome == ComparisonOutcome.Fail) ? ComparisonOutcome.Fail
            : figures.All(one => one.Outcome == ComparisonOutcome.Pass) ? ComparisonOutcome.Pass
            : ComparisonOutcome.NotEnoughData, figures, before, after);

        Compared Failures()
        {
            var (old, now) = (before.Failed, after.Failed);
            var isWorse = now.Share - old.Share > limits.MoreFailed && Proportion.Difference(old, now, alarm).Low > 0;
            var outcome = Judge(isWorse, isWorse, Proportion.Difference(old, now, sure).High - limits.MoreFailed);
            return new("failed", outcome, old.Share, now.Share) { LooksWorse = isWorse };
        }

        Compared Slower(string name, double quantile)
        {
            var (old, now) = ((double)before.Times.Quantile(quantile), (double)after.Times.Quantile(quantile));
            if (before.Times.Count == 0 || after.Times.Count == 0) return new(name, ComparisonOutcome.NotEnoughData, old, now);
            var isWorse = IsSlower(before, after, quantile, alarm);
            var isStillWorse = isWorse && earlier is not null && earlier.Figures.Any(figure => figure.Name == name && figure.LooksWorse)
                && IsSlower(before.Since(earlier.Before), after.Since(earlier.After), quantile, sure);
            // As many answers of the newer release may be longer than tolerated as of the old one are as long as its own percentile.
            var perhapsBeyond = Proportion.Difference(before.Times.From(old), after.Times.Above(old + limits.Slower.Of(old)), sure).High;
            return new(name, Judge(isWorse, isStillWorse, perhapsBeyond), old, now) { LooksWorse = isWorse };
        }

        bool IsSlower(Served older, Served newer, double quantile, double z)
        {
            var (old, now) = ((double)older.Times.Quantile(quantile), (double)newer.Times.Quantile(quantile));
            return older.Times.Count > 0 && newer.Times.Count > 0 && now > old + limits.Slower.Of(old)
                && Proportion.Difference(older.Times.Above(old), newer.Times.Above(old), z).Low > 0;
        }
    }

    private static ComparisonOutcome Judge(bool looksWorse, bool isWorse, double perhapsBeyond) =>
        isWorse ? ComparisonOutcome.Fail
        : !looksWorse && perhapsBeyond <= 0 ? ComparisonOutcome.Pass
        : ComparisonOutcome.NotEnoughData;
}
