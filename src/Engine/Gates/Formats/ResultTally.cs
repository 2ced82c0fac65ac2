namespace ChainBridge.Engine.Gates.Formats;

/// <summary>Counts entries while a file streams by, and keeps what is wrong with it.</summary>
/// <param name="reruns">A test that is listed again was run again: a pass takes an earlier failure back.</param>
internal sealed class ResultTally(bool reruns)
{
    private const int LongestName = 500;
    private readonly Dictionary<string, EntryOutcome> _seen = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _failures = new(StringComparer.Ordinal), _doubts = new(StringComparer.Ordinal);
    private readonly List<string> _problems = [];
    private int _passed, _failed, _skipped, _flaky, _inconclusive;
    private bool _repeated;

    /// <summary>Entries of the file, each time a test is listed.</summary>
    public int Entries { get; private set; }
    public int Failed => _failed;
    public int Skipped => _skipped;
    public int Passed => _passed;
    public int Flaky => _flaky;

    /// <summary>Failures that a later pass of the same test took back.</summary>
    public int TakenBack { get; private set; }
    public ResultShard? Shard { get; set; }

    /// <summary>Counts an entry.</summary>
    /// <param name="test">What makes it the same test when it is listed again.</param>
    /// <param name="name">What it is called in a message.</param>
    public void Add(EntryOutcome outcome, string test, string name)
    {
        Entries++;
        var again = _seen.TryGetValue(test, out var before);
        if (again && before == EntryOutcome.Failed && outcome is EntryOutcome.Passed or EntryOutcome.Flaky && !reruns) _repeated = true;
        if (again && reruns)
        {
            Take(before, test);
            outcome = Later(before, outcome);
        }

        // Without reruns only failures need to be remembered, and of those not more than can be named.
        if (reruns || (outcome == EntryOutcome.Failed && _seen.Count < ResultFile.MostFailures)) _seen[test] = outcome;
        Put(outcome, test, name);
    }

    /// <summary>Counts a failure outside of tests.</summary>
    public void Fail(string name) => Put(EntryOutcome.Failed, $"\0{_failed}", name);

    /// <summary>So many of the passed entries are known to be skipped.</summary>
    public void Unmark(int skipped) => (_passed, _skipped) = (_passed - skipped, _skipped + skipped);

    /// <summary>So many skipped tests have no entry.</summary>
    public void AddSkipped(int unlisted) => _skipped += unlisted;

    /// <summary>So many of the passed entries are known to be flaky.</summary>
    public void MarkFlaky(int tests) => _flaky += tests;

    /// <summary>Notes why the file is no evidence of a green run.</summary>
    public void Object(string problem)
    {
        if (_problems.Count < ResultFile.MostFailures) _problems.Add(Clean(problem));
    }

    /// <summary>Compares what the file claims with what it holds; a claim of null was not made.</summary>
    public void MustAgree(string what, int? claimed, int held)
    {
        if (claimed is { } claim && claim != held) Object($"the file claims {claim} {what}, but holds {held}");
    }

    public ResultFile ToResult()
    {
        if (_repeated)
            Object("a test failed and is listed again as passed: if its runner runs failed tests again, set reruns: true on the command");
        return new ResultFile(new TestCounts(_passed, _failed, _skipped, Math.Min(_flaky, _passed), _inconclusive),
            [.. _failures.Values], _problems, Shard) { Doubts = [.. _doubts.Values] };
    }

    private static EntryOutcome Later(EntryOutcome before, EntryOutcome outcome) => (before, outcome) switch
    {
        (EntryOutcome.Failed, EntryOutcome.Passed) or (EntryOutcome.Flaky, EntryOutcome.Passed) => EntryOutcome.Flaky,
        // Only a pass takes a failure back.
        (EntryOutcome.Failed, EntryOutcome.Skipped or EntryOutcome.Inconclusive) => EntryOutcome.Failed,
        (EntryOutcome.Passed or EntryOutcome.Flaky or EntryOutcome.Inconclusive, EntryOutcome.Skipped) => before,
        _ => outcome,
    };

    /// <summary>Takes an earlier entry of the same test out of the counts.</summary>
    private void Take(EntryOutcome before, string test)
    {
        if (before is EntryOutcome.Passed or EntryOutcome.Flaky) _passed--;
        if (before == EntryOutcome.Flaky) _flaky--;
        if (before == EntryOutcome.Skipped) _skipped--;
        if (before == EntryOutcome.Inconclusive && _inconclusive-- > 0) _doubts.Remove(test);
        if (before != EntryOutcome.Failed) return;
        _failed--;
        TakenBack++;
        _failures.Remove(test);
    }

    private void Put(EntryOutcome outcome, string test, string name)
    {
        if (outcome is EntryOutcome.Passed or EntryOutcome.Flaky) _passed++;
        if (outcome == EntryOutcome.Flaky) _flaky++;
        if (outcome == EntryOutcome.Skipped) _skipped++;
        if (outcome == EntryOutcome.Inconclusive && _inconclusive++ < ResultFile.MostFailures) _doubts.TryAdd(test, Clean(name));
        if (outcome != EntryOutcome.Failed) return;
        _failed++;
        if (_failures.Count < ResultFile.MostFailures) _failures.TryAdd(test, Clean(name));
    }

    /// <summary>A name as it can be written anywhere: no half of a surrogate pair, not without end.</summary>
    private static string Clean(string text)
    {
        var kept = text.Length > LongestName ? text[..LongestName] + "…" : text;
        return string.Concat(kept.EnumerateRunes());
    }
}
