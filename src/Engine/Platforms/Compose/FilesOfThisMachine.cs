using System.Text.Json.Nodes;
using ChainBridge.Engine.Manifest;

namespace ChainBridge.Engine.Platforms.Compose;

/// <summary>
/// What a compose file takes from the clone that it stands in. On another host that mounts it there is an empty folder in its place.
/// </summary>
internal static class FilesOfThisMachine
{
    /// <summary>A reason not to deploy for each; empty when there is none. Every other path is taken for one of the host.</summary>
    /// <param name="resolved">The whole file as Compose resolves it.</param>
    /// <param name="clone">The folders that a relative path may lead to.</param>
    /// <param name="host">For the messages.</param>
    public static IEnumerable<string> In(string resolved, DeploymentManifest manifest, IReadOnlyList<string> clone, string host)
    {
        var root = (JsonObject)JsonNode.Parse(resolved)!;
        var started = manifest.Services.Keys.Concat(manifest.Accessories.Keys).Concat(manifest.Jobs.Keys)
            .Concat(ComposeModel.Of(resolved).OneShots(manifest)).ToHashSet();
        foreach (var (name, service) in (root["services"] as JsonObject ?? []).Where(service => started.Contains(service.Key)))
        {
            foreach (var source in Items(service, "volumes").Where(mount => (string?)mount["type"] == "bind")
                .Select(mount => (string?)mount["source"]).OfType<string>().Where(IsHere))
                yield return $"{name} mounts {source} of this machine, which is not on {host}: copy it into the image, or use configs:";
            foreach (var file in Items(service, "secrets").Select(secret => (string?)secret["source"]).OfType<string>()
                .Select(secret => (string?)root["secrets"]?[secret]?["file"]).OfType<string>())
                yield return $"{name} has a secret in {file} of this machine, which is not on {host}: give it in its environment";
        }

        bool IsHere(string source) => clone.Any(folder => source == folder || source.StartsWith($"{folder}/", StringComparison.Ordinal));
    }

    private static IEnumerable<JsonObject> Items(JsonNode? service, string key) => (service?[key] as JsonArray ?? []).OfType<JsonObject>();
}
