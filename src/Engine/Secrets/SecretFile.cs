namespace ChainBridge.Engine.Secrets;

/// <summary>A file with a secret in it, as a variable <c>NAME_FILE</c> names one.</summary>
public static class SecretFile
{
    private const int Longest = 1_000_000;

    /// <summary>
    /// The content of a plain file, for what is to be hidden; null for anything else: what a pipe gives once is left to what needs it.
    /// </summary>
    public static string? Peek(string path) =>
        path.Length > 0 && new FileInfo(path) is { Exists: true, Length: > 0 and <= Longest } ? Read(path) : null;

    /// <summary>Its content; null where it cannot be read: then there is nothing to show either.</summary>
    public static string? Read(string path)
    {
        try
        {
            return File.Exists(path) ? File.ReadAllText(path) : null;
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
