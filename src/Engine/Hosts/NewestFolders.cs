namespace ChainBridge.Engine.Hosts;

/// <summary>Keeps a folder of logs and results from growing. Called by what writes there, never by a verb that only reads.</summary>
internal static class NewestFolders
{
    /// <summary>Removes all folders in it but the newest of this number.</summary>
    public static void Keep(string folder, int count)
    {
        if (!Directory.Exists(folder)) return;
        var newestFirst = new DirectoryInfo(folder).GetDirectories().OrderByDescending(child => child.LastWriteTimeUtc);
        foreach (var old in newestFirst.Skip(count)) Remove(old);
    }

    /// <summary>Another runner may be removing it too.</summary>
    private static void Remove(DirectoryInfo folder)
    {
        try
        {
            folder.Delete(recursive: true);
        }
        catch (DirectoryNotFoundException)
        {
            // Gone already.
        }
    }
}
