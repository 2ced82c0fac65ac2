namespace ChainBridge.TestKit.Load;

/// <summary>
/// One request. In <see cref="Path"/>, <see cref="Body"/> and the headers' values <c>${n}</c> is the iteration's number,
/// <c>${user}</c> the user's, <c>${uuid}</c> a new one and <c>${data.NAME}</c> a value of the iteration's row.
/// </summary>
/// <param name="Name">Under which its times are reported.</param>
/// <param name="Path">Below the target, or a whole address.</param>
public sealed record HttpStep(string Name, string Path)
{
    /// <summary>GET when nothing else is said.</summary>
    public string Method { get; init; } = "GET";

    /// <summary>Null for none.</summary>
    public string? Body { get; init; }

    /// <summary>Sent with it.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>The status that is a success; null for any below 400.</summary>
    public int? Expect { get; init; }

    /// <summary>What is wrong with it; empty when nothing is.</summary>
    /// <param name="row">A row of the data; null without.</param>
    public IEnumerable<string> Problems(IReadOnlyDictionary<string, string>? row)
    {
        if (Expect is < 100 or > 599) yield return $"{Expect} is no HTTP status: 100 to 599";
        if (Method.Length == 0 || Method.Any(letter => !char.IsAsciiLetter(letter))) yield return $"'{Method}' is no HTTP method";
        foreach (var text in Headers.Values.Append(Path).Append(Body ?? ""))
            foreach (var problem in Http.Template.Problems(text, row)) yield return problem;
    }
}
