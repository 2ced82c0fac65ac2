namespace ChainBridge.Tests.TestKit.Runs;

/// <summary>The file that the sample writes down in what it did.</summary>
internal sealed class TraceFile : IDisposable
{
    private readonly string _path = Path.GetTempFileName();

    /// <summary>For the run, with these variables besides.</summary>
    public Dictionary<string, string> Variables(params (string Name, string Value)[] more) =>
        new(more.Select(one => KeyValuePair.Create(one.Name, one.Value))) { ["SAMPLE_TRACE"] = _path };

    /// <summary>What was written of one thing, in order.</summary>
    public IReadOnlyList<string> Of(string part) =>
        [.. File.ReadAllLines(_path).Where(line => line.StartsWith($"{part}: ", StringComparison.Ordinal))
            .Select(line => line[(part.Length + 2)..])];

    /// <inheritdoc/>
    public void Dispose() => File.Delete(_path);
}
