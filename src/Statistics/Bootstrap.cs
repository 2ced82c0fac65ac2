namespace ChainBridge.Statistics;

/// <summary>Confidence by resampling, in blocks: windows beside each other are alike, and drawn alone they would look too sure.</summary>
public static class Bootstrap
{
    private const int Rounds = 1000;

    /// <summary>The interval in which the difference of the medians (after less before) lies with this confidence.</summary>
    /// <param name="confidence">0 to 1.</param>
    public static (double Low, double High) DifferenceOfMedians(
        IReadOnlyList<double> before, IReadOnlyList<double> after, double confidence, int seed)
    {
        var random = new Random(seed);
        var differences = new double[Rounds];
        var (one, other) = (new double[before.Count], new double[after.Count]);
        for (var round = 0; round < Rounds; round++)
            differences[round] = Draw(after, other, random) - Draw(before, one, random);
        Array.Sort(differences);
        var tail = (1 - confidence) / 2;
        return (differences[(int)(tail * (Rounds - 1))], differences[(int)Math.Ceiling((1 - tail) * (Rounds - 1))]);
    }

    /// <summary>The median of a resample of circular blocks.</summary>
    private static double Draw(IReadOnlyList<double> from, double[] into, Random random)
    {
        var block = Math.Max(1, (int)Math.Round(Math.Cbrt(from.Count)));
        for (var filled = 0; filled < into.Length;)
        {
            var start = random.Next(from.Count);
            for (var i = 0; i < block && filled < into.Length; i++) into[filled++] = from[(start + i) % from.Count];
        }

        return Median.OfSorting(into);
    }
}
