using System.Text.Json.Nodes;
using ChainBridge.Engine.Manifest;
using ChainBridge.Engine.Model;
using ChainBridge.Engine.Traffic;

namespace ChainBridge.Engine.Platforms.Compose;

/// <summary>
/// The compose file of one slot, made from what the release recorded: names, networks and volumes as that slot needs them.
/// </summary>
internal sealed class SlotFile
{
    private readonly RecordedProject _project;
    private readonly ComposeNames _names;
    private readonly Slot _slot;
    private readonly JsonObject _file;

    public SlotFile(RecordedProject project, ComposeNames names, Slot slot, Release release)
    {
        (_project, _names, _slot, _file) = (project, names, slot, project.Copy());
        _file.Remove(RecordedProject.Own);
        foreach (var (name, service) in ((JsonObject)_file["services"]!).ToList()) Service(name, (JsonObject)service!, release);
        _file["networks"] = Networks();
        _file["volumes"] = Volumes();
    }

    /// <summary>Config → the file it is to stand in, and what is in it.</summary>
    public Dictionary<string, string> Configs { get; } = [];

    /// <summary>
    /// Networks that others make, with the container that joins each and its names there. Joined by the runner: Compose would give the
    /// service's name to both slots.
    /// </summary>
    public List<(string Container, string Network, IReadOnlyList<string> Aliases)> Joins { get; } = [];

    /// <summary>Volumes that are made before the slot and outlive it.</summary>
    public List<SharedVolume> Shared { get; } = [];

    /// <summary>The file's text. JSON is YAML.</summary>
    /// <param name="folder">Where its configs are written.</param>
    /// <param name="secret">Service and key → the value of a secret.</param>
    /// <param name="variables">Gets what Compose must find in its environment.</param>
    public string Text(string folder, Func<string, string, string> secret, Dictionary<string, string> variables)
    {
        foreach (var (service, key) in _project.Secrets)
        {
            var variable = $"CHAINBRIDGE_SETTING_{variables.Count}";
            variables[variable] = secret(service, key);
            _file["services"]![service]!["environment"]![key] = $"${{{variable}}}";
        }

        foreach (var (name, content) in _project.Configs)
        {
            Configs[Path.Combine(folder, name)] = content;
            ((JsonObject)_file["configs"]!)[name] =
                new JsonObject { ["file"] = Path.Combine(folder, name).Replace("$", "$$", StringComparison.Ordinal) };
        }

        return _file.ToJsonString();
    }

    private void Service(string name, JsonObject service, Release release)
    {
        service.Remove("depends_on");
        Replace(service, release);
        service["pull_policy"] = "never";
        // A worker that was stopped must stay so when the engine starts again: the other slot has the work.
        if (release.Services.GetValueOrDefault(name)?.Worker == true && (string?)service["restart"] == "always")
            service["restart"] = "unless-stopped";
        var labels = service["labels"] as JsonObject ?? [];
        labels[ComposeNames.Label] = _names.Environment;
        if (_project.OneShots.ContainsKey(name))
        {
            labels[ComposeNames.OneShotLabel] = "true";
            service["restart"] = "no";
        }

        if (service["labels"] is null) service["labels"] = labels;
        var own = new JsonObject { ["default"] = null };
        foreach (var (network, options) in service["networks"] as JsonObject ?? [])
        {
            if (External(_project.Part("networks")[network]) is { } joined)
                Joins.Add((_names.ContainerOf(_slot, name), joined,
                    [.. (options?["aliases"] as JsonArray ?? []).Select(alias => (string)alias!)]));
            else own[network] = options?.DeepClone();
        }

        service["networks"] = own;
    }

    /// <summary>What stands for an image of the release becomes its digest, wherever the team's file has it.</summary>
    private static void Replace(JsonNode node, Release release)
    {
        if (node is JsonObject map)
            foreach (var (key, value) in map.ToList())
                if (Digest(value, release) is { } digest) map[key] = digest;
                else if (value is not null) Replace(value, release);
        if (node is JsonArray list)
            for (var index = 0; index < list.Count; index++)
                if (Digest(list[index], release) is { } digest) list[index] = digest;
                else if (list[index] is { } item) Replace(item, release);
    }

    private static string? Digest(JsonNode? node, Release release)
    {
        if (node is not JsonValue value || !value.TryGetValue<string>(out var text)) return null;
        var replaced = release.Artifacts.OrderByDescending(artifact => artifact.Key.Length).Aggregate(text,
            (known, artifact) => known.Replace(ComposeModel.ImageOf(artifact.Key), artifact.Value.Digest, StringComparison.Ordinal));
        return replaced == text ? null : replaced;
    }

    private JsonObject Networks()
    {
        var networks = new JsonObject { ["default"] = new JsonObject { ["name"] = _names.Project(_slot), ["external"] = true } };
        foreach (var (name, network) in _project.Part("networks")
            .Where(network => network.Key != "default" && External(network.Value) is null))
        {
            var made = network as JsonObject is { } known ? (JsonObject)known.DeepClone() : [];
            made.Remove("name");
            networks[name] = Labelled(made, ComposeNames.SlotLabel);
        }

        return networks;
    }

    private JsonObject Volumes()
    {
        var volumes = new JsonObject();
        foreach (var (name, volume) in _project.Part("volumes"))
        {
            var known = volume as JsonObject ?? [];
            if (External(known) is { } external)
            {
                volumes[name] = Existing(external);
            }
            else if (_project.SlotVolumes.Contains(name))
            {
                var own = (JsonObject)known.DeepClone();
                own.Remove("name");
                volumes[name] = Labelled(own, ComposeNames.SlotLabel);
            }
            else
            {
                var shared = SharedVolume.Of(_names, name, known);
                Shared.Add(shared);
                volumes[name] = Existing(shared.Name);
            }
        }

        return volumes;
    }

    private JsonObject Labelled(JsonObject part, string slotLabel)
    {
        var labels = part["labels"] as JsonObject ?? [];
        (labels[ComposeNames.Label], labels[slotLabel]) = (_names.Environment, _slot.Name());
        if (part["labels"] is null) part["labels"] = labels;
        return part;
    }

    private static JsonObject Existing(string name) => new() { ["name"] = name, ["external"] = true };

    /// <summary>The name of what others make; null when it is made here.</summary>
    private static string? External(JsonNode? part) =>
        part is JsonObject map && map["external"] is JsonValue external && external.TryGetValue<bool>(out var yes) && yes
            ? (string?)map["name"]
            : null;
}

/// <summary>A volume that releases share.</summary>
internal sealed record SharedVolume(
    string Name, string? Driver, IReadOnlyDictionary<string, string> Options, IReadOnlyDictionary<string, string> Labels)
{
    /// <param name="name">Its key in the compose file; a name of its own that the team gave it stays.</param>
    public static SharedVolume Of(ComposeNames names, string name, JsonObject volume)
    {
        // Compose answers with its own name for one without; it is the same for every slot here.
        var given = (string?)volume["name"];
        var labels = Texts(volume["labels"]);
        labels[ComposeNames.Label] = names.Environment;
        return new(given is null || given == $"{names.Environment}_{name}" ? names.Volume(name) : given, (string?)volume["driver"],
            Texts(volume["driver_opts"]), labels);
    }

    private static Dictionary<string, string> Texts(JsonNode? map) =>
        (map as JsonObject ?? []).ToDictionary(entry => entry.Key, entry => entry.Value?.ToString() ?? "");
}
