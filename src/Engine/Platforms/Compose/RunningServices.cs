using ChainBridge.Engine.Hosts;
using ChainBridge.Engine.Model;

namespace ChainBridge.Engine.Platforms.Compose;

/// <summary>What runs in a slot, and how it is.</summary>
internal sealed class RunningServices(IHost host, SlotProject slots)
{
    public async Task<IReadOnlyList<RunningService>> InspectAsync(Slot slot, CancellationToken cancellationToken)
    {
        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(5) };
        return await Task.WhenAll((await slots.ContainersAsync(slot, cancellationToken))
            .Where(container => container.State.Running && !container.Labels.ContainsKey(ComposeNames.OneShotLabel))
            .Select(async container =>
            {
                var healthy = await HealthyAsync(client, container, cancellationToken);
                return new RunningService(container.Service, container.Labels.GetValueOrDefault(ComposeNames.VersionLabel, "unknown"),
                    container.Image, healthy, container.State.Since, container.State.Restarts);
            }));
    }

    /// <summary>As its health route says, or the engine's check of it; one that has neither is well while it runs.</summary>
    private async Task<bool?> HealthyAsync(HttpClient client, Container container, CancellationToken cancellationToken) =>
        container.Labels.GetValueOrDefault(ComposeNames.HealthLabel, "/health") is { Length: > 0 } path
            ? container.Port is { } port
                ? await new HttpHealth(client, path, container.Labels.GetValueOrDefault(ComposeNames.HostLabel))
                    .AskAsync(await host.ReachAsync(port, cancellationToken), cancellationToken)
                : null
            : container.State.Health switch { null or "healthy" => true, "unhealthy" => false, _ => null };
}
