using System.Text;
using ChainBridge.Engine.Manifest;

namespace ChainBridge.Fuzz;

/// <summary>A result file that mutations begin with.</summary>
public sealed record Seed(string Path, ResultFormat Format, byte[] Content)
{
    private const int LargestFile = 200_000;

    /// <summary>The result files below the folders, in a fixed order; large ones are left out, they only slow the search down.</summary>
    public static IReadOnlyList<Seed> Below(IEnumerable<string> folders) =>
        [.. folders.Where(Directory.Exists).SelectMany(folder => Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
            .Order(StringComparer.Ordinal)
            .Where(path => System.IO.Path.GetExtension(path) is ".xml" or ".trx" or ".json"
                && new FileInfo(path).Length is > 0 and < LargestFile)
            .Select(Read).OfType<Seed>()];

    private static Seed? Read(string path)
    {
        var content = File.ReadAllBytes(path);
        var text = Encoding.Latin1.GetString(content).Replace("\0", "", StringComparison.Ordinal);
        return text.Contains("<TestRun", StringComparison.Ordinal) ? new Seed(path, ResultFormat.Trx, content)
            : text.Contains("<testsuite", StringComparison.OrdinalIgnoreCase) ? new Seed(path, ResultFormat.Junit, content)
            : text.Contains("\"results\"", StringComparison.Ordinal) ? new Seed(path, ResultFormat.Ctrf, content)
            : null;
    }
}
