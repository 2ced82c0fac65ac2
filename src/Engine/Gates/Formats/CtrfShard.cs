using System.Text.Json;

namespace ChainBridge.Engine.Gates.Formats;

/// <summary>TestKit's mark of a part of an assembly's tests, while it is read.</summary>
internal sealed class CtrfShard
{
    private readonly Dictionary<string, int> _numbers = [];
    private string? _of, _plan;

    public void Take(string property, ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out var number)) _numbers[property] = number;
        else if (reader.TokenType == JsonTokenType.String && property == "of") _of = CtrfWalk.Text(ref reader);
        else if (reader.TokenType == JsonTokenType.String && property == "plan") _plan = CtrfWalk.Text(ref reader);
    }

    /// <summary>Null when the mark is missing or not whole.</summary>
    public ResultShard? ToShard() =>
        _of is not null && _plan is not null && _numbers.GetValueOrDefault("index") is var index and > 0
            && _numbers.GetValueOrDefault("count") is var count && index <= count
            ? new ResultShard(_of, index, count, _plan)
            : null;
}
