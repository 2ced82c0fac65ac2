using System.Text.Json.Nodes;
using ChainBridge.Engine.Commands;
using ChainBridge.Engine.Manifest;
using ChainBridge.Engine.Model;

namespace ChainBridge.Engine.Platforms.Compose;

/// <summary>The builds of the team's compose file, and the file that they are built from: with the names and labels of a release.</summary>
/// <param name="resolved">The output of <c>docker compose config --format json</c>.</param>
internal sealed class ProjectBuildFile(
    string resolved, DeploymentManifest manifest, ComposeNames names, BuildParts parts, BuildxOptions with)
{
    /// <summary>Keys of a build that <c>docker buildx bake</c> reads; the others it would leave out without a word.</summary>
    private static readonly string[] Baked =
    [
        "additional_contexts", "args", "cache_from", "cache_to", "context", "dockerfile", "dockerfile_inline", "labels", "network",
        "no_cache", "platforms", "pull", "secrets", "ssh", "tags", "target",
    ];

    /// <summary>What is in none of the files of a context.</summary>
    private static readonly string[] FromOutside = ["additional_contexts", "secrets", "ssh"];

    /// <summary>What decides nothing about the image, or is compared by itself.</summary>
    private static readonly string[] Beside = ["args", "cache_from", "cache_to", "context", "tags"];

    private readonly JsonNode _root = JsonNode.Parse(resolved)!;

    /// <summary>What the image of a service is built from; null where that is not all in its context.</summary>
    public BuildSource? SourceOf(string service)
    {
        if (_root["services"]?[service]?["build"] is not JsonObject build || (string?)build["context"] is not { } context
            || !Path.IsPathRooted(context) || FromOutside.Any(build.ContainsKey)
            || IsOn(build["no_cache"]) || IsOn(build["pull"])) return null;
        var rest = new JsonObject(build.Where(entry => !Beside.Contains(entry.Key))
            .Select(entry => KeyValuePair.Create(entry.Key, entry.Value?.DeepClone())));
        return new(context, Path.GetFullPath((string?)build["dockerfile"] ?? "Dockerfile", context), (string?)build["dockerfile_inline"],
            ArgumentsOf(service), $"{string.Join(',', with.Platforms)} {rest.ToJsonString()}");
    }

    /// <summary>The build arguments of a service, as its build gets them.</summary>
    public IReadOnlyDictionary<string, string> ArgumentsOf(string service) =>
        (_root["services"]?[service]?["build"]?["args"] as JsonObject ?? []).ToDictionary(argument => argument.Key,
            argument => ProjectRecord.Unescaped(argument.Value?.ToString() ?? ""));

    /// <summary>The file's text.</summary>
    /// <param name="services">Those to build, with what they are built from (<see cref="BuildInputs"/>).</param>
    /// <param name="bakes">It is for buildx itself, and so has all that the environment says of a build.</param>
    /// <exception cref="EngineException"><see cref="Failure.Refused"/>: buildx cannot do what the team's file says.</exception>
    public string Of(IReadOnlyDictionary<ServiceSpec, string?> services, BuildRequest request, bool bakes)
    {
        var kept = new JsonObject();
        foreach (var (name, service) in _root["services"]!.AsObject())
        {
            if (service?["build"]?.DeepClone() is not JsonObject build) continue;
            var tag = ComposeNames.Tag($"{manifest.Project}/{name}", request.Version);
            if (services.Keys.FirstOrDefault(wanted => wanted.Name == name) is { } wanted)
            {
                var latest = names.Latest(wanted.Build.Image);
                build["tags"] = Texts(bakes ? parts.Tags([tag, latest], with) : [latest]);
                build["labels"] = Added(build["labels"], parts.Images(with).Labels(request, services[wanted]));
                build["args"] = Added(build["args"], BuiltImages.Arguments(request));
                if (bakes) Bake(name, build);
            }

            kept[name] = new JsonObject { ["image"] = tag, ["build"] = build };
        }

        return new JsonObject { ["services"] = kept, ["secrets"] = _root["secrets"]?.DeepClone() ?? new JsonObject() }.ToJsonString();
    }

    private void Bake(string service, JsonObject build)
    {
        if (build.FirstOrDefault(entry => !Baked.Contains(entry.Key) && !entry.Key.StartsWith("x-", StringComparison.Ordinal)) is
            { Key: { } unread })
            throw new EngineException(Failure.Refused,
                $"services.{service}.build has {unread}, which buildx does not read from a compose file",
                "take build out of the environment, and Compose builds as before; or take the key out of the compose file");
        if (with.Platforms.Count > 0) build["platforms"] = Texts(with.Platforms);
        foreach (var (key, caches) in new[] { ("cache_from", with.CacheFrom), ("cache_to", with.CacheTo) })
            if (caches.Count > 0)
                build[key] = Texts([.. (build[key] as JsonArray ?? []).Select(cache => (string)cache!), .. BuilderSpec.For(service, caches)
                    .Select(Escaped)]);
    }

    private static JsonArray Texts(IEnumerable<string> texts) => new([.. texts.Select(text => (JsonNode)text)]);

    private static bool IsOn(JsonNode? flag) => flag is JsonValue value && value.TryGetValue<bool>(out var on) && on;

    private static JsonObject Added(JsonNode? map, IReadOnlyDictionary<string, string> own)
    {
        var all = map?.DeepClone() as JsonObject ?? [];
        foreach (var (name, value) in own) all[name] = Escaped(value);
        return all;
    }

    /// <summary>Compose would fill in what begins with a dollar.</summary>
    private static string Escaped(string text) => text.Replace("$", "$$", StringComparison.Ordinal);
}
