using System.Globalization;

namespace ChainBridge.Bench.LoadServers;

/// <summary>The percentiles side by side: printed as they come, and kept as Markdown.</summary>
internal sealed class Table
{
    private readonly List<string> _lines = [];

    /// <summary>The rows of the results file.</summary>
    public List<Row> Rows { get; } = [];

    /// <summary>Ours and what others say of the same load.</summary>
    /// <param name="late">Of ours: arrivals begun more than 1 ms late, in percent; null in the closed model.</param>
    public void Add(string server, string load, IReadOnlyList<(string Name, Figures Figures)> sides, double? late, string? doubt)
    {
        var ours = sides[0].Figures;
        foreach (var (name, figures) in sides)
        {
            var note = name != sides[0].Name ? "" : late is { } share ? Text($"{share:0.0} % late") : "";
            if (name == sides[0].Name && doubt is not null) note += "; inconclusive";
            Say(Text($"| {server} | {load} | {name} | {figures.P50:0.00} | {figures.P95:0.00} | {figures.P99:0.00} ")
                + Text($"| {figures.PerSecond:0} | {figures.Failed} | {note} |"));
        }

        foreach (var (name, theirs) in sides.Skip(1))
        {
            Compare("p50", "ms", ours.P50, theirs.P50);
            Compare("p95", "ms", ours.P95, theirs.P95);
            Compare("p99", "ms", ours.P99, theirs.P99);
            Compare("made", "/s", ours.PerSecond, theirs.PerSecond);
            void Compare(string figure, string unit, double? mine, double? other)
            {
                if (mine is { } one && other is { } two) Rows.Add(new($"{server}, {load}: {figure}, beside {name}", unit, one, two,
                    two == 0 ? null : one / two, "", true, Length.Runs));
            }
        }
    }

    /// <summary>Prints the head.</summary>
    public void Begin()
    {
        Say("| server | load | generator | p50 ms | p95 ms | p99 ms | made/s | failed | ours |");
        Say("|---|---|---|---:|---:|---:|---:|---:|---|");
    }

    public async Task WriteAsync(string root, CancellationToken cancellationToken)
    {
        var path = Path.Combine(Directory.CreateDirectory(Path.Combine(root, "bench", "results")).FullName, "load-servers.md");
        await File.WriteAllLinesAsync(path, _lines, cancellationToken);
        Console.WriteLine("the table is written to bench/results/load-servers.md");
    }

    private void Say(string line)
    {
        _lines.Add(line);
        Console.WriteLine(line);
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
