namespace ChainBridge.Engine.Platforms.Process;

/// <summary>Reads a log that another process is writing.</summary>
internal static class LogFile
{
    /// <summary>Its lines, without empty ones; none when there is no such file.</summary>
    public static IReadOnlyList<string> Lines(string log)
    {
        if (!File.Exists(log)) return [];
        using var reader = new StreamReader(new FileStream(log, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
        return reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    /// <summary>The newest lines for a message, or that there are none.</summary>
    public static string LastOutput(string log, int lines) =>
        Lines(log) is { Count: > 0 } all ? $"its last output:\n{string.Join('\n', all.TakeLast(lines))}" : "it wrote no output";
}
