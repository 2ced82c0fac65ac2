namespace ChainBridge.Engine.Secrets;

/// <summary>A file with a secret in it, as a variable <c>NAME_FILE</c> names one.</summary>
public static class SecretFile
{
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
