using ChainBridge.Engine.Commands;
using ChainBridge.Engine.Hosts;
using ChainBridge.Engine.Model;

namespace ChainBridge.Engine.Platforms.Compose;

/// <summary>
/// Brings images from the engine where releases are built to the host's, through a registry or over the host's own socket, and only those
/// that it lacks and can run. Sends nothing where the two are one.
/// </summary>
/// <param name="engine">The host's.</param>
/// <param name="workshop">Where releases are built.</param>
/// <param name="registry">The way they take; null for the host's socket.</param>
internal sealed class ImageTransport(IHost host, DockerEngine engine, DockerEngine workshop, RegistryTransport? registry = null)
{
    private const string Next = "look at the disk and the engine of the host (docker system df there), then try again";

    private readonly ImagePull _pull = new(host, engine, engine);

    /// <summary>
    /// Has the host's engine know these images by their ids and names. All travel together: what they share travels once.
    /// </summary>
    /// <param name="images">Name and id, as the engine here knows them.</param>
    /// <exception cref="EngineException">
    /// <see cref="Failure.Refused"/>: one cannot be sent, is for another architecture, or is another one when it arrives.
    /// </exception>
    public async Task SendAsync(IReadOnlyList<(string Name, string Id)> images, CancellationToken cancellationToken)
    {
        if (!host.OnlyPlans)
            foreach (var (name, id) in images)
                await engine.RefuseOtherAsync(name, (await workshop.ImageAsync(id, cancellationToken)
                    ?? await engine.ImageAsync(id, cancellationToken))?.Platform, cancellationToken);
        if (!host.IsElsewhere()) return;
        if (!host.OnlyPlans) registry?.Forget();
        var missing = new List<(string Name, string Id)>();
        foreach (var (name, id) in images)
            if (await engine.ImageAsync(id, cancellationToken) is null) missing.Add((name, id));
            else if ((await engine.ImageAsync(name, cancellationToken))?.Id != id)
                await engine.MustAsync(DockerCommands.Tag(id, name), Failure.Refused, Next, cancellationToken);
        if (missing.Count == 0) return;
        if (registry is not null) await registry.SendAsync(missing, cancellationToken);
        else await CarryAsync(missing.Select(image => image.Name), cancellationToken);
        foreach (var (name, id) in missing)
            if (!host.OnlyPlans && await engine.ImageAsync(id, cancellationToken) is null)
                throw new EngineException(Failure.Refused, $"{name} was sent to {host.Name} and has another id there than {id}",
                    "let both engines keep images the same way (docker info --format '{{.DriverStatus}}': containerd's store, or not); "
                        + "what is attached to an image, and its other platforms, would be lost on the way");
    }

    /// <summary>Pulls an image that was not built here onto the host's engine; null while a plan is made.</summary>
    /// <inheritdoc cref="ImagePull.PullAsync" path="/param[@name='next']|/exception"/>
    public Task<ImageInfo?> PullAsync(string image, string next, CancellationToken cancellationToken) => _pull.PullAsync(
        image, whole: true, RegistryTrouble.OfImage(image), login: null, Failure.Refused, next, cancellationToken);

    /// <summary>
    /// Has the host's engine know an image by its name; false where neither engine has it.
    /// </summary>
    /// <exception cref="EngineException"><see cref="Failure.Refused"/>: it is for another architecture.</exception>
    public async Task<bool> BringAsync(string name, CancellationToken cancellationToken)
    {
        if (await engine.ImageAsync(name, cancellationToken) is { } there) return await FitsAsync(name, there, cancellationToken);
        if (!host.IsElsewhere() || !await workshop.HasAsync(name, cancellationToken)) return false;
        if (await workshop.ImageAsync(name, cancellationToken) is { } here) await FitsAsync(name, here, cancellationToken);
        await CarryAsync([name], cancellationToken);
        return true;
    }

    /// <summary>Has the host's engine know what a release recorded; false where neither engine nor the registry has it.</summary>
    /// <exception cref="EngineException">
    /// <see cref="Failure.Refused"/>: it is for another architecture; or the registry that may have it does not work.
    /// </exception>
    public async Task<bool> BringAsync(Artifact artifact, CancellationToken cancellationToken)
    {
        var (name, id) = (artifact.Location, artifact.Digest);
        if (await engine.ImageAsync(id, cancellationToken) is { } there) return await FitsAsync(name, there, cancellationToken);
        if (!host.IsElsewhere()) return false;
        var trouble = registry is null ? null : await registry.BringAsync(artifact, cancellationToken);
        if (registry is not null && trouble is null) return true;
        if (!await workshop.HasAsync(id, cancellationToken))
            return trouble is null or { Failure: Failure.NoSuchRelease } ? false : throw trouble;
        if (await workshop.ImageAsync(id, cancellationToken) is { } here) await FitsAsync(name, here, cancellationToken);
        // The name may be that of a newer build by now.
        await CarryAsync([id], cancellationToken);
        return true;
    }

    private async Task<bool> FitsAsync(string name, ImageInfo image, CancellationToken cancellationToken)
    {
        await engine.RefuseOtherAsync(name, image.Platform, cancellationToken);
        return true;
    }

    private Task CarryAsync(IEnumerable<string> images, CancellationToken cancellationToken)
    {
        List<string> names = [.. images.Distinct().Order(StringComparer.Ordinal)];
        return host.ChangeAsync($"send {string.Join(", ", names)} to {host.Name}", async () => await FullDisk.NamedAsync(host, engine,
            () => workshop.MustAsync(DockerCommands.Carry(names, $"unix://{host.EnginePath}"), Failure.Refused, Next, cancellationToken),
            cancellationToken, (host.Workshop, workshop)));
    }
}
