using System.Text.Json.Nodes;
using ChainBridge.Engine.Manifest;
using ChainBridge.Engine.Secrets;
using ChainBridge.Engine.State;

namespace ChainBridge.Engine.Platforms.Compose;

/// <summary>The accessories as the team's compose file has them: their image, settings, health check, command and volumes.</summary>
internal sealed class AccessoryFile(DeploymentManifest manifest, ComposeNames names, TeamProject team, Redactor redactor)
{
    /// <summary>What belongs to the developers' machines, to slots or to Compose's own naming.</summary>
    private static readonly string[] LeftOut =
        ["build", "profiles", "env_file", "extends", "develop", "pull_policy", "ports", "container_name", "depends_on", "scale", "deploy"];

    /// <param name="variables">Gets what Compose must find in its environment: secrets stand in the file as names.</param>
    /// <exception cref="Model.EngineException">Compose cannot be asked for the file, or refuses it.</exception>
    public async Task<AccessoryParts> PartsAsync(Dictionary<string, string> variables, CancellationToken cancellationToken)
    {
        var root = (JsonObject)JsonNode.Parse(await team.ResolvedAsync(cancellationToken))!;
        var services = manifest.Accessories.Keys
            .ToDictionary(name => name, name => (object)Service((JsonObject)root["services"]![name]!, root, variables));
        return new(services, Used(root, "volumes", Volume), Used(root, "networks", Network, only: IsExternal), Used(root, "secrets", Plain),
            Used(root, "configs", Plain));
    }

    private Dictionary<string, object?> Service(JsonObject service, JsonObject root, Dictionary<string, string> variables)
    {
        var kept = new Dictionary<string, object?>();
        foreach (var (key, value) in service.Where(entry => entry.Value is not null && !LeftOut.Contains(entry.Key)
            && !entry.Key.StartsWith("x-", StringComparison.Ordinal))) kept[key] = Plain(value);
        if (service["environment"] is JsonObject settings)
            kept["environment"] = settings.ToDictionary(setting => setting.Key,
                setting => setting.Value is null ? null : Setting(setting.Key, setting.Value.ToString(), variables));
        // Accessories wait for each other; everything else waits for all of them.
        if (service["depends_on"] is JsonObject waits)
            kept["depends_on"] = waits.Where(wait => manifest.Accessories.ContainsKey(wait.Key))
                .ToDictionary(wait => wait.Key, wait => Plain(wait.Value));
        kept["networks"] = (service["networks"] as JsonObject ?? []).Where(network => IsExternal(root["networks"]?[network.Key]))
            .Append(new("default", null)).DistinctBy(network => network.Key)
            .ToDictionary(network => network.Key, network => Plain(network.Value));
        kept.TryAdd("restart", "unless-stopped");
        var labels = kept.GetValueOrDefault("labels") as Dictionary<string, object?> ?? [];
        labels[ComposeNames.Label] = names.Environment;
        kept["labels"] = labels;
        return kept;
    }

    /// <summary>A value as the file has it, its dollars written twice; a secret in a variable.</summary>
    private string Setting(string name, string value, Dictionary<string, string> variables)
    {
        var plain = ProjectRecord.Unescaped(value);
        if (!redactor.IsSecret(name, plain)) return value;
        redactor.LearnSetting(name, plain, manifest.Project);
        return ComposeFiles.Hidden(plain, variables);
    }

    /// <summary>A volume has the name that a slot which mounts it too would give it.</summary>
    private object? Volume(string name, JsonNode? volume)
    {
        if (IsExternal(volume)) return Plain(volume);
        var shared = SharedVolume.Of(names, name, volume as JsonObject ?? []);
        var made = new Dictionary<string, object?> { ["name"] = shared.Name, ["labels"] = shared.Labels };
        if (shared.Driver is { } driver) made["driver"] = driver;
        if (shared.Options.Count > 0) made["driver_opts"] = shared.Options;
        return made;
    }

    private static object? Network(string name, JsonNode? network) => Plain(network);

    private static object? Plain(string name, JsonNode? part) => Plain(part);

    /// <summary>What of a part of the file the accessories use.</summary>
    private Dictionary<string, object> Used(
        JsonObject root, string part, Func<string, JsonNode?, object?> made, Func<JsonNode?, bool>? only = null)
    {
        var used = manifest.Accessories.Keys.SelectMany(name => root["services"]![name]![part] switch
        {
            JsonObject map => map.Select(entry => entry.Key),
            JsonArray list => list.Select(item => item is JsonObject map ? (string?)map["source"] : (string?)item).OfType<string>(),
            _ => [],
        }).ToHashSet();
        return (root[part] as JsonObject ?? []).Where(entry => used.Contains(entry.Key) && only?.Invoke(entry.Value) != false)
            .ToDictionary(entry => entry.Key, entry => made(entry.Key, entry.Value)!);
    }

    private static bool IsExternal(JsonNode? part) =>
        part is JsonObject map && map["external"] is JsonValue external && external.TryGetValue<bool>(out var yes) && yes;

    private static object? Plain(JsonNode? node) => node switch
    {
        JsonObject map => map.ToDictionary(entry => entry.Key, entry => Plain(entry.Value)),
        JsonArray list => list.Select(Plain).ToList(),
        JsonValue value when value.TryGetValue<string>(out var text) => text,
        JsonValue value when value.TryGetValue<bool>(out var flag) => flag,
        JsonValue value when value.TryGetValue<long>(out var number) => number,
        JsonValue value => value.ToString(),
        _ => null,
    };
}

/// <summary>The parts of a compose file that accessories need.</summary>
internal sealed record AccessoryParts(Dictionary<string, object> Services, Dictionary<string, object> Volumes,
    Dictionary<string, object> Networks, Dictionary<string, object> Secrets, Dictionary<string, object> Configs);
