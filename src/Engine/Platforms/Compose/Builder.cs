using ChainBridge.Engine.Commands;
using ChainBridge.Engine.Manifest;
using ChainBridge.Engine.Model;

namespace ChainBridge.Engine.Platforms.Compose;

/// <summary>
/// The builder that an environment names, and where what it makes goes: into the engine's own store, or straight to the registry where that
/// store would lose a part of it.
/// </summary>
/// <param name="spec">Null for buildx as it is.</param>
/// <param name="registry">Of the environment; null for none.</param>
/// <param name="workshop">Where releases are built.</param>
internal sealed class Builder(BuilderSpec? spec, RegistrySpec? registry, DockerEngine workshop)
{
    private const string OwnDriver = "docker";

    private string Name => spec?.Name is { } name ? $"the builder {name}" : "the builder in use";

    /// <summary>How it builds; caches as the manifest has them, for no service yet.</summary>
    /// <exception cref="EngineException">
    /// <see cref="Failure.Refused"/>: there is no such builder, or it cannot make what the environment wants of it.
    /// </exception>
    public async Task<BuildxOptions> OptionsAsync(CancellationToken cancellationToken)
    {
        if (spec is null) return BuildxOptions.Plain;
        var answer = await workshop.TryAsync(BuildxCommands.Inspect(spec.Name), cancellationToken);
        if (!answer.Succeeded)
            throw new EngineException(Failure.Refused, $"{Name} cannot be used: {answer.Evidence}", "docker buildx ls shows which there "
                + $"are; docker buildx create --name {spec.Name ?? "ci"} --driver docker-container --bootstrap makes one");
        var driver = Value(answer.Output, "Driver:") ?? throw new EngineException(Failure.Inconclusive,
            $"{Name} does not say which driver it has: {answer.Output.Trim()}", "look at docker buildx inspect");
        // The engine's own builder can make an index, and keep layers elsewhere, only with containerd's store.
        var poor = driver == OwnDriver && (spec.MakesIndex || spec.CacheTo.Any(IsElsewhere))
            && !await workshop.HasContainerdStoreAsync(cancellationToken);
        if (poor)
            throw new EngineException(Failure.Refused, $"{Name} has the driver docker, and {Wanted()} cannot be made by it",
                "name a builder of another driver (docker buildx create --name ci --driver docker-container --bootstrap; build: "
                    + "{ builder: ci }), or switch the engine to containerd's image store; or take it out of build");
        var push = spec.MakesIndex && driver != OwnDriver;
        if (push && registry is null)
            throw new EngineException(Failure.Refused, $"{Name} has the driver {driver}, and on the way from it into the engine {Wanted()} "
                + "would be lost", "name a registry in the environment, to which it is pushed; or switch the engine to containerd's image "
                    + "store and build with its own builder; or take it out of build");
        return new(spec.Name, push, spec.Platforms, spec.CacheFrom, spec.CacheTo,
            spec.Sbom ? spec.SbomGenerator is { } generator ? $"generator={generator}" : "true" : null, spec.Provenance);
    }

    private string Wanted() => string.Join(" and ", new[]
    {
        spec!.Sbom ? "an SBOM" : null, spec.Provenance is null ? null : "provenance",
        spec.Platforms.Count > 1 ? $"an image for {string.Join(", ", spec.Platforms)}" : null,
        spec.MakesIndex ? null : $"the cache {spec.CacheTo.First(IsElsewhere)}",
    }.OfType<string>());

    private static bool IsElsewhere(string cache) => !cache.Contains("type=inline", StringComparison.Ordinal);

    private static string? Value(string lines, string key) => lines.Split('\n')
        .FirstOrDefault(line => line.StartsWith(key, StringComparison.Ordinal))?[key.Length..].Trim();
}
