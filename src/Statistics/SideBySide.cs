namespace ChainBridge.Statistics;

/// <summary>What a release served over a time.</summary>
/// <param name="Failed">Of the requests.</param>
/// <param name="Times">Of whole answers.</param>
public sealed record Served(Part Failed, Times Times);

/// <summary>By how much a release may be worse than the one beside it.</summary>
/// <param name="MoreFailed">How many more of all requests may fail: 0.01 is one more in a hundred.</param>
/// <param name="Slower">By how much a percentile of the times may be longer.</param>
public sealed record MayBeWorse(double MoreFailed, Tolerance Slower);

/// <summary>One figure of two releases.</summary>
/// <param name="Name"><c>failed</c>, <c>p50</c> or <c>p99</c>.</param>
/// <param name="Before">A share, or a time.</param>
/// <param name="After">The same of the newer release.</param>
public sealed record Compared(string Name, ComparisonOutcome Outcome, double Before, double After);

/// <summary>
/// Two releases that serve beside each other, compared by what both served over the same time. Each question is one about two
/// shares: of failed requests, and of answers longer than the old release's own p50 and p99. So one interval, Newcombe's, answers
/// all of them, for any distribution of times and for sides of very different size.
/// </summary>
/// <param name="Figures">Failures, p50 and p99.</param>
public sealed record SideBySide(ComparisonOutcome Outcome, IReadOnlyList<Compared> Figures)
{
    /// <summary>Fewer requests on a side say nothing.</summary>
    public const int Fewest = 100;

    /// <summary>How likely a figure of two equal releases is ever called worse, over all looks at it.</summary>
    private const double FalseAlarm = 0.005;

    /// <summary>One-sided 95 %: how sure it must be that a figure is not worse than it may be.</summary>
    private const double Sure = 0.05;

    /// <summary>
    /// A figure fails when it is worse than it may be and, with the confidence of this look, worse at all; it passes when with 95 %
    /// it is not worse than it may be; between the two there is not enough data. Worse in one figure is worse; a pass needs all.
    /// </summary>
    /// <param name="look">
    /// From 1 on. The data grows and is looked at again and again, and each look can err: look k has FalseAlarm / (k (k + 1)), which sums
    /// to no more than FalseAlarm however many there are.
    /// </param>
    public static SideBySide Of(Served before, Served after, MayBeWorse limits, int look)
    {
        var (alarm, sure) = (Normal.Beyond(FalseAlarm / (look * (look + 1.0))), Normal.Beyond(Sure));
        IReadOnlyList<Compared> figures = [Failures(), Slower("p50", 0.5), Slower("p99", 0.99)];
        if (Math.Min(before.Failed.Of, after.Failed.Of) < Fewest)
            return new(ComparisonOutcome.NotEnoughData, [.. figures.Select(one => one with { Outcome = ComparisonOutcome.NotEnoughData })]);
        return new(figures.Any(one => one.Outcome == ComparisonOutcome.Fail) ? ComparisonOutcome.Fail
            : figures.All(one => one.Outcome == ComparisonOutcome.Pass) ? ComparisonOutcome.Pass
            : ComparisonOutcome.NotEnoughData, figures);

        Compared Failures()
        {
            var (old, now) = (before.Failed, after.Failed);
            return new("failed", Judge(now.Share - old.Share > limits.MoreFailed, Proportion.Difference(old, now, alarm).Low,
                Proportion.Difference(old, now, sure).High - limits.MoreFailed), old.Share, now.Share);
        }

        Compared Slower(string name, double quantile)
        {
            var (old, now) = ((double)before.Times.Quantile(quantile), (double)after.Times.Quantile(quantile));
            if (before.Times.Count == 0 || after.Times.Count == 0) return new(name, ComparisonOutcome.NotEnoughData, old, now);
            var longest = old + limits.Slower.Of(old);
            return new(name, Judge(now > longest, Proportion.Difference(before.Times.Above(old), after.Times.Above(old), alarm).Low,
                // As many answers of the newer release may be longer than tolerated as of the old one are as long as its own percentile.
                Proportion.Difference(before.Times.From(old), after.Times.Above(longest), sure).High), old, now);
        }
    }

    private static ComparisonOutcome Judge(bool beyond, double surelyWorse, double perhapsBeyond) =>
        beyond && surelyWorse > 0 ? ComparisonOutcome.Fail
        : perhapsBeyond <= 0 ? ComparisonOutcome.Pass
        : ComparisonOutcome.NotEnoughData;
}
