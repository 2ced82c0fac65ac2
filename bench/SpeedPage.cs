using System.Globalization;

namespace ChainBridge.Bench;

/// <summary>
/// The tables of <c>docs/load-speed.md</c>, each between two marks: a run replaces its own and leaves the others as they are.
/// </summary>
internal static class SpeedPage
{
    private const string Name = "docs/load-speed.md";

    /// <summary>The machine, as a table names it.</summary>
    public static string Machine => string.Create(CultureInfo.InvariantCulture,
        $"{Environment.ProcessorCount} cores ({Field("/proc/cpuinfo", "model name", ':')}), "
            + $"{GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 1e9:0} GB, {Field("/etc/os-release", "PRETTY_NAME", '=')}, "
            + $".NET {Environment.Version}, on {TimeProvider.System.GetUtcNow():d MMMM yyyy}");

    /// <summary>Puts a table in its place.</summary>
    public static async Task PutAsync(string root, string name, IEnumerable<string> lines, CancellationToken cancellationToken)
    {
        var path = Path.Combine(root, Name);
        var page = await File.ReadAllTextAsync(path, cancellationToken);
        var (begin, end) = ($"<!-- {name} -->\n", $"<!-- end of {name} -->");
        var (from, to) = (page.IndexOf(begin, StringComparison.Ordinal), page.IndexOf(end, StringComparison.Ordinal));
        if (from < 0 || to < from) throw new InvalidOperationException($"{Name} has no place for '{name}': {begin.Trim()} and {end}");
        await File.WriteAllTextAsync(path, $"{page[..(from + begin.Length)]}{string.Join('\n', lines)}\n{page[to..]}", cancellationToken);
        Console.WriteLine($"the table '{name}' is in {Name}");
    }

    private static string Field(string path, string name, char mark) => File.Exists(path)
        && File.ReadLines(path).FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal)) is { } line
            ? line.Split(mark, 2)[1].Trim(' ', '"') : "unknown";
}
