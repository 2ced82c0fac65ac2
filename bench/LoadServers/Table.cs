using System.Globalization;

namespace ChainBridge.Bench.LoadServers;

/// <summary>The percentiles side by side: printed as they come, and kept as Markdown, a table for each server.</summary>
internal sealed class Table
{
    private readonly List<(string Server, List<string> Lines)> _servers = [];
    private double? _others;

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

    /// <summary>How much of the machine other processes had in a run of ours.</summary>
    public void Saw(double? others) => _others = others > (_others ?? -1) ? others : _others;

    /// <summary>The rows of a server come; prints the head.</summary>
    /// <param name="server">As it is asked for.</param>
    public void Begin(string server)
    {
        _others = null;
        _servers.Add((server, []));
        Say("| server | load | generator | p50 ms | p95 ms | p99 ms | made/s | failed | ours |");
        Say("|---|---|---|---:|---:|---:|---:|---:|---|");
    }

    /// <summary>A server has all its rows: they are kept, whatever comes of the others.</summary>
    public async Task EndAsync(string root, CancellationToken cancellationToken)
    {
        var path = Path.Combine(Directory.CreateDirectory(Path.Combine(root, "bench", "results")).FullName, "load-servers.md");
        await File.WriteAllLinesAsync(path, _servers.SelectMany(one => one.Lines.Prepend($"\n{one.Server}\n")), cancellationToken);
        var (server, lines) = _servers[^1];
        var quiet = _others is { } others ? Text($"; other processes had at most {others * 100:0.#} % of it") : "";
        if (!Length.IsWhole) Console.WriteLine("a look, which is written to bench/results/load-servers.md only");
        else await SpeedPage.PutAsync(root, $"load-servers {server}", lines.Prepend("").Prepend(
            Text($"{SpeedPage.Machine}; medians of {Length.Runs} runs of {Length.Seconds} s{quiet}:")), cancellationToken);
    }

    private void Say(string line)
    {
        _servers[^1].Lines.Add(line);
        Console.WriteLine(line);
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
