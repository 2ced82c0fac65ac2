using System.Text.Json;
using System.Text.Json.Serialization;
using ChainBridge.Engine.Model;

namespace ChainBridge.Engine.State;

/// <summary>How a run of the runner ended, as the journal keeps it.</summary>
/// <param name="Failure">Null when it did what it should.</param>
[JsonConverter(typeof(EndingWords))]
public readonly record struct Ending(Failure? Failure);

/// <summary>
/// The words of the journal's field <c>exitCode</c>. They are older than <see cref="Failure"/> and stay as they are: every runner has
/// to read the journals of those before it, and of those after it.
/// </summary>
internal sealed class EndingWords : JsonConverter<Ending>
{
    private const string Done = "Done";

    private static readonly IReadOnlyDictionary<Failure, string> Words = new Dictionary<Failure, string>
    {
        [Failure.Usage] = "Usage",
        [Failure.GateFailed] = "GateFailed",
        [Failure.CandidateFailed] = "RolledBack",
        [Failure.NoPreviousRelease] = "NoPreviousRelease",
        [Failure.PersonNeeded] = "PersonNeeded",
        [Failure.Inconclusive] = "Inconclusive",
        [Failure.Locked] = "Locked",
        [Failure.Refused] = "PreflightRefused",
        [Failure.NoSuchRelease] = "NoSuchRelease",
        [Failure.Unreachable] = "TargetUnreachable",
        [Failure.Interrupted] = "Interrupted",
    };

    /// <inheritdoc />
    public override Ending Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var word = reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
        if (word == Done) return new(null);
        foreach (var (failure, written) in Words)
            if (written == word) return new(failure);
        throw new JsonException($"'{word}' is no way in which a run ends");
    }

    /// <inheritdoc />
    public override void Write(Utf8JsonWriter writer, Ending value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.Failure is { } failure ? Words[failure] : Done);
}
