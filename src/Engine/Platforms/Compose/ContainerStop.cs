using ChainBridge.Engine.Commands;
using ChainBridge.Engine.Model;

namespace ChainBridge.Engine.Platforms.Compose;

/// <summary>Stops containers, and tells which of them had to be killed.</summary>
internal sealed class ContainerStop(DockerEngine engine, TimeProvider time)
{
    /// <summary>How a process ends that SIGKILL ended.</summary>
    private const int Killed = 137;

    private static readonly TimeSpan Usual = TimeSpan.FromSeconds(30);

    /// <summary>Stops them all at once; each has as long as the slowest of them, and never less than usual.</summary>
    public async Task<IReadOnlyList<KilledService>> StopAsync(IReadOnlyList<Container> containers, CancellationToken cancellationToken)
    {
        var grace = containers.Select(container => container.Grace ?? Usual).Append(Usual).Max();
        var began = time.GetTimestamp();
        await engine.MustAsync(DockerCommands.Stop(containers.Select(container => container.Id), grace), Failure.PersonNeeded,
            "docker ps --all shows what is there", cancellationToken);
        var alive = containers.Where(container => container.State.Alive).Select(container => container.Id).ToList();
        // The engine kills when the time is over, so what came to its end before was not killed.
        if (alive.Count == 0 || time.GetElapsedTime(began) < grace) return [];
        var answer = await engine.TryAsync(DockerCommands.InspectContainers(alive), cancellationToken);
        return !answer.Succeeded ? [] : [.. Container.Read(answer.Output)
            .Where(container => container.State is { Alive: false, ExitCode: Killed })
            .Select(container => new KilledService(container.Service, grace))];
    }
}
