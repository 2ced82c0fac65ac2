using System.Text.Json;
using System.Text.Json.Serialization;

namespace ChainBridge.TestKit.Load.Measurements;

/// <summary>Plans and measurements as JSON, without reflection: a generator is to be ready in a fraction of a second.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true,
    Converters = [typeof(LatenciesConverter)], DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(LoadPlan))]
[JsonSerializable(typeof(LoadMeasurement))]
[JsonSerializable(typeof(LoadWindow))]
[JsonSerializable(typeof(List<GeneratorHealth>))]
internal sealed partial class LoadJson : JsonSerializerContext
{
    /// <summary>On one line.</summary>
    public static string Write(LoadMeasurement measurement) => JsonSerializer.Serialize(measurement, Default.LoadMeasurement);

    public static LoadMeasurement ReadMeasurement(string text) => JsonSerializer.Deserialize(text, Default.LoadMeasurement)
        ?? throw new JsonException("a measurement was expected, and null was written");

    public static string Write(LoadPlan plan) => JsonSerializer.Serialize(plan, Default.LoadPlan);

    public static LoadPlan ReadPlan(string text) =>
        JsonSerializer.Deserialize(text, Default.LoadPlan) ?? throw new JsonException("a plan was expected, and null was written");

    public static string Write(LoadWindow window) => JsonSerializer.Serialize(window, Default.LoadWindow);

    public static LoadWindow ReadWindow(string text) =>
        JsonSerializer.Deserialize(text, Default.LoadWindow) ?? throw new JsonException("a window was expected, and null was written");
}
