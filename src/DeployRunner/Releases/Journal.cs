using System.Text;
using System.Text.Json;

namespace ChainBridge.DeployRunner.Releases;

/// <summary>The journal as append-only JSON lines in <c>journal.jsonl</c>, each flushed to the disk before <see cref="Append"/> returns.</summary>
public sealed class Journal(string stateDirectory) : IJournal
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private readonly string _path = Path.Combine(stateDirectory, "journal.jsonl");

    /// <inheritdoc />
    public void Append(JournalEntry entry)
    {
        Directory.CreateDirectory(stateDirectory);
        // A runner that is refused writes too, beside the one that holds the lock: both would find the same end of the
        // file, and one line would go over the other.
        using var file = Opened(FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        var line = JsonSerializer.Serialize(entry, RunnerJson.Default.JournalEntry) + "\n";
        // A torn last line stays what it is: the new entry begins on a line of its own.
        if (!EndsWithNewline(file)) line = "\n" + line;
        file.Seek(0, SeekOrigin.End);
        file.Write(Encoding.UTF8.GetBytes(line));
        file.Flush(flushToDisk: true);
    }

    /// <inheritdoc />
    public JournalReading Read()
    {
        if (!File.Exists(_path)) return new JournalReading([], []);
        var entries = new List<JournalEntry>();
        var ignored = new List<string>();
        using var file = Opened(FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(file, Encoding.UTF8);
        for (var number = 1; reader.ReadLine() is { } line; number++)
        {
            if (line.Length == 0) continue;
            if (TryRead(line) is { } entry) entries.Add(entry);
            else ignored.Add($"{_path}: line {number} is torn and was ignored");
        }

        return new JournalReading(entries, ignored);
    }

    /// <summary>Waits its turn: whoever writes has the file alone for a moment, and keeps out readers too.</summary>
    private FileStream Opened(FileMode mode, FileAccess access, FileShare share)
    {
        var began = TimeProvider.System.GetTimestamp();
        var pause = new SpinWait();
        while (true)
        {
            try
            {
                return new FileStream(_path, mode, access, share);
            }
            catch (IOException) when (File.Exists(_path) && TimeProvider.System.GetElapsedTime(began) < Patience)
            {
                pause.SpinOnce();
            }
        }
    }

    private static JournalEntry? TryRead(string line)
    {
        try
        {
            return JsonSerializer.Deserialize(line, RunnerJson.Default.JournalEntry) is { Deployment: not null, Version: not null } entry ? entry : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static bool EndsWithNewline(FileStream file)
    {
        if (file.Length == 0) return true;
        file.Seek(-1, SeekOrigin.End);
        return file.ReadByte() == '\n';
    }
}
