using ChainBridge.Engine.Commands;
using ChainBridge.Engine.Hosts;
using ChainBridge.Engine.Manifest;
using ChainBridge.Engine.Model;

namespace ChainBridge.Engine.Platforms.Compose;

/// <summary>
/// Waits until a service of a slot is ready: as the compose file's health check says, or its health route, or, where it has
/// neither, once it has run for a while without a restart.
/// </summary>
internal sealed class SlotReadiness(
    EnvironmentSpec environment, ComposeNames names, IHost host, DockerEngine engine, TimeProvider time)
{
    /// <summary>From one look at a container to the next: each starts a process.</summary>
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(200);

    /// <exception cref="EngineException"><see cref="Failure.CandidateFailed"/>, with its last output.</exception>
    public async Task WaitAsync(Slot slot, ServiceSpec service, CancellationToken cancellationToken)
    {
        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(5) };
        var began = time.GetTimestamp();
        var container = names.ContainerOf(slot, service.Name);
        var route = service.Ready is { Checked: false, HealthPath: { } path } ? new HttpHealth(client, path, service.Host) : null;
        while (true)
        {
            var seen = Container.Read(await engine.MustAsync(DockerCommands.InspectContainers([container]), Failure.CandidateFailed,
                "docker ps --all shows what is there", cancellationToken))[0];
            if (!seen.State.Running || seen.State.Restarts > 0)
                throw await FailedAsync(service, container, (seen.State.Running
                    // Of one that runs again the engine no longer knows how it ended.
                    ? "ended and was started again"
                    : $"ended with exit code {seen.State.ExitCode}") + " before it was ready", cancellationToken);
            if (seen.State.Health == "unhealthy" && service.Ready.Checked)
                throw await FailedAsync(service, container, "is unhealthy, as the health check of the compose file says",
                    cancellationToken);
            if (await IsReadyAsync(seen, service, route, cancellationToken)) return;
            if (time.GetElapsedTime(began) > environment.Timeouts.Ready)
                throw await FailedAsync(service, container,
                    $"was not ready within {environment.Timeouts.Ready.TotalSeconds:0} s; {LastSeen(seen, service, route)}",
                    cancellationToken);
        }
    }

    private async Task<bool> IsReadyAsync(Container seen, ServiceSpec service, HttpHealth? route, CancellationToken cancellationToken)
    {
        if (route is null)
        {
            if (service.Ready.Checked
                ? seen.State.Health == "healthy"
                : time.GetUtcNow() - seen.State.Since >= service.Ready.Steady) return true;
            await Task.Delay(Look, time, cancellationToken);
            return false;
        }

        // Asked a few times for each look at the container.
        for (var ask = 0; ask < 10; ask++)
        {
            if (seen.Port is { } port
                && await route.AskAsync(await host.ReachAsync(port, cancellationToken), cancellationToken) == true) return true;
            await Task.Delay(TimeSpan.FromMilliseconds(50), time, cancellationToken);
        }

        return false;
    }

    private static string LastSeen(Container seen, ServiceSpec service, HttpHealth? route) => route is not null
        ? $"{service.Ready.HealthPath} on port {service.Port} last answered: {route.LastAnswer ?? "nothing, its port was never published"}"
        : service.Ready.Checked ? $"the health check of the compose file says {seen.State.Health ?? "nothing"}"
        : $"it must run for {service.Ready.Steady.TotalSeconds:0.#} s";

    private async Task<EngineException> FailedAsync(ServiceSpec service, string container, string how, CancellationToken cancellationToken)
    {
        var log = await engine.TryAsync(DockerCommands.Logs(container, 10), cancellationToken);
        var output = $"{log.Output}{log.Errors}".Trim();
        return new EngineException(Failure.CandidateFailed,
            $"{service.Name} {how}; {(output.Length == 0 ? "it wrote no output" : $"its last output:\n{output}")}",
            "correct the service and deploy again");
    }
}
