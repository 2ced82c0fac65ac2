using System.Text.Json;

namespace ChainBridge.Machine.Supervision;

/// <summary>The folder of one supervisor: mode 0700, so that only its user reaches what is in it.</summary>
/// <param name="path">Full path.</param>
public sealed class SupervisorFolder(string path)
{
    /// <summary>The longest path a Unix socket may have, in bytes.</summary>
    public const int LongestSocket = 107;

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>The folder itself.</summary>
    public string Path => path;

    /// <summary>The socket where the supervisor listens.</summary>
    public string Socket => System.IO.Path.Combine(path, "socket");

    /// <summary>The lock file that is held for as long as a supervisor lives.</summary>
    public string Lock => System.IO.Path.Combine(path, "lock");

    /// <summary>The supervisor's own log.</summary>
    public string Log => System.IO.Path.Combine(path, "supervisor.log");

    private string Record => System.IO.Path.Combine(path, "units.json");

    /// <summary>Makes the folder, or takes back what others may do with it.</summary>
    public void Create()
    {
        Directory.CreateDirectory(path, OwnerOnly | UnixFileMode.UserExecute);
        File.SetUnixFileMode(path, OwnerOnly | UnixFileMode.UserExecute);
    }

    /// <summary>What was kept; null when nothing was.</summary>
    /// <exception cref="InvalidDataException">It cannot be read: going on without it would forget what runs.</exception>
    public SupervisorRecord? Read()
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllText(Record), SupervisionJson.Default.SupervisorRecord);
        }
        catch (Exception none) when (none is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (JsonException broken)
        {
            throw new InvalidDataException(
                $"{Record} cannot be read ({broken.Message}). Restore it; or end what runs by hand and remove it", broken);
        }
    }

    /// <summary>
    /// Done when it is on the disk: written beside, flushed, renamed. Environments hold passwords, so no other user may read it.
    /// </summary>
    public void Write(SupervisorRecord record)
    {
        var half = Record + ".new";
        // Begun anew each time: a file that is there keeps its mode.
        File.Delete(half);
        using (var stream = new FileStream(half,
            new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = OwnerOnly }))
        {
            JsonSerializer.Serialize(stream, record, SupervisionJson.Default.SupervisorRecord);
            stream.Flush(flushToDisk: true);
        }

        File.Move(half, Record, overwrite: true);
    }
}
