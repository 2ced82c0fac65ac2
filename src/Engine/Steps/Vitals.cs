using ChainBridge.Engine.Model;
using ChainBridge.Engine.Platforms;

namespace ChainBridge.Engine.Steps;

/// <summary>Whether a promoted release still lives, asked of what runs.</summary>
internal static class Vitals
{
    /// <summary>
    /// The release's services that do not run on any host, though the environment is up and keeps its services running; empty when all
    /// run, or when the target does not answer.
    /// </summary>
    public static async Task<IReadOnlyList<string>> DeadAsync(IPlatform target, Release release, CancellationToken cancellationToken)
    {
        // Taken down, or without a supervisor, a service that does not run is no fault of its release.
        if ((await ActiveSlots.AskAsync(target, cancellationToken)).First.Active is null
            || await target.UnsupervisedAsync(cancellationToken) is not null) return [];
        var hasWorkers = release.Services.Values.Any(service => service.Worker);
        var slots = await Task.WhenAll(Enum.GetValues<Slot>().Select(LookAsync));
        var handedOver = slots.Any(slot => slot.HandedOver);
        return [.. release.Services.Values.Where(service => !handedOver || !service.Worker).Select(service => service.Name)
            .Except(slots.SelectMany(slot => slot.Running)).Order(StringComparer.Ordinal).Select(name => $"{name} does not run")];

        // Left to a person, another release may have the work, and this one's workers rest.
        async Task<(IReadOnlyList<string> Running, bool HandedOver)> LookAsync(Slot slot)
        {
            IReadOnlyList<string> running = [.. (await target.InspectAsync(slot, cancellationToken))
                .Where(service => service.Version == release.Version).Select(service => service.Name)];
            return (running, running.Count == 0 && hasWorkers && (await target.AliveAsync(slot, cancellationToken)).Any(IsWorker));
        }

        bool IsWorker(string name) => release.Services.TryGetValue(name, out var service) && service.Worker;
    }
}
