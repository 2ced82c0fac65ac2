using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace ChainBridge.Edge;

/// <summary>The addresses of a slot, and the release that runs in it.</summary>
/// <param name="Version">The release in it, as answers are stamped with; null when the runner that placed the slot sent none.</param>
/// <param name="Doors">Door → address of the service behind it.</param>
[JsonConverter(typeof(Converter))]
public sealed record SlotPlace(string? Version, ImmutableSortedDictionary<string, Uri> Doors)
{
    /// <summary>A slot that is behind <see cref="DoorRule.Default"/> alone.</summary>
    public static SlotPlace At(Uri address, string? version = null) =>
        new(version, ImmutableSortedDictionary<string, Uri>.Empty.Add(DoorRule.Default, address));

    /// <summary>An edge of before wrote the one address of a slot as a text; it is read like that still.</summary>
    private sealed class Converter : JsonConverter<SlotPlace>
    {
        public override SlotPlace Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            if (reader.TokenType == JsonTokenType.String) return At(JsonSerializer.Deserialize<Uri>(ref reader, options)!);
            var fields = JsonSerializer.Deserialize<Fields>(ref reader, options);
            return new(fields?.Version, fields?.Doors ?? throw new JsonException("a slot without doors"));
        }

        public override void Write(Utf8JsonWriter writer, SlotPlace value, JsonSerializerOptions options) =>
            JsonSerializer.Serialize(writer, new Fields(value.Version, value.Doors), options);

        private sealed record Fields(string? Version, ImmutableSortedDictionary<string, Uri>? Doors);
    }
}
