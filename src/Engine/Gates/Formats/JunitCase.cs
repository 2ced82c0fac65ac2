using System.Xml;

namespace ChainBridge.Engine.Gates.Formats;

/// <summary>One <c>testcase</c>: its name, and what its attributes and children say of it.</summary>
internal sealed class JunitCase
{
    private static readonly string[] WordAttributes = ["status", "result", "outcome"];
    private static readonly string[] CountAttributes = ["failures", "errors"];
    private readonly JunitSuite _suite;
    private readonly bool _nested;
    private readonly string _identity, _name;
    private string? _word;
    private bool _skipped;
    private int _failures, _passedLater, _failedAgain;

    public JunitCase(XmlReader reader, JunitSuite suite, bool nested)
    {
        (_suite, _nested) = (suite, nested);
        var (name, type, file) = (Text(reader, "name"), Text(reader, "classname") ?? Text(reader, "class") ?? suite.Name,
            Text(reader, "file"));
        _identity = string.Join('\0', suite.Path, type, name, file);
        _name = (name, type) switch
        {
            (null, null) => $"a test without a name in {file ?? suite.Label}",
            (null, _) => $"a test without a name in {type}",
            (_, null) => name,
            _ => name.Contains(type, StringComparison.Ordinal) ? name : $"{name} ({type})",
        };
        foreach (var attribute in WordAttributes) Say(attribute, reader.GetAttribute(attribute));
        if (CountAttributes.Any(attribute => reader.Number(attribute) > 0)) Fail();
        if (IsWord(reader, "success", "false") || IsWord(reader, "passed", "false") || IsWord(reader, "failed", "true")) Fail();
        if (IsWord(reader, "executed", "false")) Skip();
        var ran = reader.GetAttribute("status") == "run";
        suite.HasCase(nested, marked: ran && reader.GetAttribute("result") is null, ranDisabled: ran && !_skipped
            && IsDisabled(name, type));
    }

    public void Fail() => _failures++;

    public void Skip() => _skipped = true;

    /// <summary>An attempt that failed, of a test that was run more than once.</summary>
    /// <param name="passed">A later attempt passed; otherwise none did.</param>
    public void Repeat(bool passed)
    {
        if (passed) _passedLater++;
        else _failedAgain++;
    }

    public void End(ResultTally tally)
    {
        var outcome = _failures > 0 || (_failedAgain > 0 && _passedLater == 0) ? EntryOutcome.Failed
            : _skipped ? EntryOutcome.Skipped
            : _passedLater > 0 ? EntryOutcome.Flaky : EntryOutcome.Passed;
        _suite.Add(outcome, _skipped, Math.Max(_failures, outcome == EntryOutcome.Failed ? 1 : 0), _passedLater + _failedAgain);
        tally.Add(outcome, _identity, _word is null ? _name : $"{_name} [{_word}]");
    }

    private void Say(string attribute, string? word)
    {
        var outcome = OutcomeWords.Of(word);
        if (outcome == EntryOutcome.Failed) (_failures, _word) = (_failures + 1, $"{attribute}=\"{word}\"");
        if (outcome == EntryOutcome.Skipped) _skipped = true;
        if (outcome == EntryOutcome.Flaky) _passedLater++;
    }

    private static bool IsDisabled(params ReadOnlySpan<string?> names)
    {
        foreach (var name in names)
            if (name?.Contains("DISABLED_", StringComparison.Ordinal) == true) return true;
        return false;
    }

    private static string? Text(XmlReader reader, string attribute) =>
        reader.GetAttribute(attribute) is { } text && !string.IsNullOrWhiteSpace(text) ? text : null;

    private static bool IsWord(XmlReader reader, string attribute, string word) =>
        string.Equals(reader.GetAttribute(attribute), word, StringComparison.OrdinalIgnoreCase);
}
