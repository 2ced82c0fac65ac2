using System.Security.Cryptography;
using System.Text;

namespace ChainBridge.Engine.Platforms.Process;

/// <summary>
/// The folder of a build, and what is in it. Beside a copy of sources stands the list of its files: what the program writes
/// there while it runs (caches, compiled modules) is none of the release.
/// </summary>
internal static class BuildFolder
{
    /// <summary>The folder in the state directory that all builds are in.</summary>
    public const string Builds = "builds";

    private const string Ending = ".files";

    /// <summary>Where the list of a copy's files stands; a published build has none.</summary>
    public static string ListOf(string folder) => folder + Ending;

    /// <summary>SHA-256 over every file's path and content, in order; of a copy, over the files that were copied.</summary>
    public static string Digest(string folder)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var file in Files(folder))
        {
            hash.AppendData(Encoding.UTF8.GetBytes(Path.GetRelativePath(folder, file) + "\n"));
            hash.AppendData(Content(file));
        }

        return $"sha256:{Convert.ToHexStringLower(hash.GetHashAndReset())}";
    }

    /// <summary>How many bytes its files have.</summary>
    public static long Bytes(string folder) =>
        Files(folder).Sum(file => new FileInfo(file) is { LinkTarget: null, Exists: true } plain ? plain.Length : 0);

    /// <summary>The build that a process stands in, whatever folder of it that is; the folder itself when it is in none.</summary>
    public static string Around(string state, string folder)
    {
        var inside = Path.GetRelativePath(Path.Combine(state, Builds), folder).Split(Path.DirectorySeparatorChar);
        return inside is [not "..", var name, ..] ? Path.Combine(state, Builds, inside[0], name) : folder;
    }

    /// <summary>Removes a build and its list.</summary>
    public static void Remove(string folder)
    {
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
        if (File.Exists(ListOf(folder))) File.Delete(ListOf(folder));
    }

    private static IEnumerable<string> Files(string folder) => File.Exists(ListOf(folder))
        ? File.ReadAllText(ListOf(folder)).Split('\0', StringSplitOptions.RemoveEmptyEntries).Select(name => Path.Combine(folder, name))
        : Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal);

    /// <summary>Of a link it is where it leads; of a file that is gone, nothing.</summary>
    private static byte[] Content(string file)
    {
        if (new FileInfo(file).LinkTarget is { } target) return Encoding.UTF8.GetBytes($"-> {target}");
        if (!File.Exists(file)) return [];
        using var stream = File.OpenRead(file);
        return SHA256.HashData(stream);
    }
}
