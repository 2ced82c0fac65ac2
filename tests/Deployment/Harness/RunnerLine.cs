using System.Text.Json;

namespace ChainBridge.Tests.Deployment.Harness;

/// <summary>One line of <c>--output json</c>.</summary>
public sealed record RunnerLine(string Line, JsonElement Json)
{
    public string Event => this["event"]!;

    /// <summary>e.g. <c>startSlot</c>.</summary>
    public string? Step => this["step"];

    public DateTimeOffset At => Json.GetProperty("at").GetDateTimeOffset();

    public int ExitCode => Json.GetProperty("exitCode").GetInt32();

    /// <summary>A member as text; null when the line lacks it.</summary>
    public string? this[string member] => Json.TryGetProperty(member, out var value) ? value.ToString() : null;

    /// <summary>Whether this is the step's begin or end.</summary>
    public bool Is(string happened, string step) => Event == happened && Step == step;

    /// <summary>Null for a line that is no JSON object.</summary>
    public static RunnerLine? Read(string line)
    {
        try
        {
            var json = JsonDocument.Parse(line).RootElement;
            return json.ValueKind == JsonValueKind.Object ? new RunnerLine(line, json) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
