namespace ChainBridge.Tests.Unit;

/// <summary>The source tree the tests were built from.</summary>
internal static class Repository
{
    public static string Root { get; } = Find();

    /// <summary>The C# files below a folder of the repository, without what a build or a run wrote there.</summary>
    public static IEnumerable<(string Path, string Text)> Sources(string folder)
    {
        var full = Path.Combine(Root, folder);
        return !Directory.Exists(full) ? [] : Directory.GetFiles(full, "*.cs", SearchOption.AllDirectories)
            .Where(path => !IsOutput(path))
            .Select(path => (Path.GetRelativePath(Root, path), File.ReadAllText(path)));
    }

    public static bool IsOutput(string path) =>
        path.Contains("/bin/", StringComparison.Ordinal) || path.Contains("/obj/", StringComparison.Ordinal)
        || path.Contains("/.chainbridge/", StringComparison.Ordinal);

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "ChainBridge.Tests.sln"))) return folder.FullName;
        throw new DirectoryNotFoundException($"no ChainBridge.Tests.sln above {AppContext.BaseDirectory}");
    }
}
