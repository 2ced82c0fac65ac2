using System.Globalization;
using System.Text.Json;

namespace ChainBridge.Bench;

/// <summary>Prints the table and keeps it as <c>bench/results/NAME.json</c>.</summary>
public static class Report
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>Prints a row as soon as it is measured: a run that is broken off has shown what it has.</summary>
    public static void Show(Row row) => Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
        $"  {row.Measure}: {row.Ours:0.00} {row.Unit}{(row.Alternative is { } other ? $", alternative {other:0.00}" : "")} "
            + $"({row.Target}{(row.Met ? "" : " MISSED")})"));

    /// <summary>Prints and writes the rows of one set; answers whether every promise was kept.</summary>
    public static async Task<bool> PublishAsync(string name, string root, IReadOnlyList<Row> rows, CancellationToken cancellationToken)
    {
        Console.WriteLine($"\n{name} on {Environment.ProcessorCount} cores, {Environment.OSVersion}, .NET {Environment.Version}");
        Console.WriteLine($"| {"measure",-62} | {"unit",-4} | {"ours",9} | {"alternative",11} | {"ratio",5} | {"target",-22} | runs |");
        Console.WriteLine($"|{new string('-', 64)}|------|----------:|------------:|------:|{new string('-', 24)}|-----:|");
        // Without a promise they were shown by their set.
        foreach (var row in rows.Where(row => row.Target.Length > 0))
            Console.WriteLine($"| {row.Measure,-62} | {row.Unit,-4} | {Number(row.Ours),9} | {Number(row.Alternative),11} "
                + $"| {Number(row.Ratio, "0.00"),5} | {row.Target + (row.Met ? "" : " MISSED"),-22} | {row.Runs,4} |");

        var folder = Directory.CreateDirectory(Path.Combine(root, "bench", "results"));
        var path = Path.Combine(folder.FullName, $"{name}.json");
        await File.WriteAllTextAsync(path, JsonSerializer.Serialize(rows, Indented) + "\n", cancellationToken);
        Console.WriteLine($"written to bench/results/{name}.json");
        return rows.All(row => row.Met);
    }

    /// <summary>The rows as Markdown, for a page.</summary>
    public static IEnumerable<string> Lines(IEnumerable<Row> rows, string title) =>
    [
        title, "", "| measure | unit | ours | alternative | ratio | target |", "|---|---|---:|---:|---:|---|",
        .. rows.Select(row => $"| {row.Measure} | {row.Unit} | {Number(row.Ours, "#,0.##")} | {Number(row.Alternative, "#,0.##")} "
            + $"| {Number(row.Ratio, "0.00")} | {row.Target}{(row.Met ? "" : ", missed")} |"),
    ];

    private static string Number(double? value, string format = "0.0") => value?.ToString(format, CultureInfo.InvariantCulture) ?? "";
}
