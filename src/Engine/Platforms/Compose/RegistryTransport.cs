using ChainBridge.Engine.Commands;
using ChainBridge.Engine.Hosts;
using ChainBridge.Engine.Manifest;
using ChainBridge.Engine.Model;

namespace ChainBridge.Engine.Platforms.Compose;

/// <summary>
/// Brings images to a host through a registry: pushed from where they are built, pulled by the host's engine, and proved there by their
/// ids. The login stays on this machine: the client sends it along with each pull.
/// </summary>
/// <param name="engine">The host's.</param>
/// <param name="workshop">Where releases are built.</param>
/// <param name="logins">To the registry.</param>
internal sealed class RegistryTransport(
    IHost host, DockerEngine engine, DockerEngine workshop, RegistrySpec registry, RegistryLogins logins, TimeProvider time)
{
    private static readonly TimeSpan Tidying = TimeSpan.FromSeconds(20);
    private readonly ImagePull _pull = new(host, engine, engine);

    /// <summary>Has the host's engine know these images by their names.</summary>
    /// <exception cref="EngineException">
    /// <see cref="Failure.Refused"/>: the registry refuses the login, a push or a pull; <see cref="Failure.Unreachable"/>: it cannot be
    /// used now.
    /// </exception>
    public async Task SendAsync(IReadOnlyList<(string Name, string Id)> images, CancellationToken cancellationToken)
    {
        using var login = await logins.TakeAsync(cancellationToken);
        foreach (var (name, id) in images)
        {
            var remote = registry.NameOf(name);
            await workshop.MustAsync(DockerCommands.Tag(id, remote), Failure.Refused, Next, cancellationToken);
            try
            {
                await FullDisk.NamedAsync(host.Workshop, workshop, () => workshop.MustAsync(login.With(DockerCommands.Push(remote)),
                    failed => logins.Trouble.Of(failed, Failure.Refused, Next), cancellationToken), cancellationToken);
                if (!host.OnlyPlans) await RefuseFullAsync(remote, id, login, cancellationToken);
                await PullAsync(remote, name, login, cancellationToken);
            }
            finally
            {
                // With a second name on either engine it would never be removed, also when the run is interrupted here.
                using var deadline = new CancellationTokenSource(Tidying, time);
                if (remote != name) await workshop.TryAsync(DockerCommands.RemoveImages([remote]), deadline.Token);
            }
        }
    }

    /// <summary>Has the host's engine know an image that was built straight into the registry, by the digest it has there.</summary>
    /// <returns>The artifact with the id that the image has on the host.</returns>
    /// <inheritdoc cref="SendAsync" path="/exception"/>
    public async Task<Artifact> FetchAsync(Artifact built, RegistryLogin login, CancellationToken cancellationToken)
    {
        var arrived = await _pull.PullAsync(built.Remote!, whole: false, logins.Trouble, login, Failure.Refused, Next, cancellationToken);
        await engine.MustAsync(DockerCommands.Tag(arrived?.Id ?? built.Remote!, built.Location), Failure.Refused, Next, cancellationToken);
        await engine.TryAsync(DockerCommands.RemoveImages([built.Remote!]), cancellationToken);
        return arrived is null ? built : built with { Digest = arrived.Id, Bytes = arrived.Bytes };
    }

    /// <summary>Removes the logins that runners left which were killed.</summary>
    public void Forget() => logins.Forget();

    /// <summary>Has the host's engine know the image of a release that was sent before.</summary>
    /// <returns>Null where it does, else why not: the registry no longer has it, has another one of that name, or does not work.</returns>
    public async Task<EngineException?> BringAsync(Artifact artifact, CancellationToken cancellationToken)
    {
        var remote = artifact.Remote ?? registry.NameOf(artifact.Location);
        try
        {
            using var login = await logins.TakeAsync(cancellationToken);
            var arrived = await _pull.PullAsync(remote, whole: false, logins.Trouble, login, Failure.NoSuchRelease, Next,
                cancellationToken);
            // The registry's tag may have been moved since: only the recorded id counts.
            if (arrived?.Id != artifact.Digest)
                return new(Failure.NoSuchRelease, $"{remote} is another image by now than {artifact.Digest}", Next);
        }
        catch (EngineException away)
        {
            return away;
        }

        if (remote == artifact.Location) return null;
        await engine.MustAsync(DockerCommands.Tag(artifact.Digest, artifact.Location), Failure.Refused, Next, cancellationToken);
        await engine.TryAsync(DockerCommands.RemoveImages([remote]), cancellationToken);
        return null;
    }

    private string Next => $"{logins.Trouble.Rights}; the host must reach it and trust its certificate";

    private async Task PullAsync(string remote, string name, RegistryLogin login, CancellationToken cancellationToken)
    {
        await _pull.PullAsync(remote, whole: false, logins.Trouble, login, Failure.Refused, Next, cancellationToken);
        await engine.MustAsync(DockerCommands.Tag(remote, name), Failure.Refused, Next, cancellationToken);
        if (remote != name) await engine.TryAsync(DockerCommands.RemoveImages([remote]), cancellationToken);
    }

    /// <summary>
    /// Of an image that was just pushed the engine here knows the layers as they lie unpacked, and the registry what each weighs: so what
    /// the host lacks of it is known before the host pulls.
    /// </summary>
    private async Task RefuseFullAsync(string remote, string id, RegistryLogin login, CancellationToken cancellationToken)
    {
        if (await workshop.ImageAsync(id, cancellationToken) is { Platform: { } platform } image
            && (await _pull.ManifestsAsync(remote, login, cancellationToken))
                .FirstOrDefault(one => one.Platform.Architecture == platform.Architecture) is { } manifest)
            await _pull.RefuseFullAsync(remote, manifest, image.Layers, cancellationToken);
    }
}
