using System.Text;

namespace ChainBridge.Engine.State;

/// <summary>
/// The journal as append-only JSON lines in <c>journal.jsonl</c>, each sealed with the hash of the one before and flushed to the
/// disk before <see cref="Append"/> returns. The hash of the last line is kept beside it, so that lines cut off at the end are missed.
/// </summary>
public sealed class Journal(string stateDirectory) : IJournal
{
    /// <summary>The file of the lines.</summary>
    public const string LinesFile = "journal.jsonl";

    /// <summary>The file of the last line's hash.</summary>
    public const string HeadFile = "journal.head";

    /// <summary>Holds the last lines of any journal; more is read only where it does not.</summary>
    private const int TailBytes = 64 * 1024;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private readonly string _path = Path.Combine(stateDirectory, LinesFile);
    private readonly string _head = Path.Combine(stateDirectory, HeadFile);

    /// <inheritdoc />
    public void Append(JournalEntry entry)
    {
        using var file = OpenedToWrite();
        var lines = Tail(file);
        var last = lines.FindLastIndex(line => JournalLine.Read(line) is not null);
        var previous = last < 0 ? JournalLine.After(lines) : JournalLine.After(JournalLine.Read(lines[last])!.Hash, lines.Skip(last + 1));
        // A head that names no line of the file stays: it is what tells that lines were cut off. A runner that died may not
        // have come to write the first.
        var head = Head();
        var fits = head is null
            ? lines.Count(line => JournalLine.Read(line) is not null) < 2
            : Has(lines, head) || Has(Lines(file, 0), head);
        Write(file, JournalLine.Seal(entry, previous), fits);
    }

    /// <inheritdoc />
    public void Accept(JournalEntry entry)
    {
        using var file = OpenedToWrite();
        Write(file, JournalLine.Seal(entry, JournalLine.After(Lines(file, 0))), keepHead: true);
    }

    /// <inheritdoc />
    public JournalReading Read()
    {
        var reader = new JournalReader(_path);
        if (!File.Exists(_path)) return reader.Read([], Head());
        // A writer has the file alone, so lines and head belong together as long as this is open.
        using var file = Opened(FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        return reader.Read(Lines(file, 0), Head());
    }

    private FileStream OpenedToWrite()
    {
        Directory.CreateDirectory(stateDirectory);
        // A runner that is refused writes too, beside the one that holds the lock: both would find the same end of the
        // file, and one line would go over the other.
        return Opened(FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
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

    private void Write(FileStream file, JournalLine line, bool keepHead)
    {
        // A torn last line stays what it is: the new entry begins on a line of its own.
        var text = EndsWithNewline(file) ? $"{line}\n" : $"\n{line}\n";
        file.Seek(0, SeekOrigin.End);
        file.Write(Encoding.UTF8.GetBytes(text));
        file.Flush(flushToDisk: true);
        if (keepHead) KeepHead(line.Hash);
    }

    /// <summary>Under a name of its own: the lock's holder sweeps temporary files, and a runner that is refused writes here too.</summary>
    private void KeepHead(string hash)
    {
        var half = $"{_head}.new";
        using (var file = new FileStream(half, FileMode.Create, FileAccess.Write, FileShare.None))
        {
            file.Write(Encoding.ASCII.GetBytes($"{hash}\n"));
            file.Flush(flushToDisk: true);
        }

        File.Move(half, _head, overwrite: true);
    }

    private string? Head() => File.Exists(_head) ? File.ReadAllText(_head).Trim() : null;

    private static bool Has(IEnumerable<string> lines, string hash) => lines.Any(line => JournalLine.Read(line)?.Hash == hash);

    /// <summary>The last lines that say something, a sealed one among them where the journal has any.</summary>
    private static List<string> Tail(FileStream file)
    {
        var from = Math.Max(0, file.Length - TailBytes);
        // The first of them is cut.
        var lines = Lines(file, from).Skip(from == 0 ? 0 : 1).ToList();
        return [.. (from == 0 || lines.Exists(line => JournalLine.Read(line) is not null) ? lines : Lines(file, 0))
            .Where(line => line.Length > 0)];
    }

    private static List<string> Lines(FileStream file, long from)
    {
        var bytes = new byte[file.Length - from];
        file.Seek(from, SeekOrigin.Begin);
        file.ReadExactly(bytes);
        return [.. Encoding.UTF8.GetString(bytes).Split('\n')];
    }

    private static bool EndsWithNewline(FileStream file)
    {
        if (file.Length == 0) return true;
        file.Seek(-1, SeekOrigin.End);
        return file.ReadByte() == '\n';
    }
}
