using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace ChainBridge.Engine.State;

/// <summary>A line of the journal with its seal: the hash of the line before it, and a hash over that and its own text.</summary>
/// <param name="Body">The entry's JSON, without the seal.</param>
internal sealed partial record JournalLine(string Body, string Previous, string Hash)
{
    /// <summary>Seals an entry.</summary>
    public static JournalLine Seal(JournalEntry entry, string previous)
    {
        var body = JsonSerializer.Serialize(entry, RunnerJson.Default.JournalEntry);
        return new(body, previous, HashOf(previous, body));
    }

    /// <summary>Reads a sealed line; null when it has no seal.</summary>
    public static JournalLine? Read(string line) => Sealed().Match(line) is { Success: true } match
        ? new(match.Groups["body"].Value + "}", match.Groups["previous"].Value, match.Groups["hash"].Value)
        : null;

    /// <summary>Whether the text is the one that was sealed.</summary>
    public bool IsIntact => HashOf(Previous, Body) == Hash;

    /// <summary>The line as it is written.</summary>
    public override string ToString() => $"{Body[..^1]},\"previous\":\"{Previous}\",\"hash\":\"{Hash}\"}}";

    /// <summary>Reads an entry, sealed or not; null when the text is none.</summary>
    public static JournalEntry? Entry(string text)
    {
        try
        {
            return JsonSerializer.Deserialize(text, RunnerJson.Default.JournalEntry) is { Deployment: not null, Version: not null } entry
                ? entry
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>What a line after torn ones follows: they are in the chain as they stand.</summary>
    public static string After(string hash, IEnumerable<string> torn) => torn.Aggregate(hash, HashOf);

    /// <summary>What the first sealed line follows, and one that accepts all before it: every line above, whatever it is.</summary>
    public static string After(IEnumerable<string> lines) => lines.Where(line => line.Length > 0).Aggregate("", HashOf);

    private static string HashOf(string previous, string text) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{previous}\n{text}")))[..32];

    [GeneratedRegex("""^(?<body>\{.*),"previous":"(?<previous>[0-9a-f]{0,32})","hash":"(?<hash>[0-9a-f]{32})"\}$""")]
    private static partial Regex Sealed();
}
