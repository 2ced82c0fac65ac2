using System.Text.Json;
using System.Text.Json.Nodes;
using ChainBridge.Engine.Model;

namespace ChainBridge.Engine.State;

/// <summary>
/// The text of a release's record. All of a service is in one object there, as earlier runners wrote and read it: its parts have none
/// of their own.
/// </summary>
internal static class ReleaseText
{
    private static readonly string[] Parts = ["build", "ready"];

    public static string Of(Release release)
    {
        var record = JsonSerializer.SerializeToNode(release, ReleaseJson.Default.Release);
        foreach (var service in Services(record))
            foreach (var part in Parts)
            {
                service.Remove(part, out var fields);
                foreach (var (name, value) in fields!.AsObject()) service[name] = value?.DeepClone();
            }

        return record!.ToJsonString(ReleaseJson.Default.Options);
    }

    /// <exception cref="JsonException">It holds no release.</exception>
    public static Release? Read(string text)
    {
        var record = JsonNode.Parse(text, documentOptions: new() { AllowDuplicateProperties = false });
        foreach (var service in Services(record))
        {
            // Each part takes its own fields of the whole.
            var whole = service.DeepClone();
            foreach (var part in Parts) service[part] = whole.DeepClone();
        }

        return record.Deserialize(ReleaseJson.Default.Release);
    }

    private static List<JsonObject> Services(JsonNode? record) =>
        [.. ((record as JsonObject)?["services"] as JsonObject ?? []).Select(service => service.Value).OfType<JsonObject>()];
}
