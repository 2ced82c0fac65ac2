using System.Text;
using System.Text.RegularExpressions;

namespace ChainBridge.Engine.Hosts;

/// <summary>Writes whole files so that a crash leaves the old one or the new one, never half of one.</summary>
internal static partial class DurableFile
{
    /// <summary>For files that hold settings.</summary>
    public const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Writes to a temporary beside the file, flushes it to the disk, and renames it into place.</summary>
    /// <param name="mode">Who may read it; null for what the user's mask says.</param>
    /// <param name="half">The temporary; null for one of its own, which <see cref="Sweep"/> knows.</param>
    public static void Write(string path, string content, UnixFileMode? mode = null, string? half = null)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var temporary = half ?? $"{path}.{Guid.NewGuid():N}.tmp";
        try
        {
            using (var file = new FileStream(temporary, new FileStreamOptions
            {
                Mode = half is null ? FileMode.CreateNew : FileMode.Create,
                Access = FileAccess.Write,
                Share = FileShare.None,
                UnixCreateMode = mode
            }))
            {
                file.Write(Encoding.UTF8.GetBytes(content));
                file.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    /// <summary>
    /// Removes what a runner that was killed while it wrote left beside its files. Only a process that alone may write there calls it.
    /// </summary>
    public static void Sweep(string folder)
    {
        if (!Directory.Exists(folder)) return;
        foreach (var half in Directory.EnumerateFiles(folder, "*.tmp", new EnumerationOptions
        {
            RecurseSubdirectories = true,
            MaxRecursionDepth = 2
        }).Where(file => Temporary().IsMatch(file)))
            File.Delete(half);
    }

    [GeneratedRegex(@"\.[0-9a-f]{32}\.tmp$")]
    private static partial Regex Temporary();
}
