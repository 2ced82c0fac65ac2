using System.Text.Json;

namespace ChainBridge.Engine.Gates.Formats;

/// <summary>One of the tests while it is read.</summary>
internal sealed class CtrfTest
{
    private string? _name, _status, _rawStatus, _suite, _file;
    private bool _flaky;
    private int _retries;

    /// <summary>It was run again, however it ended.</summary>
    public bool WasRepeated => _flaky || _retries > 0;

    /// <summary>It is still to be written.</summary>
    public bool IsTodo => _status == "other" && _rawStatus == "todo";

    /// <summary>It ran and could not tell; the format has no word of its own for it.</summary>
    public bool IsInconclusive =>
        _status == "other" && string.Equals(_rawStatus, "inconclusive", StringComparison.OrdinalIgnoreCase);

    /// <summary>One of the attempts before the last is listed.</summary>
    public void HasAttempt() => _retries = Math.Max(_retries, 1);

    public void Take(string property, ref Utf8JsonReader reader)
    {
        var text = reader.TokenType == JsonTokenType.String ? CtrfWalk.Text(ref reader) : null;
        switch (property)
        {
            case "name": _name = text; break;
            case "status": _status = text ?? "no text"; break;
            case "rawStatus": _rawStatus = text; break;
            case "suite": _suite = text; break;
            case "filePath": _file = text; break;
            case "flaky": _flaky = reader.TokenType == JsonTokenType.True; break;
            case "retries" when reader.TokenType == JsonTokenType.Number:
                _retries = reader.TryGetInt32(out var retries) ? retries : 1; break;
        }
    }

    public void Count(ResultTally tally)
    {
        var outcome = _status switch
        {
            "passed" => WasRepeated ? EntryOutcome.Flaky : EntryOutcome.Passed,
            "skipped" or "pending" => EntryOutcome.Skipped,
            // Jest's test.todo: the format has no word of its own for it.
            "other" when IsTodo => EntryOutcome.Skipped,
            "other" when IsInconclusive => EntryOutcome.Inconclusive,
            _ => EntryOutcome.Failed,
        };
        var where = _suite ?? _file;
        var name = string.IsNullOrWhiteSpace(_name)
            ? $"a test without a name{(string.IsNullOrWhiteSpace(where) ? "" : $" in {where}")}"
            : _name;
        tally.Add(outcome, string.Join('\0', _file, _suite, _name), outcome == EntryOutcome.Failed && _status != "failed"
            ? $"{name} [status: {_status ?? "none"}]"
            : name);
    }
}
