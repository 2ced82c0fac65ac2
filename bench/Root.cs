namespace ChainBridge.Bench;

/// <summary>The repository.</summary>
public static class Root
{
    /// <summary>The folder above that holds the solution.</summary>
    public static string Find(string from)
    {
        for (var folder = new DirectoryInfo(from); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "ChainBridge.Tests.sln"))) return folder.FullName;
        throw new InvalidOperationException($"no ChainBridge.Tests.sln above {from}");
    }
}
