using System.Text.Json;

namespace ChainBridge.DeployRunner.Gates.Formats;

/// <summary>
/// Common Test Report Format: <c>results.summary</c> claims, <c>results.tests[]</c> holds; <c>results.extra.shard</c> is
/// TestKit's word for the part that the file is.
/// </summary>
internal static class CtrfReader
{
    private const int LargestToken = 8_000_000;

    public static void Read(Stream file, ResultTally tally, CancellationToken cancellationToken)
    {
        var walk = new Walk(tally);
        var buffer = new byte[64 * 1024];
        var (held, state, ended) = (0, new JsonReaderState(), false);
        try
        {
            while (!ended)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (held == buffer.Length)
                {
                    if (buffer.Length >= LargestToken) throw new ResultFileException($"one value is larger than {LargestToken / 1_000_000} MB");
                    Array.Resize(ref buffer, buffer.Length * 2);
                }

                var read = file.Read(buffer, held, buffer.Length - held);
                held += read;
                ended = read == 0;
                var skip = walk.AtStart && held >= 3 && buffer.AsSpan(0, 3).SequenceEqual("\uFEFF"u8) ? 3 : 0;
                var reader = new Utf8JsonReader(buffer.AsSpan(skip, held - skip), ended, state);
                while (reader.Read()) walk.On(ref reader);
                state = reader.CurrentState;
                var consumed = skip + (int)reader.BytesConsumed;
                buffer.AsSpan(consumed, held - consumed).CopyTo(buffer);
                held -= consumed;
            }
        }
        catch (JsonException broken)
        {
            throw new ResultFileException($"the file is cut off or no JSON: {broken.Message}", broken);
        }

        walk.Check();
    }

    /// <summary>Knows where in the document the reader stands: the property names that lead there.</summary>
    private sealed class Walk(ResultTally tally)
    {
        private readonly List<string> _path = [];
        private readonly Dictionary<string, int> _claims = [];
        private readonly Dictionary<string, int> _place = [];
        private string? _property, _name, _status, _of, _plan;
        private bool _hasTests;

        public bool AtStart { get; private set; } = true;

        public void On(ref Utf8JsonReader reader)
        {
            AtStart = false;
            switch (reader.TokenType)
            {
                case JsonTokenType.PropertyName: _property = reader.GetString(); break;
                case JsonTokenType.StartObject or JsonTokenType.StartArray:
                    _path.Add(_property ?? "");
                    _property = null;
                    if (At("", "results", "tests")) _hasTests |= reader.TokenType == JsonTokenType.StartArray;
                    if (At("", "results", "tests", "")) (_name, _status) = (null, null);
                    break;
                case JsonTokenType.EndObject or JsonTokenType.EndArray:
                    if (At("", "results", "tests", "")) Count();
                    _path.RemoveAt(_path.Count - 1);
                    _property = null;
                    break;
                default:
                    Value(ref reader);
                    _property = null;
                    break;
            }
        }

        public void Check()
        {
            if (!_hasTests || !_claims.ContainsKey("tests")) throw new ResultFileException("the file is no CTRF report: results.summary.tests or results.tests is missing");
            tally.MustAgree("tests", _claims["tests"], tally.Entries);
            tally.MustAgree("failed", Claimed("failed") + (Claimed("other") ?? 0), tally.Failed);
            tally.MustAgree("passed", Claimed("passed"), tally.Entries - tally.Failed - tally.Skipped);
            if (_of is not null && _plan is not null && _place.GetValueOrDefault("index") is var index and > 0 && _place.GetValueOrDefault("count") is var count && index <= count) tally.Shard = new(_of, index, count, _plan);
        }

        private int? Claimed(string key) => _claims.TryGetValue(key, out var value) ? value : null;

        private void Value(ref Utf8JsonReader reader)
        {
            if (_property is null) return;
            if (At("", "results", "summary") && reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out var number)) _claims[_property] = number;
            else if (At("", "results", "tests", "") && reader.TokenType == JsonTokenType.String)
            {
                if (_property == "name") _name = reader.GetString();
                else if (_property == "status") _status = reader.GetString();
            }
            else if (At("", "results", "extra", "shard")) Place(ref reader, _property);
        }

        private void Place(ref Utf8JsonReader reader, string property)
        {
            if (reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out var number)) _place[property] = number;
            else if (reader.TokenType == JsonTokenType.String && property == "of") _of = reader.GetString();
            else if (reader.TokenType == JsonTokenType.String && property == "plan") _plan = reader.GetString();
        }

        private void Count()
        {
            if (_status == "passed") tally.Passed();
            else if (_status is "skipped" or "pending") tally.Skip();
            else tally.Fail(_name ?? "a test without a name");
        }

        private bool At(params ReadOnlySpan<string> path)
        {
            if (_path.Count != path.Length) return false;
            for (var i = 0; i < path.Length; i++)
                if (_path[i] != path[i]) return false;
            return true;
        }
    }
}
