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
/// <param name="say">Gets a line when images must travel again; null to report nothing.</param>
internal sealed class ImageTransport(
    IHost host, DockerEngine engine, DockerEngine workshop, RegistryTransport? registry = null, Action<string>? say = null)
{
    /// <summary>What a person does when the host's engine does not take an image, or no name for it.</summary>
    internal const string Next = "look at the disk and the engine of the host (docker system df there), then try again";

    private readonly ImagePull _pull = new(host, engine, engine);
    private readonly SocketTransport _socket = new(host, engine, workshop, say);

    /// <summary>
    /// Has the host's engine know these images by their ids and names. All travel together: what they share travels once.
    /// </summary>
    /// <param name="images">Name and id, as the engine here knows them.</param>
    /// <exception cref="EngineException">
    /// <see cref="Failure.Refused"/>: one cannot be sent, is for another architecture, or is another one when it arrives.
    /// </exception>
    public async Task SendAsync(IReadOnlyList<(string Name, string Id)> images, CancellationToken cancellationToken)
    {
        var ids = images.Select(image => image.Id).ToList();
        if (!host.IsElsewhere() && host.OnlyPlans) return;
        var there = await ImagesAsync(engine, ids, cancellationToken);
        if (!host.OnlyPlans) await RefuseOthersAsync(images, there, cancellationToken);
        if (!host.IsElsewhere()) return;
        if (!host.OnlyPlans) registry?.Forget();
        var missing = images.Where((_, place) => there[place] is null).ToList();
        var known = images.Except(missing).ToList();
        var named = await ImagesAsync(engine, known.Select(image => image.Name), cancellationToken);
        foreach (var (name, id) in known.Where((image, place) => named[place]?.Id != image.Id))
            await engine.MustAsync(DockerCommands.Tag(id, name), Failure.Refused, Next, cancellationToken);
        if (missing.Count == 0) return;
        if (registry is not null) await registry.SendAsync(missing, cancellationToken);
        else await _socket.SendAsync(missing, cancellationToken);
        if (host.OnlyPlans) return;
        var arrived = await ImagesAsync(engine, missing.Select(image => image.Id), cancellationToken);
        foreach (var (name, id) in missing.Where((_, place) => arrived[place] is null))
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
        if (!host.IsElsewhere() || await workshop.FindAsync(name, cancellationToken) is not { } here) return false;
        await FitsAsync(name, here, cancellationToken);
        await _socket.SendAsync([(name, here.Id)], cancellationToken);
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
        if (await workshop.FindAsync(id, cancellationToken) is not { } here)
            return trouble is null or { Failure: Failure.NoSuchRelease } ? false : throw trouble;
        await FitsAsync(name, here, cancellationToken);
        // The name may be that of a newer build by now.
        await _socket.SendAsync([(id, id)], cancellationToken);
        return true;
    }

    /// <summary>Those of a release's artifacts that the host's engine does not have. They are asked for at once.</summary>
    /// <exception cref="EngineException"><see cref="Failure.Refused"/>: one that it has is for another architecture.</exception>
    public async Task<IReadOnlyList<Artifact>> LackingAsync(IReadOnlyCollection<Artifact> artifacts, CancellationToken cancellationToken)
    {
        var there = await ImagesAsync(engine, artifacts.Select(artifact => artifact.Digest), cancellationToken);
        foreach (var (artifact, image) in artifacts.Zip(there))
            if (image is not null) await FitsAsync(artifact.Location, image, cancellationToken);
        return [.. artifacts.Where((_, place) => there[place] is null)];
    }

    private async Task RefuseOthersAsync(
        IReadOnlyList<(string Name, string Id)> images, ImageInfo?[] there, CancellationToken cancellationToken)
    {
        var here = host.IsElsewhere() ? await ImagesAsync(workshop, images.Select(image => image.Id), cancellationToken) : there;
        foreach (var (image, place) in images.Select((image, place) => (image, place)))
            await engine.RefuseOtherAsync(image.Name, (here[place] ?? there[place])?.Platform, cancellationToken);
    }

    private static Task<ImageInfo?[]> ImagesAsync(DockerEngine engine, IEnumerable<string> names, CancellationToken cancellationToken) =>
        Task.WhenAll(names.Select(name => engine.ImageAsync(name, cancellationToken)));

    private async Task<bool> FitsAsync(string name, ImageInfo image, CancellationToken cancellationToken)
    {
        await engine.RefuseOtherAsync(name, image.Platform, cancellationToken);
        return true;
    }
}
