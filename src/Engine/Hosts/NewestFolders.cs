namespace ChainBridge.Engine.Hosts;

/// <summary>Keeps a folder of logs and results from growing. Called by what writes there, never by a verb that only reads.</summary>
internal static class NewestFolders
{
    /// <summary>Commands of gates and hooks whose folders stay: 40.</summary>
    private const int Commands = 40;

    /// <summary>Makes a folder of its own for a command below the folder of results, and removes the oldest ones.</summary>
    /// <param name="what">What its name begins with.</param>
    public static string ForCommand(string results, string what)
    {
        Keep(results, Commands - 1);
        return Directory.CreateDirectory(Path.Combine(results, $"{what.Replace(' ', '-')}-{Guid.NewGuid():N}")).FullName;
    }

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
