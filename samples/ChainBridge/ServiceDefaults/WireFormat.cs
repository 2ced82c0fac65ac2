using System.Text.Json;
using System.Text.Json.Serialization;

namespace ChainBridge.Samples.ServiceDefaults;

/// <summary>How the services write JSON: snake_case names, enums as words.</summary>
public static class WireFormat
{
    /// <summary>The options for clients of the services.</summary>
    public static JsonSerializerOptions Options { get; } = Create();

    /// <summary>Sets the format on a service's own options.</summary>
    public static void Apply(JsonSerializerOptions options)
    {
        options.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
        options.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower));
    }

    private static JsonSerializerOptions Create()
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web);
        Apply(options);
        return options;
    }
}
