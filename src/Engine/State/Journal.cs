using ChainBridge.Engine.Hosts;

namespace ChainBridge.Engine.State;

/// <summary>
/// The journal as append-only JSON lines in <c>journal.jsonl</c>, each sealed with the hash of the one before and flushed to the
/// disk before <see cref="Append"/> returns. The hash of the last line is kept beside it, so that lines cut off at the end are missed.
/// </summary>
/// <param name="files">Of the host that the environment lives on.</param>
public sealed class Journal(IHostFiles files, string stateDirectory) : IJournal
{
    /// <summary>The file of the lines.</summary>
    public const string LinesFile = "journal.jsonl";

    /// <summary>The file of the last line's hash.</summary>
    public const string HeadFile = "journal.head";

    /// <summary>Holds the last lines of any journal; more is read only where it does not.</summary>
    private const int TailBytes = 64 * 1024;

    private readonly string _path = Path.Combine(stateDirectory, LinesFile);
    private readonly string _head = Path.Combine(stateDirectory, HeadFile);

    /// <inheritdoc />
    public void Append(JournalEntry entry)
    {
        using var file = ToWrite();
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
        using var file = ToWrite();
        Write(file, JournalLine.Seal(entry, JournalLine.After(Lines(file, 0))), keepHead: true);
    }

    /// <inheritdoc />
    public JournalReading Read()
    {
        var reader = new JournalReader(_path);
        if (!files.Exists(_path)) return reader.Read([], Head());
        // A writer has the file alone, so lines and head belong together as long as this is open.
        using var file = files.OpenLog(_path, toWrite: false);
        return reader.Read(Lines(file, 0), Head());
    }

    /// <summary>
    /// Alone: a runner that is refused writes too, beside the one that holds the lock. Both would find the same end of the file, and
    /// one line would go over the other.
    /// </summary>
    private IHostLog ToWrite() => files.OpenLog(_path, toWrite: true);

    private void Write(IHostLog file, JournalLine line, bool keepHead)
    {
        // A torn last line stays what it is: the new entry begins on a line of its own.
        file.Append(file.Length == 0 || file.Read(file.Length - 1) == "\n" ? $"{line}\n" : $"\n{line}\n");
        // The temporary has a name of its own: the lock's holder sweeps all others, and a runner that is refused writes here too.
        if (keepHead) files.Write(_head, $"{line.Hash}\n", half: $"{_head}.new");
    }

    private string? Head() => files.Read(_head)?.Trim();

    /// <summary>From the end, where the head's line nearly always is.</summary>
    private static bool Has(List<string> lines, string hash) => lines.FindLastIndex(line => JournalLine.Read(line)?.Hash == hash) >= 0;

    /// <summary>The last lines that say something, a sealed one among them where the journal has any.</summary>
    private static List<string> Tail(IHostLog file)
    {
        var from = Math.Max(0, file.Length - TailBytes);
        // The first of them is cut.
        var lines = Lines(file, from).Skip(from == 0 ? 0 : 1).ToList();
        return [.. (from == 0 || lines.Exists(line => JournalLine.Read(line) is not null) ? lines : Lines(file, 0))
            .Where(line => line.Length > 0)];
    }

    private static List<string> Lines(IHostLog file, long from) => [.. file.Read(from).Split('\n')];
}
