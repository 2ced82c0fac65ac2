using System.Text;

namespace ChainBridge.DeployRunner.Releases;

/// <summary>Writes whole files so that a crash leaves the old one or the new one, never half of one.</summary>
internal static class DurableFile
{
    /// <summary>Writes to a temporary beside the file, flushes it to the disk, and renames it into place.</summary>
    public static void Write(string path, string content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var temporary = $"{path}.{Guid.NewGuid():N}.tmp";
        try
        {
            using (var file = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None))
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
}
