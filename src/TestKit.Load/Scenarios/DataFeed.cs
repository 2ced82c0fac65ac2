namespace ChainBridge.TestKit.Load;

/// <summary>
/// Rows of test data. Which row an iteration gets follows from its number, so several generators share a feed without a word
/// between them, and a run can be repeated.
/// </summary>
public sealed class DataFeed
{
    private readonly IReadOnlyList<IReadOnlyDictionary<string, string>> _rows;
    private readonly int? _seed;

    private DataFeed(IReadOnlyList<IReadOnlyDictionary<string, string>> rows, int? seed) => (_rows, _seed) = (rows, seed);

    /// <summary>How many rows there are.</summary>
    public int Count => _rows.Count;

    /// <summary>All of them.</summary>
    public IReadOnlyList<IReadOnlyDictionary<string, string>> Rows => _rows;

    /// <summary>Rows in their order, again from the first after the last.</summary>
    /// <exception cref="LoadPlanException">There is no row.</exception>
    public static DataFeed Circular(IReadOnlyList<IReadOnlyDictionary<string, string>> rows) => new(Some(rows), null);

    /// <summary>Rows by lot; the same seed draws the same.</summary>
    /// <exception cref="LoadPlanException">There is no row.</exception>
    public static DataFeed Random(IReadOnlyList<IReadOnlyDictionary<string, string>> rows, int seed) => new(Some(rows), seed);

    /// <summary>Reads a file with a line of names and lines of values, separated by commas; values may be in double quotes.</summary>
    /// <exception cref="LoadPlanException">It has no row, a column twice, or a row with another number of values.</exception>
    public static DataFeed Csv(TextReader lines, int? seed = null)
    {
        var names = CsvLine.Split(lines.ReadLine()
            ?? throw new LoadPlanException("the data file is empty: its first line names the columns"));
        if (names.GroupBy(name => name).FirstOrDefault(same => same.Count() > 1) is { } twice)
            throw new LoadPlanException($"line 1 of the data file names the column '{twice.Key}' twice: give each a name of its own");
        var rows = new List<IReadOnlyDictionary<string, string>>();
        for (var number = 2; lines.ReadLine() is { } line; number++)
        {
            if (line.Length == 0) continue;
            var values = CsvLine.Split(line);
            if (values.Count != names.Count)
                throw new LoadPlanException($"line {number} of the data file has {values.Count} values, and the first line {names.Count} "
                    + $"names");
            rows.Add(names.Zip(values).ToDictionary(pair => pair.First, pair => pair.Second));
        }

        return new(Some(rows), seed);
    }

    /// <summary>The row of an iteration.</summary>
    public IReadOnlyDictionary<string, string> Row(long iteration) => _rows[(int)(Place(iteration) % (ulong)_rows.Count)];

    private ulong Place(long iteration)
    {
        if (_seed is not { } seed) return (ulong)iteration;
        // SplitMix64: a number of the sequence without the ones before it.
        var mixed = unchecked((ulong)iteration + ((ulong)(uint)seed << 32) + 1) * 0x9E3779B97F4A7C15;
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return mixed ^ (mixed >> 31);
    }

    private static IReadOnlyList<IReadOnlyDictionary<string, string>> Some(IReadOnlyList<IReadOnlyDictionary<string, string>> rows) =>
        rows.Count > 0 ? rows : throw new LoadPlanException("the data feed has no row: an iteration could take none");
}
