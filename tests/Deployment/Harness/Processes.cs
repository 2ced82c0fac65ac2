namespace ChainBridge.Tests.Deployment.Harness;

/// <summary>The processes of this machine, as /proc shows them.</summary>
public static class Processes
{
    public sealed record Seen(int Id, string CommandLine, string Folder);

    public static IReadOnlyList<Seen> All() => [.. Directory.EnumerateDirectories("/proc")
        .Select(folder => int.TryParse(Path.GetFileName(folder), out var id) ? Look(id) : null).OfType<Seen>()];

    /// <summary>Null for one that has ended, a zombie among them.</summary>
    private static Seen? Look(int id)
    {
        try
        {
            var commandLine = File.ReadAllText($"/proc/{id}/cmdline").Replace('\0', ' ').Trim();
            return commandLine.Length == 0 ? null : new Seen(id, commandLine, new FileInfo($"/proc/{id}/cwd").LinkTarget ?? "");
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
