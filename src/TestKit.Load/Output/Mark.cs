using System.Text.Json;

namespace ChainBridge.TestKit.Load;

/// <summary>Something that happened meanwhile and is shown on the timeline, as a step of a deployment.</summary>
public sealed record Mark(DateTimeOffset At, string Text)
{
    /// <summary>
    /// Reads marks from lines of JSON that have a time in <c>at</c> and a <c>step</c>, <c>event</c> or <c>text</c>: the runner's journal
    /// and its <c>--output json</c> are such. A step is marked where it begins; other lines are passed over.
    /// </summary>
    public static IReadOnlyList<Mark> Read(TextReader lines)
    {
        var marks = new List<Mark>();
        while (lines.ReadLine() is { } line)
        {
            try
            {
                using var json = JsonDocument.Parse(line);
                if (json.RootElement is { ValueKind: JsonValueKind.Object } root && root.TryGetProperty("at", out var at)
                    && at.TryGetDateTimeOffset(out var when) && !IsEnd(Value(root, "event"))
                    && new[] { "step", "event", "text" }.Select(key => Value(root, key))
                        .FirstOrDefault(text => text is not null) is { } text)
                    marks.Add(new(when, text));
            }
            catch (JsonException)
            {
                // A line of something else.
            }
        }

        return marks;
    }

    /// <summary>The journal has the one, <c>--output json</c> the other.</summary>
    private static bool IsEnd(string? happened) => happened is "StepEnded" or "step-ended";

    private static string? Value(JsonElement root, string key) =>
        root.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
