using ChainBridge.Engine.Commands;
using ChainBridge.Engine.Hosts;
using ChainBridge.Engine.Model;

namespace ChainBridge.Engine.Platforms.Compose;

/// <summary>
/// Brings images from the engine where releases are built to the host's, through a registry or over the host's own socket, and only those
/// that it lacks. Does nothing where the two are one.
/// </summary>
/// <param name="engine">The host's.</param>
/// <param name="workshop">Where releases are built.</param>
/// <param name="registry">The way they take; null for the host's socket.</param>
internal sealed class ImageTransport(IHost host, DockerEngine engine, DockerEngine workshop, RegistryTransport? registry = null)
{
    private const string Next = "look at the disk and the engine of the host (docker system df there), then try again";

    /// <summary>
    /// Has the host's engine know these images by their ids and names. All travel together: what they share travels once.
    /// </summary>
    /// <param name="images">Name and id, as the engine here knows them.</param>
    /// <exception cref="EngineException"><see cref="Failure.Refused"/>: one cannot be sent, or is another one when it arrives.</exception>
    public async Task SendAsync(IReadOnlyList<(string Name, string Id)> images, CancellationToken cancellationToken)
    {
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
                    "let both engines keep images the same way (docker info --format '{{.DriverStatus}}': containerd's store, or not)");
    }

    /// <summary>Has the host's engine know an image by its name; false where neither engine has it.</summary>
    public async Task<bool> BringAsync(string name, CancellationToken cancellationToken)
    {
        if (await engine.ImageAsync(name, cancellationToken) is not null) return true;
        if (!host.IsElsewhere() || !await workshop.HasAsync(name, cancellationToken)) return false;
        await CarryAsync([name], cancellationToken);
        return true;
    }

    /// <summary>Has the host's engine know what a release recorded, where the engine here still has it.</summary>
    public async Task<bool> BringAsync(Artifact artifact, CancellationToken cancellationToken)
    {
        if (await engine.ImageAsync(artifact.Digest, cancellationToken) is not null) return true;
        if (!host.IsElsewhere()) return false;
        if (registry is not null && await registry.BringAsync(artifact, cancellationToken)) return true;
        if (!await workshop.HasAsync(artifact.Digest, cancellationToken)) return false;
        // The name may be that of a newer build by now.
        await CarryAsync([artifact.Digest], cancellationToken);
        return true;
    }

    private Task CarryAsync(IEnumerable<string> images, CancellationToken cancellationToken)
    {
        List<string> names = [.. images.Distinct().Order(StringComparer.Ordinal)];
        return host.ChangeAsync($"send {string.Join(", ", names)} to {host.Name}", async () => await workshop.MustAsync(
            DockerCommands.Carry(names, $"unix://{host.EnginePath}"), Failure.Refused, Next, cancellationToken));
    }
}
