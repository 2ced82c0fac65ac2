using System.Xml;
using ChainBridge.Engine.Manifest;

namespace ChainBridge.Engine.Gates.Formats;

/// <summary>
/// One <c>testsuite</c> or <c>testsuites</c> while it is read: what it claims, and what it and the suites in it hold.
/// The claim must fit what is held in one of the ways of counting that <see cref="Fits"/> lists.
/// </summary>
internal sealed class JunitSuite
{
    private readonly JunitSuite? _parent;
    private readonly ResultReading _reading;
    private readonly bool _isRoot, _isPytest, _isCatch, _hasVersion;
    private readonly List<Gap> _gaps = [];
    private JunitClaims _claims;
    private Held _held = new();
    private int _ownCases, _ownSuites;
    private bool _allMarkedRun = true;

    public JunitSuite(XmlReader reader, JunitSuite? parent, ResultReading reading)
    {
        (_parent, _reading, _claims) = (parent, reading, JunitClaims.Of(reader));
        var name = reader.GetAttribute("name");
        Name = string.IsNullOrWhiteSpace(name) ? parent?.Name : name;
        Label = string.IsNullOrWhiteSpace(name)
            ? reader.GetAttribute("file") is { Length: > 0 } file ? $"the suite of {file}" : parent?.Label ?? "the file"
            : $"suite '{name}'";
        // Playwright lists a test once per project, whose name is the host.
        Path = $"{parent?.Path}\0{name}\0{reader.GetAttribute("hostname")}";
        _isPytest = parent?._isPytest == true || name is "pytest" or "pytest tests";
        (_isCatch, _hasVersion) = (reader.GetAttribute("hostname") == "tbd", reader.GetAttribute("version") is not null
            && reader.GetAttribute("skipped") is null);
        _isRoot = reader.Name() == "testsuites";
        if (parent is not null) parent._ownSuites++;
    }

    /// <summary>Its name or that of the suite around it; null when none has one.</summary>
    public string? Name { get; }

    /// <summary>How a message calls the suite.</summary>
    public string Label { get; }

    /// <summary>The names of the suite and of those around it.</summary>
    public string Path { get; }

    /// <summary>A case begins.</summary>
    /// <param name="nested">It stands in another case.</param>
    /// <param name="marked">It has the mark <c>status="run"</c> alone.</param>
    /// <param name="ranDisabled">It ran although its name disables it.</param>
    public void HasCase(bool nested, bool marked, bool ranDisabled)
    {
        if (ranDisabled) _held += new Held { RanDisabled = 1 };
        if (!nested) _ownCases++;
        _allMarkedRun &= marked;
    }

    /// <summary>A case has ended.</summary>
    /// <param name="skipped">It is marked as skipped, also when it failed.</param>
    public void Add(EntryOutcome outcome, bool skipped, int failures, int attempts) => _held += new Held
    {
        Cases = 1,
        Passed = outcome is EntryOutcome.Passed or EntryOutcome.Flaky ? 1 : 0,
        Failures = failures,
        Skipped = outcome == EntryOutcome.Skipped ? 1 : 0,
        SkippedAndFailed = skipped && outcome == EntryOutcome.Failed ? 1 : 0,
        Flaky = outcome == EntryOutcome.Flaky ? 1 : 0,
        Attempts = attempts,
    };

    /// <summary>Something failed that is no test: a hook, a fixture, a file that could not be loaded.</summary>
    public void FailOutside(string text, ResultTally tally)
    {
        _held += new Held { Failures = 1 };
        tally.Fail($"{Label}, outside of its tests{(string.IsNullOrWhiteSpace(text) ? "" : $": {text.Trim().Split('\n')[0].Trim()}")}");
    }

    /// <summary>The file says elsewhere that so many failed.</summary>
    public void Claim(int failed) => _claims = _claims with { Failed = Math.Max(_claims.Failed, failed) };

    public void End(ResultTally tally)
    {
        Skipped(tally);
        // Where a test failed, the sums are of no interest: a file that could not be loaded, or a hook, has other numbers.
        if (_claims.Tests is { } tests && _held.Failures == 0 && !Fits(tests)) _gaps.Add(new Gap(Label, tests, _held.Known));
        if (_claims.Flaky > _held.Flaky)
        {
            tally.MarkFlaky(_claims.Flaky - _held.Flaky);
            _held.Flaky = _claims.Flaky;
        }

        Failed(tally);
        if (_parent is null)
        {
            foreach (var gap in _gaps) tally.Object(gap.ToString());
            return;
        }

        _parent._held += _held;
        _parent._gaps.AddRange(_gaps);
        _parent._allMarkedRun &= _allMarkedRun;
    }

    /// <summary>
    /// The ways in which runners count: every test below; a suite's own cases; its own cases and suites (Node); tests that ran
    /// (Boost.Test); with every attempt of a test that was run again, or only the tests that were (surefire); with parts of tests
    /// that have no entry (pytest's subtests); assertions (Catch2, doctest).
    /// </summary>
    private bool Fits(int tests) =>
        tests == _held.Known
        || (!_isRoot && (tests == _ownCases || tests == _ownCases + _ownSuites))
        || tests == _held.Known - _held.Skipped
        || (_held.Attempts > 0 && (tests == _held.Known + _held.Attempts || tests == _held.Flaky))
        || (_isPytest && tests > _held.Known)
        || _reading.Counts == ResultCounts.Assertions
        || _isCatch || (_hasVersion && _allMarkedRun && _ownCases > 0);

    /// <summary>Accounts for skipped tests that the suite claims and no case of it is marked as.</summary>
    private void Skipped(ResultTally tally)
    {
        var missing = _claims.Skipped - _held.Skipped - _held.SkippedAndFailed - _held.RanDisabled;
        // Mocha's pending tests are in the sums alone: the suites below claim entries that they do not hold.
        for (var i = 0; i < _gaps.Count && missing > 0; i++)
        {
            var unlisted = Math.Clamp(_gaps[i].Size, 0, missing);
            _gaps[i] = _gaps[i] with { Holds = _gaps[i].Holds + unlisted };
            missing -= Unlisted(unlisted, tally);
        }

        _gaps.RemoveAll(gap => gap.Size == 0);
        if (missing > 0) missing -= Unlisted(Math.Clamp((_claims.Tests ?? 0) - _held.Known, 0, missing), tally);
        if (missing <= 0) return;
        if (missing <= _held.Passed)
        {
            tally.Unmark(missing);
            (_held.Passed, _held.Skipped) = (_held.Passed - missing, _held.Skipped + missing);
            return;
        }

        tally.Object($"{Label} claims {_claims.Skipped} skipped tests, but holds {_held.Skipped} among its {_held.Known} tests");
        tally.AddSkipped(missing);
        _held.Skipped += missing;
    }

    private int Unlisted(int tests, ResultTally tally)
    {
        tally.AddSkipped(tests);
        (_held.Unlisted, _held.Skipped) = (_held.Unlisted + tests, _held.Skipped + tests);
        return tests;
    }

    /// <summary>
    /// A failure that is claimed must be held; only the attempts of a test that passed in the end may be counted as well.
    /// </summary>
    private void Failed(ResultTally tally)
    {
        var attempts = _claims.Failed == _held.Attempts || _claims.Failed == _held.Flaky || _claims.Failed <= tally.TakenBack;
        if (_claims.Failed > 0 && _held.Failures == 0 && !attempts) tally.Object($"{Label} claims {_claims.Failed} failed, but holds none");
        else if (_held.Failures > 0 && _claims.Failed > _held.Failures + _held.Attempts)
            tally.Object($"{Label} claims {_claims.Failed} failed, but holds {_held.Failures}");
        if (_claims.Word is { } word && _held.Failures == 0) tally.Object($"{Label} says {word}, but holds no failed test");
    }

    /// <summary>A claim that does not fit.</summary>
    private sealed record Gap(string Suite, int Claimed, int Holds)
    {
        public int Size => Claimed - Holds;

        public override string ToString() => $"{Suite} claims {Claimed} tests, but holds {Holds}"
            + (Size > 0 ? "; if its runner counts assertions or parts of tests there, set counts: assertions on the command" : "");
    }

    /// <summary>What a suite and those in it hold.</summary>
    private sealed class Held
    {
        /// <summary>Entries.</summary>
        public int Cases { get; init; }

        /// <summary>Skipped tests without an entry.</summary>
        public int Unlisted { get; set; }
        public int Passed { get; set; }
        public int Skipped { get; set; }
        public int SkippedAndFailed { get; init; }

        /// <summary>GoogleTest counts them as disabled, also when it was told to run them.</summary>
        public int RanDisabled { get; init; }
        public int Flaky { get; set; }

        /// <summary>Elements that tell of a failure, at least one per failed test.</summary>
        public int Failures { get; init; }

        /// <summary>Attempts that failed, of tests that were run again.</summary>
        public int Attempts { get; init; }
        public int Known => Cases + Unlisted;

        public static Held operator +(Held one, Held other) => new()
        {
            Cases = one.Cases + other.Cases,
            Unlisted = one.Unlisted + other.Unlisted,
            Passed = one.Passed + other.Passed,
            Skipped = one.Skipped + other.Skipped,
            SkippedAndFailed = one.SkippedAndFailed + other.SkippedAndFailed,
            RanDisabled = one.RanDisabled + other.RanDisabled,
            Flaky = one.Flaky + other.Flaky,
            Failures = one.Failures + other.Failures,
            Attempts = one.Attempts + other.Attempts,
        };
    }
}
