using System.Text.Json;

namespace ChainBridge.DeployRunner.Cli;

/// <summary>The JSON Schema of the manifest, which comes with the runner.</summary>
internal static class Schema
{
    /// <summary>Its text.</summary>
    public static string Text() => File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "chainbridge.schema.json"));

    /// <summary>The address where editors find the schema.</summary>
    public static string Address()
    {
        using var schema = JsonDocument.Parse(Text());
        return schema.RootElement.GetProperty("$id").GetString()!;
    }
}
