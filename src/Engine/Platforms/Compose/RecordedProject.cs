using System.Text.Json;
using System.Text.Json.Nodes;
using ChainBridge.Engine.Manifest;
using ChainBridge.Engine.Model;
using ChainBridge.Engine.State;

namespace ChainBridge.Engine.Platforms.Compose;

/// <summary>
/// The compose project of a release as its record keeps it: what Compose made of the team's files on the day of the deployment.
/// </summary>
internal sealed class RecordedProject
{
    /// <summary>The key of what the runner keeps beside Compose's own keys.</summary>
    public const string Own = "x-chainbridge";

    private readonly JsonObject _root;

    private RecordedProject(JsonObject root) => _root = root;

    /// <summary>Reads a record; null for one of an earlier runner, which kept the team's file as it was written.</summary>
    public static RecordedProject? Read(string text)
    {
        try
        {
            return JsonNode.Parse(text) is JsonObject root && root[Own] is JsonObject ? new(root) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public JsonObject Services => (JsonObject)_root["services"]!;

    /// <summary>
    /// Services that run once per release → the service of the manifest whose image they run; null for an image of its own.
    /// </summary>
    public IReadOnlyDictionary<string, string?> OneShots =>
        ((JsonObject)_root[Own]!["oneShots"]!).ToDictionary(entry => entry.Key, entry => (string?)entry.Value);

    /// <summary>Volumes that each slot has for itself.</summary>
    public IReadOnlyList<string> SlotVolumes => [.. ((JsonArray)_root[Own]!["slotVolumes"]!).Select(name => (string)name!)];

    /// <summary>Config → what is in its file.</summary>
    public IReadOnlyDictionary<string, string> Configs =>
        ((JsonObject)_root[Own]!["configs"]!).ToDictionary(entry => entry.Key, entry => (string)entry.Value!);

    /// <summary>Services and keys of settings whose values are secrets, and so come from the files of the day.</summary>
    public IReadOnlyList<(string Service, string Key)> Secrets =>
        [.. Services.SelectMany(service => (service.Value!["environment"] as JsonObject ?? [])
            .Where(setting => (string?)setting.Value == Configuration.Secret).Select(setting => (service.Key, setting.Key)))];

    /// <summary>Volumes, networks, configs or secrets, by name.</summary>
    public JsonObject Part(string key) => _root[key] as JsonObject ?? [];

    /// <summary>A copy that may be changed.</summary>
    public JsonObject Copy() => (JsonObject)_root.DeepClone();

    /// <summary>Whether a service runs at every start of a slot and not only once: it fills a volume that is new with the slot.</summary>
    public bool RunsInEverySlot(string service) =>
        (Services[service]!["volumes"] as JsonArray ?? []).Any(mount => SlotVolumes.Contains((string?)mount!["source"] ?? ""));

    /// <summary>
    /// Whether a service that runs once does so on one of several hosts: what it leaves in a volume or folder is there for that host alone.
    /// </summary>
    public bool RunsOnOneHost(string service) => Services[service]!["volumes"] is not JsonArray { Count: > 0 };

    /// <summary>What a service is called by the others: its name, and what the team's file calls it in networks of the slot.</summary>
    public IReadOnlyList<string> NamesOf(string service) => [.. (Services[service]?["networks"] as JsonObject ?? [])
        .SelectMany(network => network.Value?["aliases"] as JsonArray ?? []).Select(alias => (string)alias!).Prepend(service).Distinct()];

    /// <summary>The order to start in: every service after the ones it waits for.</summary>
    public IReadOnlyList<string> Order(Release release)
    {
        var names = OneShots.Keys.Concat(release.Services.Keys).ToList();
        return ServiceOrder.DependenciesFirst(names, name => (release.Services.GetValueOrDefault(name)?.DependsOn ?? [])
            .Concat((Services[name]?["depends_on"] as JsonObject ?? []).Select(wait => wait.Key)).Where(names.Contains));
    }
}
