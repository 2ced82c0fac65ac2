using System.Collections.Concurrent;
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

    private readonly LogPath _path = new(Path.Combine(stateDirectory, LinesFile), Path.Combine(stateDirectory, HeadFile));

    private readonly ConcurrentQueue<JournalEntry> _withNext = [];

    /// <inheritdoc />
    public void Append(JournalEntry entry)
    {
        // Taken out before: where the write fails it is not known whether they are there.
        var entries = new List<JournalEntry>();
        while (_withNext.TryDequeue(out var earlier)) entries.Add(earlier);
        entries.Add(entry);
        files.AppendLog(_path, end => Added(end, entries));
    }

    /// <inheritdoc />
    public void AppendWithNext(JournalEntry entry) => _withNext.Enqueue(entry);

    private static LogAddition Added(LogEnd end, IEnumerable<JournalEntry> entries)
    {
        var lines = Tail(end);
        var last = lines.FindLastIndex(line => JournalLine.Read(line) is not null);
        var previous = last < 0 ? JournalLine.After(lines) : JournalLine.After(JournalLine.Read(lines[last])!.Hash, lines.Skip(last + 1));
        // A head that names no line of the file stays: it is what tells that lines were cut off. A runner that died may not
        // have come to write the first.
        var fits = end.Mark is { } head
            ? Has(lines, head) || Has(Lines(end.Read()), head)
            : lines.Count(line => JournalLine.Read(line) is not null) < 2;
        var added = new List<JournalLine>();
        foreach (var entry in entries)
        {
            added.Add(JournalLine.Seal(entry, previous));
            previous = JournalLine.After(added[^1].Hash, []);
        }

        return Addition(end, added, fits);
    }

    /// <inheritdoc />
    public void Accept(JournalEntry entry) => files.AppendLog(_path,
        end => Addition(end, [JournalLine.Seal(entry, JournalLine.After(Lines(end.Read())))], keepHead: true));

    /// <inheritdoc />
    public JournalReading Read()
    {
        var (text, head) = files.ReadLog(_path);
        var reading = new JournalReader(_path.Lines).Read(text is null ? [] : Lines(text), head);
        return reading with { Entries = [.. reading.Entries, .. _withNext] };
    }

    /// <summary>A torn last line stays what it is: the new entry begins on a line of its own.</summary>
    private static LogAddition Addition(LogEnd end, IReadOnlyList<JournalLine> lines, bool keepHead) =>
        new((end.Length == 0 || end.Tail.EndsWith('\n') ? "" : "\n") + string.Concat(lines.Select(line => $"{line}\n")),
            keepHead ? lines[^1].Hash : null);

    /// <summary>From the end, where the head's line nearly always is.</summary>
    private static bool Has(List<string> lines, string hash) => lines.FindLastIndex(line => JournalLine.Read(line)?.Hash == hash) >= 0;

    /// <summary>The last lines that are not empty, a sealed one among them where the journal has any.</summary>
    private static List<string> Tail(LogEnd end)
    {
        // The first of them is cut.
        var lines = Lines(end.Tail).Skip(end.IsWhole ? 0 : 1).ToList();
        return [.. (end.IsWhole || lines.Exists(line => JournalLine.Read(line) is not null) ? lines : Lines(end.Read()))
            .Where(line => line.Length > 0)];
    }

    private static List<string> Lines(string text) => [.. text.Split('\n')];
}
