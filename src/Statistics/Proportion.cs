namespace ChainBridge.Statistics;

/// <summary>So many of a number.</summary>
public readonly record struct Part(long Events, long Of)
{
    /// <summary>0 of none.</summary>
    public double Share => Of == 0 ? 0 : (double)Events / Of;
}

/// <summary>
/// How sure a share is, and the difference of two. Wilson's score interval (1927) for one, and Newcombe's of two of them (1998, his method
/// 10) for the difference: both hold for few events and for none, where the usual formula is too sure.
/// </summary>
public static class Proportion
{
    /// <summary>The interval in which the share lies.</summary>
    /// <param name="z">How many standard deviations to each side.</param>
    public static (double Low, double High) Interval(Part part, double z)
    {
        if (part.Of == 0) return (0, 1);
        var (n, p, square) = ((double)part.Of, part.Share, z * z);
        var middle = (p + (square / (2 * n))) / (1 + (square / n));
        var half = z / (1 + (square / n)) * Math.Sqrt((p * (1 - p) / n) + (square / (4 * n * n)));
        return (Math.Max(0, middle - half), Math.Min(1, middle + half));
    }

    /// <summary>The interval in which the difference of the shares (after less before) lies.</summary>
    /// <inheritdoc cref="Interval"/>
    public static (double Low, double High) Difference(Part before, Part after, double z)
    {
        var ((low1, high1), (low2, high2)) = (Interval(before, z), Interval(after, z));
        var (one, other) = (before.Share, after.Share);
        return (other - one - Length(other - low2, high1 - one), other - one + Length(high2 - other, one - low1));
    }

    private static double Length(double one, double other) => Math.Sqrt((one * one) + (other * other));
}
