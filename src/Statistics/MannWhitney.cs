namespace ChainBridge.Statistics;

/// <summary>The Mann–Whitney U test, with the normal approximation corrected for ties and continuity.</summary>
public static class MannWhitney
{
    /// <summary>One-sided p: how likely values after would rank so high if both came from one distribution.</summary>
    public static double Larger(IReadOnlyList<double> before, IReadOnlyList<double> after)
    {
        if (before.Count == 0 || after.Count == 0) return 1;
        var all = before.Select(value => (Value: value, After: false)).Concat(after.Select(value => (Value: value, After: true)))
            .OrderBy(one => one.Value).ToArray();
        var (ranks, ties) = (0.0, 0.0);
        for (var i = 0; i < all.Length;)
        {
            var j = i;
            while (j < all.Length && all[j].Value.Equals(all[i].Value)) j++;
            // Values alike share the mean of their ranks, which begin with 1.
            var rank = (i + 1 + j) / 2.0;
            ranks += rank * all[i..j].Count(one => one.After);
            ties += Math.Pow(j - i, 3) - (j - i);
            i = j;
        }

        double n = before.Count, m = after.Count, sum = n + m;
        var u = ranks - (m * (m + 1) / 2);
        var variance = n * m / 12 * (sum + 1 - (ties / (sum * (sum - 1))));
        return variance <= 0 ? 1 : 1 - Normal.Below((u - (n * m / 2) - 0.5) / Math.Sqrt(variance));
    }
}
