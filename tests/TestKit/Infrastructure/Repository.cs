namespace ChainBridge.Tests.TestKit.Infrastructure;

/// <summary>The source tree the tests were built from.</summary>
internal static class Repository
{
    public static string Root { get; } = Find();

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "ChainBridge.Tests.sln"))) return folder.FullName;
        throw new DirectoryNotFoundException($"no ChainBridge.Tests.sln above {AppContext.BaseDirectory}");
    }
}
