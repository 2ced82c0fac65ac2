namespace ChainBridge.Engine.State;

/// <summary>
/// Walks the journal from its first line and believes each as long as the chain holds. Lines of a runner that sealed none are
/// believed up to the first sealed one, which covers them all.
/// </summary>
internal sealed class JournalReader(string path)
{
    private readonly List<JournalEntry> _entries = [];
    private readonly List<JournalEntry> _doubted = [];
    private readonly List<string> _ignored = [];
    private readonly List<string> _breaches = [];
    private readonly List<(int Number, string Text)> _torn = [];
    private readonly HashSet<string> _hashes = [];
    private string _above = "";
    private string? _tip;
    private int _sealed;

    /// <param name="lines">All lines of the file; empty ones count and say nothing.</param>
    /// <param name="head">The hash of the last line as kept beside the file; null when none is kept.</param>
    public JournalReading Read(IEnumerable<string> lines, string? head)
    {
        var (number, last) = (0, 1);
        foreach (var line in lines)
        {
            number++;
            if (line.Length == 0) continue;
            last = number;
            if (JournalLine.Read(line) is { } link) Linked(number, link);
            else if (_tip is null && JournalLine.Entry(line) is { } old) Believe(old);
            else if (_tip is null) _ignored.Add(TornAt(number));
            else if (JournalLine.Entry(line) is { } stray) Unsealed(number, stray);
            else _torn.Add((number, line));
            _above = JournalLine.After(_above, [line]);
        }

        // What no runner has written after yet is how a crash leaves a line.
        _ignored.AddRange(_torn.Select(torn => TornAt(torn.Number)));
        if (head is not null && !_hashes.Contains(head))
            _breaches.Add($"{path}:{last}: lines are missing at the end: {Journal.HeadFile} names a last line that is not there");
        if (head is null && _sealed > 1)
            _breaches.Add($"{path}: {Journal.HeadFile} beside it is gone, so whether lines are missing at the end cannot be known");
        return new JournalReading(_entries, _ignored, _breaches);
    }

    private void Linked(int number, JournalLine link)
    {
        var entry = JournalLine.Entry(link.Body);
        var accepts = link.IsIntact && entry?.Event == JournalEvent.JournalAccepted && link.Previous == _above;
        if (accepts) Accept();
        else Check(number, link, entry);
        if (entry is not null) Believe(entry);
        _ignored.AddRange(_torn.Select(torn => TornAt(torn.Number)));
        _torn.Clear();
        _tip = link.Hash;
        _hashes.Add(link.Hash);
        _sealed++;
    }

    private void Check(int number, JournalLine link, JournalEntry? entry)
    {
        var expected = _tip is null ? _above : JournalLine.After(_tip, _torn.Select(torn => torn.Text));
        if (!link.IsIntact) Breach(number, "the line was changed after it was written");
        else if (entry is null) Breach(number, "the line holds no entry");
        else if (link.Previous == expected) return;
        else if (_torn.Count > 0 && link.Previous == _tip) Breach(_torn[0].Number, "no runner wrote the line");
        else Breach(number, "the line does not follow the one before it: lines were removed, inserted or moved");
    }

    private void Unsealed(int number, JournalEntry stray)
    {
        Breach(number, "the line is not sealed: it was inserted, or written by an earlier runner");
        Believe(stray);
    }

    private void Believe(JournalEntry entry) => (_breaches.Count == 0 ? _entries : _doubted).Add(entry);

    private void Accept()
    {
        _breaches.Clear();
        _entries.AddRange(_doubted);
        _doubted.Clear();
    }

    private void Breach(int number, string what) => _breaches.Add($"{path}:{number}: {what}");

    private string TornAt(int number) => $"{path}: line {number} is torn and was ignored";
}
