using System.Text.Json;
using Xunit.v3;

namespace ChainBridge.TestKit.Runs.Order;

/// <summary>
/// How long the cases of an assembly took when they last ran, in seconds: a file per assembly, written by every run and
/// read by shards. <c>CHAINBRIDGE_DURATIONS</c> names the folder (<c>off</c>: none); by default it is
/// <c>.chainbridge/durations</c> in the repository that the assembly lies in.
/// </summary>
internal sealed class Durations(string? folder, string assembly)
{
    public const string Variable = "CHAINBRIDGE_DURATIONS";
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>The durations of an assembly in the folder that the variable names, or else in its repository.</summary>
    public static Durations From(Func<string, string?> variable, string assembly, string baseDirectory) => new(
        variable(Variable) switch
        {
            { Length: > 0 } text => text == "off" ? null : Path.GetFullPath(text),
            _ => RepositoryAbove(baseDirectory) is { } root ? Path.Combine(root, ".chainbridge", "durations") : null,
        },
        assembly);

    /// <summary>A case by its names, which stay the same wherever it is built.</summary>
    public static string Name(IXunitTestCase testCase) => $"{testCase.TestClassName}: {testCase.TestCaseDisplayName}";

    /// <summary>What was recorded; nothing when there is no file.</summary>
    /// <exception cref="FormatException">The file is none of ours.</exception>
    public IReadOnlyDictionary<string, double> Read()
    {
        if (folder is null || !File.Exists(PathFor(null))) return new Dictionary<string, double>();
        try
        {
            return JsonSerializer.Deserialize<Dictionary<string, double>>(File.ReadAllText(PathFor(null))) ?? [];
        }
        catch (Exception problem) when (problem is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new FormatException("the recorded durations cannot be read, and without them this shard might run other tests than the "
                + $"others think: delete or mend {PathFor(null)} ({problem.Message})");
        }
    }

    /// <summary>
    /// Records a run beside what is known of other cases. A shard writes a file of its own: the one that shards read must
    /// stay the same until the last of them has read it.
    /// </summary>
    public void Write(IEnumerable<KeyValuePair<string, double>> taken, Shard? shard)
    {
        if (folder is null) return;
        var all = new SortedDictionary<string, double>(shard is null ? Read().ToDictionary() : [], StringComparer.Ordinal);
        foreach (var (name, seconds) in taken) all[name] = Math.Round(seconds, 3);
        Directory.CreateDirectory(folder);
        var part = $"{PathFor(shard)}.{Environment.ProcessId}.part";
        File.WriteAllText(part, JsonSerializer.Serialize(all, Indented));
        File.Move(part, PathFor(shard), overwrite: true);
    }

    private static string? RepositoryAbove(string directory)
    {
        for (var place = new DirectoryInfo(directory); place is not null; place = place.Parent)
            if (Path.Exists(Path.Combine(place.FullName, ".git"))) return place.FullName;
        return null;
    }

    private string PathFor(Shard? shard) =>
        Path.Combine(folder!, shard is null ? $"{assembly}.json" : $"{assembly}.{shard.Index}-of-{shard.Count}.json");
}
