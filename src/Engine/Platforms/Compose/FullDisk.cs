using ChainBridge.Engine.Commands;
using ChainBridge.Engine.Hosts;
using ChainBridge.Engine.Manifest;
using ChainBridge.Engine.Model;

namespace ChainBridge.Engine.Platforms.Compose;

/// <summary>A disk that fills while an image comes to an engine: no check beforehand sees it.</summary>
internal static class FullDisk
{
    private const string Sign = "no space left on device";

    /// <summary>Where an engine puts an image together before it hands it out.</summary>
    private const string Export = "docker-export";

    /// <summary>Brings an image, and names the machine and the disk where that fails for want of room.</summary>
    /// <param name="host">The machine that the image comes to.</param>
    /// <param name="engine">The host's.</param>
    /// <param name="sender">The machine that it comes from, where its engine needs room too; else null.</param>
    /// <exception cref="EngineException"><see cref="Failure.Refused"/>: a disk is full; else what the attempt throws.</exception>
    public static async Task<T> NamedAsync<T>(IHost host, DockerEngine engine, Func<Task<T>> bring, CancellationToken cancellationToken,
        (IHost Host, DockerEngine Engine)? sender = null)
    {
        try
        {
            return await bring();
        }
        catch (EngineException failed) when (IsShownBy(failed))
        {
            var (place, its) = sender is { } from && failed.Message.Contains(Export, StringComparison.Ordinal) ? from : (host, engine);
            throw new EngineException(Failure.Refused,
                $"the disk of {place.Name} is full{await RoomAsync(place, its, cancellationToken)}: {failed.Message}",
                $"make room on {place.Name}: docker system df shows what takes it, docker image prune and docker builder prune remove what "
                    + "no container uses; then try again", failed);
        }
    }

    /// <summary>Whether an attempt failed because a disk is full.</summary>
    public static bool IsShownBy(EngineException failed) => failed.Message.Contains(Sign, StringComparison.OrdinalIgnoreCase);

    /// <summary>What is free where the engine keeps images; empty where a full disk lets nothing be asked.</summary>
    private static async Task<string> RoomAsync(IHost host, DockerEngine engine, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await engine.TryAsync(DockerCommands.DataRoot(), cancellationToken);
            if (!answer.Succeeded || answer.Output.Trim() is not { Length: > 0 } root) return "";
            var disk = host.Files.Disk(root);
            return $" ({Quantities.Words(disk.Free)} of {Quantities.Words(disk.Total)} are free at {root})";
        }
        catch (Exception unknown) when (unknown is EngineException or IOException)
        {
            return "";
        }
    }
}
