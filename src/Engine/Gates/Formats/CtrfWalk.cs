using System.Text;
using System.Text.Json;

namespace ChainBridge.Engine.Gates.Formats;

/// <summary>Goes through the tokens of a report. Knows where in the document it stands: the property names that lead there.</summary>
internal sealed class CtrfWalk(ResultTally tally)
{
    private static readonly string[] Results = ["", "results"], Summary = ["", "results", "summary"], Tests = ["", "results", "tests"];
    private static readonly string[] Test = ["", "results", "tests", ""], ShardMark = ["", "results", "extra", "shard"];
    private static readonly string[] Attempts = ["", "results", "tests", "", "retryAttempts"];
    private readonly List<string> _path = [];
    private readonly CtrfClaims _claims = new();
    private readonly CtrfShard _shard = new();

    /// <summary>The keys of the objects that are open; a report that has one of those twice says two things.</summary>
    private readonly Stack<HashSet<string>> _keys = new();
    private CtrfTest _test = new();
    private string? _property;
    private bool _hasTests;

    public void On(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.PropertyName)
        {
            _property = Text(ref reader);
            if (!_keys.Peek().Add(_property) && Decides()) tally.Object($"the key '{_property}' is in {Place()} twice");
            return;
        }

        if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray) Begin(reader.TokenType);
        else if (reader.TokenType is JsonTokenType.EndObject or JsonTokenType.EndArray) End(reader.TokenType);
        else Value(ref reader);
        _property = null;
    }

    public void Check()
    {
        if (!_hasTests || _claims["tests"] is null)
            throw new ResultFileException("the file is no CTRF report: results.summary.tests or results.tests is missing");
        _claims.Check(tally);
        tally.Shard = _shard.ToShard();
    }

    private void Begin(JsonTokenType token)
    {
        if (At(Summary) && _property is { } claim && CtrfClaims.IsCount(claim)) tally.Object($"results.summary.{claim} is no count");
        if (At(Attempts)) _test.HasAttempt();
        _path.Add(_property ?? "");
        _keys.Push(new HashSet<string>(StringComparer.OrdinalIgnoreCase));
        if (At(Tests)) _hasTests |= token == JsonTokenType.StartArray;
        if (At(Test)) _test = new CtrfTest();
    }

    private void End(JsonTokenType token)
    {
        if (At(Test) && token == JsonTokenType.EndObject)
        {
            _test.Count(tally);
            if (_test.WasRepeated) _claims.Repeated++;
            if (_test.IsTodo) _claims.Todos++;
            if (_test.IsInconclusive) _claims.Inconclusive++;
        }
        else if (At(Test)) tally.Fail("an entry of results.tests that is no test");
        _keys.Pop();
        _path.RemoveAt(_path.Count - 1);
    }

    private void Value(ref Utf8JsonReader reader)
    {
        if (At(Tests)) tally.Fail("an entry of results.tests that is no test");
        if (_property is null) return;
        if (At(Summary) && CtrfClaims.IsCount(_property))
        {
            if (reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out var claim) && claim >= 0) _claims[_property] = claim;
            else tally.Object($"results.summary.{_property} is no count");
        }
        else if (At(Test)) _test.Take(_property, ref reader);
        else if (At(ShardMark)) _shard.Take(_property, ref reader);
    }

    private bool Decides() => _path.Count <= 1 || At(Results) || At(Summary) || At(Test);

    private string Place() => _path.Count <= 1 ? "the report" : string.Join('.', _path.Skip(1)).TrimEnd('.');

    private bool At(string[] path)
    {
        if (_path.Count != path.Length) return false;
        for (var i = path.Length - 1; i >= 0; i--)
            if (_path[i] != path[i]) return false;
        return true;
    }

    /// <summary>A string or key; one with half of a surrogate pair is no text, and stands for itself as it is written.</summary>
    internal static string Text(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString() ?? "";
        }
        catch (InvalidOperationException)
        {
            return Encoding.UTF8.GetString(reader.ValueSpan);
        }
    }
}
