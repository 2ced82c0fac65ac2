using System.Text.Json;
using System.Text.Json.Nodes;
using ChainBridge.Engine.Manifest;
using ChainBridge.Engine.Model;
using ChainBridge.Engine.Secrets;
using ChainBridge.Engine.State;

namespace ChainBridge.Engine.Platforms.Compose;

/// <summary>
/// Turns what Compose answered into what a release keeps: the services of a slot and what they use, secrets as names only.
/// </summary>
/// <param name="variables">Variables that the team's files name, with their values.</param>
internal sealed class ProjectRecord(
    DeploymentManifest manifest, EnvironmentSpec environment, Redactor redactor, IReadOnlyDictionary<string, string?> variables)
{
    private const int LargestConfig = 1_000_000;
    private static readonly string[] Dropped = ["build", "profiles", "env_file", "extends", "develop", "pull_policy"];

    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping
    };

    /// <summary>The record's text.</summary>
    /// <param name="resolved">The output of <c>docker compose config --format json</c>.</param>
    /// <param name="pinned">The image of a one-shot service that is none of the manifest's → its id.</param>
    /// <exception cref="EngineException">
    /// <see cref="Failure.Refused"/>: a secret stands where it cannot be kept out of the record.
    /// </exception>
    public string Of(string resolved, IReadOnlyDictionary<string, string> pinned)
    {
        var model = ComposeModel.Of(resolved);
        var rules = new ComposeRules(model, manifest);
        var oneShots = model
            .OneShots(manifest).ToDictionary(name => name, name => rules.ImageOwner(model.Services[name]));
        var root = (JsonObject)JsonNode.Parse(resolved)!;
        var kept = new JsonObject();
        foreach (var name in manifest.Services.Keys.Concat(oneShots.Keys))
            kept[name] = Service(name, (JsonObject)root["services"]![name]!.DeepClone(), oneShots, pinned);
        var configs = Contents(Used(root, kept, "configs"));
        return new JsonObject
        {
            ["services"] = kept,
            ["networks"] = Used(root, kept, "networks"),
            ["volumes"] = Used(root, kept, "volumes"),
            ["secrets"] = Used(root, kept, "secrets"),
            ["configs"] = new JsonObject(configs.Unread.Select(config => KeyValuePair.Create<string, JsonNode?>(config.Key, config.Value))),
            [RecordedProject.Own] = new JsonObject
            {
                ["oneShots"] =
                    new JsonObject(oneShots.Select(oneShot => KeyValuePair.Create<string, JsonNode?>(oneShot.Key, oneShot.Value))),
                ["slotVolumes"] = new JsonArray([.. environment.SlotVolumes.Select(name => (JsonNode)name)]),
                ["configs"] =
                    new JsonObject(configs.Read.Select(config => KeyValuePair.Create<string, JsonNode?>(config.Key, config.Value))),
            },
        }.ToJsonString(Indented);
    }

    private JsonObject Service(
        string name, JsonObject service, Dictionary<string, string?> oneShots, IReadOnlyDictionary<string, string> pinned)
    {
        foreach (var key in service.Select(entry => entry.Key)
            .Where(key => Dropped.Contains(key) || key.StartsWith("x-", StringComparison.Ordinal)).ToList()) service.Remove(key);
        if (!oneShots.TryGetValue(name, out var owner)) service.Remove("image");
        else if (owner is not null) service["image"] = ComposeModel.ImageOf(owner);
        else if (manifest.Jobs.ContainsKey(name)) service["image"] = ComposeModel.ImageOf(name);
        else service["image"] = pinned.GetValueOrDefault(name) ?? (string?)service["image"];
        if (manifest.Compose is not null && manifest.Services.ContainsKey(name))
        {
            // A stack that was written for developers says nothing of it, and a service that died would stay dead.
            service["restart"] ??= "unless-stopped";
            if (manifest.Doors.Any(door => door.Service == name)) service.Remove("ports");
        }

        if (service["environment"] is JsonObject settings)
            foreach (var (key, value) in settings.ToList())
                // A variable without a value is handed through from the runner's environment, which is another one
                // on the day of a rollback.
                if (value is null) settings.Remove(key);
                else if (IsSecret(key, Unescaped(value.ToString()))) settings[key] = Configuration.Secret;
        foreach (var (key, value) in service.ToList())
            if (value is not null && key != "environment") service[key] = WithoutSecrets(value, $"services.{name}.{key}");
        return service;
    }

    private bool IsSecret(string name, string value)
    {
        if (!redactor.IsSecret(name, value)) return false;
        redactor.LearnSetting(name, value, manifest.Project);
        return true;
    }

    /// <summary>A known secret in a command or a label becomes the variable it came from.</summary>
    private JsonNode? WithoutSecrets(JsonNode node, string place) => node switch
    {
        JsonObject map => new JsonObject(map.Select(entry =>
            KeyValuePair.Create(entry.Key, entry.Value is null ? null : WithoutSecrets(entry.Value, $"{place}.{entry.Key}")))),
        JsonArray list => new JsonArray([.. list.Select(item => item is null ? null : WithoutSecrets(item, place))]),
        JsonValue value when value.TryGetValue<string>(out var text) && redactor.Hide(text) != text => Referred(text, place),
        _ => node.DeepClone(),
    };

    private JsonNode Referred(string text, string place)
    {
        foreach (var (name, value) in variables.Where(variable => variable.Value is { Length: > 0 } secret
            && redactor.IsSecret(variable.Key, secret)).OrderByDescending(variable => variable.Value!.Length))
            text = text.Replace(value!.Replace("$", "$$", StringComparison.Ordinal), $"${{{name}:?the release needs this secret}}",
                StringComparison.Ordinal);
        return redactor.Hide(text) == text
            ? text
            : throw new EngineException(Failure.Refused, $"{place} holds a known secret, and a release keeps none",
                "give it to the service in environment, or write it as ${NAME} where it stands");
    }

    /// <summary>What of a part of the file the services use.</summary>
    private static JsonObject Used(JsonObject root, JsonObject services, string part)
    {
        var names = services.SelectMany(service => service.Value![part] switch
        {
            JsonObject map => map.Select(entry => entry.Key),
            JsonArray list => list.Select(item => item is JsonObject map ? (string?)map["source"] : (string?)item).OfType<string>(),
            _ => [],
        }).ToHashSet();
        return new JsonObject((root[part] as JsonObject ?? []).Where(entry => names.Contains(entry.Key))
            .Select(entry => KeyValuePair.Create(entry.Key, entry.Value?.DeepClone())));
    }

    /// <summary>
    /// Configs are settings, and so the release keeps what is in them; one that is no text or too large stays the file it is.
    /// </summary>
    private (Dictionary<string, string> Read, Dictionary<string, JsonNode?> Unread) Contents(JsonObject configs)
    {
        var (read, unread) = (new Dictionary<string, string>(), new Dictionary<string, JsonNode?>());
        foreach (var (name, config) in configs)
            if (Content(config as JsonObject ?? []) is not { } content) unread[name] = config?.DeepClone();
            else if (redactor.Hide(content) != content)
                throw new EngineException(Failure.Refused, $"the config {name} holds a known secret, and a release keeps none",
                    "make it one of the secrets: of the compose file");
            else read[name] = content;
        return (read, unread);
    }

    private string? Content(JsonObject config)
    {
        if ((string?)config["content"] is { } written) return Unescaped(written);
        if ((string?)config["environment"] is { } variable)
            return variables.GetValueOrDefault(variable) ?? Environment.GetEnvironmentVariable(variable) ?? "";
        if ((string?)config["file"] is not { } file || !File.Exists(file) || new FileInfo(file).Length > LargestConfig) return null;
        var text = File.ReadAllText(file);
        return text.Contains('\uFFFD', StringComparison.Ordinal) || text.Contains('\0', StringComparison.Ordinal) ? null : text;
    }

    /// <summary>Compose writes a dollar twice.</summary>
    internal static string Unescaped(string text) => text.Replace("$$", "$", StringComparison.Ordinal);
}
