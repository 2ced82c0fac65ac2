using ChainBridge.Engine.Commands;
using ChainBridge.Engine.Hosts;
using ChainBridge.Engine.Manifest;
using ChainBridge.Engine.Model;

namespace ChainBridge.Engine.Platforms.Compose;

/// <summary>
/// Pulls images onto an engine: only those that the host can run, and only where there is room for them. The registry is asked for both
/// first. Where it cannot be asked the pull shows why, and what arrived is judged before anything starts.
/// </summary>
/// <param name="host">The machine of the engine.</param>
/// <param name="engine">It pulls.</param>
/// <param name="target">It will run them; another one where they travel on to a host.</param>
internal sealed class ImagePull(IHost host, DockerEngine engine, DockerEngine target)
{
    /// <summary>Has the engine pull an image, and answers what arrived; null while a plan is made.</summary>
    /// <param name="whole">
    /// It is new to the engine, so there must be room for all of it. Of another build of the same service most layers are there already.
    /// </param>
    /// <param name="otherwise">How it counts that the image cannot be had, where the registry's answer says nothing of its own.</param>
    /// <param name="next">What a person does then.</param>
    /// <exception cref="EngineException">
    /// It cannot be had; <see cref="Failure.Refused"/>: it is for another architecture, or there is no room for it.
    /// </exception>
    public async Task<ImageInfo?> PullAsync(
        string image, bool whole, RegistryTrouble trouble, RegistryLogin? login, Failure otherwise, string next,
        CancellationToken cancellationToken)
    {
        string? platform = null;
        if (!host.OnlyPlans)
        {
            var runsIt = await target.PlatformAsync(cancellationToken);
            if (!ReferenceEquals(engine, target) && await engine.PlatformAsync(cancellationToken) != runsIt) platform = $"{runsIt}";
            await RefuseBeforehandAsync(image, whole, runsIt, login, cancellationToken);
        }

        await FullDisk.NamedAsync(host, engine, () => engine.MustAsync(With(login, DockerCommands.Pull(image, platform)),
            failed => trouble.Of(failed, otherwise, next), cancellationToken), cancellationToken);
        if (host.OnlyPlans) return null;
        var arrived = await engine.ImageAsync(image, cancellationToken)
            ?? throw new EngineException(otherwise, $"{image} was pulled, and the engine has no image of that name", next);
        await target.RefuseOtherAsync(image, arrived.Platform, cancellationToken);
        return arrived;
    }

    /// <summary>What the engine lacks of an image must find room there.</summary>
    /// <param name="layers">The digests of its unpacked layers, in the order of the manifest's; empty where they are not known.</param>
    public async Task RefuseFullAsync(
        string image, RegistryManifest manifest, IReadOnlyList<string> layers, CancellationToken cancellationToken)
    {
        var missing = manifest.Bytes;
        if (layers.Count == manifest.Layers.Count && layers.Count > 0)
        {
            var known = (await engine.ImagesAsync(cancellationToken)).SelectMany(image => image.Layers).ToHashSet();
            missing = manifest.Layers.Where((_, place) => !known.Contains(layers[place])).Sum();
        }

        var root = (await engine.MustAsync(DockerCommands.DataRoot(), Failure.Unreachable, "try it by hand: docker info",
            cancellationToken)).Trim();
        // Unpacked it is never smaller: where not even that much is free, the pull would end half-way with a full disk.
        if (host.Files.Disk(root).Free is var free && free < missing)
            throw new EngineException(Failure.Refused, $"{image} brings {Quantities.Words(missing)} to {host.Name}, and "
                + $"{Quantities.Words(free)} are free at {root}",
                "docker system df shows what takes it; docker image prune and docker builder prune make room");
    }

    /// <summary>What a registry has under this name; empty where it cannot be asked, or answers in a way that is not known.</summary>
    public async Task<IReadOnlyList<RegistryManifest>> ManifestsAsync(
        string image, RegistryLogin? login, CancellationToken cancellationToken)
    {
        var answer = await engine.TryAsync(With(login, DockerCommands.InspectManifest(image)), cancellationToken);
        var other = answer.Succeeded ? null
            : await engine.TryAsync(With(login, DockerCommands.InspectConfiguration(image)), cancellationToken);
        if (other is { Succeeded: false }) return [];
        try
        {
            return other is null ? RegistryManifest.Read(answer.Output) : RegistryManifest.ReadConfiguration(other.Output);
        }
        catch (Exception unknown) when (unknown is System.Text.Json.JsonException or InvalidOperationException or KeyNotFoundException)
        {
            return [];
        }
    }

    private async Task RefuseBeforehandAsync(
        string image, bool whole, ImagePlatform runsIt, RegistryLogin? login, CancellationToken cancellationToken)
    {
        var there = await ManifestsAsync(image, login, cancellationToken);
        if (there.Count == 0) return;
        if (there.FirstOrDefault(one => runsIt.Runs(one.Platform)) is not { } fits)
            throw target.OtherArchitecture(image, string.Join(" and ", there.Select(one => one.Platform).Distinct()), runsIt);
        if (whole) await RefuseFullAsync(image, fits, [], cancellationToken);
    }

    private static Command With(RegistryLogin? login, Command command) => login?.With(command) ?? command;
}
