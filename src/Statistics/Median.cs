namespace ChainBridge.Statistics;

/// <summary>The middle of a sample.</summary>
public static class Median
{
    /// <summary>NaN of none.</summary>
    public static double Of(IReadOnlyCollection<double> values)
    {
        if (values.Count == 0) return double.NaN;
        var sorted = values.ToArray();
        return OfSorting(sorted);
    }

    /// <summary>Sorts what it is given.</summary>
    internal static double OfSorting(Span<double> values)
    {
        values.Sort();
        var middle = values.Length / 2;
        return values.Length % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
    }
}
