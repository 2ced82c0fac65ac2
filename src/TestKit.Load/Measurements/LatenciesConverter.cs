using System.Text.Json;
using System.Text.Json.Serialization;

namespace ChainBridge.TestKit.Load.Measurements;

/// <summary>A histogram as its encoding; an empty one as nothing. What is read is packed: a measurement has thousands of windows.</summary>
internal sealed class LatenciesConverter : JsonConverter<Latencies>
{
    public override Latencies Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.GetString() is { Length: > 0 } text ? Latencies.Decode(text).Packed() : new();

    public override void Write(Utf8JsonWriter writer, Latencies value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.Count == 0 ? "" : value.Encode());
}
