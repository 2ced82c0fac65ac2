using System.Globalization;

namespace ChainBridge.Machine;

/// <summary>Files of <c>/proc</c>, which may be gone or another user's: then they are empty, as on a system without it (macOS).</summary>
public static class ProcFiles
{
    /// <summary>The text of a file.</summary>
    public static string Text(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception away) when (away is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    /// <summary>The ids of all processes.</summary>
    public static IEnumerable<int> Processes() => Names("/proc")
        .Select(name => int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : 0).Where(id => id > 0);

    /// <summary>Where the open files of a process lead to.</summary>
    public static IEnumerable<string> OpenFiles(int process)
    {
        var folder = $"/proc/{process}/fd";
        return Names(folder).Select(name => LinkOf($"{folder}/{name}")).Where(target => target.Length > 0);
    }

    /// <summary>Where a link leads to.</summary>
    public static string LinkOf(string path)
    {
        try
        {
            return new FileInfo(path).LinkTarget ?? "";
        }
        catch (Exception away) when (away is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    private static List<string> Names(string folder)
    {
        try
        {
            return [.. new DirectoryInfo(folder).EnumerateFileSystemInfos().Select(entry => entry.Name)];
        }
        catch (Exception away) when (away is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
