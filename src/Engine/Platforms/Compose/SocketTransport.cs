using System.Globalization;
using ChainBridge.Engine.Commands;
using ChainBridge.Engine.Hosts;
using ChainBridge.Engine.Model;

namespace ChainBridge.Engine.Platforms.Compose;

/// <summary>
/// Leads images from the engine where they are built into the host's, over the host's own socket: only the layers that it lacks, and the
/// whole images where it does not take those by themselves.
/// </summary>
/// <param name="engine">The host's.</param>
/// <param name="workshop">Where releases are built.</param>
/// <param name="say">Gets a line when images must travel again; null to report nothing.</param>
internal sealed class SocketTransport(IHost host, DockerEngine engine, DockerEngine workshop, Action<string>? say)
{
    /// <summary>The first engine that puts a layer into an archive under the digest that it has unpacked.</summary>
    private const int NamesLayers = 25;

    /// <summary>All images travel together: what they share travels once.</summary>
    /// <param name="images">Name and id, as the engine here knows them.</param>
    /// <exception cref="EngineException"><see cref="Failure.Refused"/>: they cannot be sent.</exception>
    public Task SendAsync(IReadOnlyList<(string Name, string Id)> images, CancellationToken cancellationToken)
    {
        List<string> names = [.. images.Select(image => image.Name).Distinct().Order(StringComparer.Ordinal)];
        return host.ChangeAsync($"send {string.Join(", ", names)} to {host.Name}", async () => await FullDisk.NamedAsync(host, engine,
            async () => await WithoutKnownAsync(images, names, cancellationToken)
                || await CarryAsync(DockerCommands.Carry(names, To), cancellationToken), cancellationToken, (host.Workshop, workshop)));
    }

    private string To => $"unix://{host.EnginePath}";

    /// <returns>False where the whole images must travel.</returns>
    private async Task<bool> WithoutKnownAsync(
        IReadOnlyList<(string Name, string Id)> images, IReadOnlyList<string> names, CancellationToken cancellationToken)
    {
        var known = await KnownAsync(images, cancellationToken);
        if (known.Count == 0) return false;
        CommandResult? ended = null;
        var connections = host.Way?.Connections;
        try
        {
            await CarryAsync(DockerCommands.Carry(names, To, known), cancellationToken, failed => ended = failed);
            if (await HasAllAsync(images, cancellationToken)) return true;
        }
        catch (EngineException failed) when (ended is { ExitCode: not CommandResult.TimedOut } && !FullDisk.IsShownBy(failed))
        {
            if (connections is { } before && await host.Way!.CutSinceAsync(before, cancellationToken) is not null) throw;
        }

        // An image that the host had may have been removed meanwhile.
        say?.Invoke($"{host.Name} does not take the images without the layers it has, so they are sent whole: "
            + (ended?.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries).LastOrDefault() ?? "one is not there afterwards"));
        return false;
    }

    private async Task<bool> CarryAsync(Command carry, CancellationToken cancellationToken, Action<CommandResult>? onFailure = null)
    {
        await workshop.MustAsync(carry, failed =>
        {
            onFailure?.Invoke(failed);
            return new(Failure.Refused, failed.Evidence, ImageTransport.Next);
        }, cancellationToken);
        return true;
    }

    /// <summary>The layers that may stay here; none where one of the engines keeps or names them in another way.</summary>
    private async Task<IReadOnlyList<string>> KnownAsync(
        IReadOnlyList<(string Name, string Id)> images, CancellationToken cancellationToken)
    {
        var there = engine.ImagesAsync(cancellationToken);
        var version = workshop.TryAsync(DockerCommands.EngineVersion(), cancellationToken);
        var stores = Task.WhenAll(engine.HasContainerdStoreAsync(cancellationToken), workshop.HasContainerdStoreAsync(cancellationToken));
        var sent = Task.WhenAll(images.Select(image => workshop.ImageAsync(image.Id, cancellationToken)));
        await Task.WhenAll(there, version, stores, sent);
        var namesLayers = int.TryParse((await version).Output.Split('.')[0], CultureInfo.InvariantCulture, out var of) && of >= NamesLayers;
        return (await stores).Contains(true) || !namesLayers
            ? []
            : KnownLayers.Of([.. (await sent).Select(image => image?.Layers ?? [])], (await there).Select(image => image.Layers));
    }

    private async Task<bool> HasAllAsync(IReadOnlyList<(string Name, string Id)> images, CancellationToken cancellationToken) =>
        (await Task.WhenAll(images.Select(image => engine.ImageAsync(image.Name, cancellationToken))))
            .Zip(images).All(pair => pair.First?.Id == pair.Second.Id);
}
