using ChainBridge.Engine.Model;
using ChainBridge.Engine.Platforms;

namespace ChainBridge.Engine.Steps;

/// <summary>Whether a promoted release still lives, asked of what runs.</summary>
internal static class Vitals
{
    /// <summary>
    /// The release's services that do not run, though the environment is up and keeps its services running; empty when all run, or when
    /// the target does not answer.
    /// </summary>
    public static async Task<IReadOnlyList<string>> DeadAsync(IPlatform target, Release release, CancellationToken cancellationToken)
    {
        // Taken down, or without a supervisor, a service that does not run says nothing about its release.
        if (await target.Traffic.ActiveSlotAsync(cancellationToken) is null
            || await target.UnsupervisedAsync(cancellationToken) is not null) return [];
        var running = new HashSet<string>(StringComparer.Ordinal);
        foreach (var slot in Enum.GetValues<Slot>())
            running.UnionWith((await target.InspectAsync(slot, cancellationToken)).Where(service => service.Version == release.Version)
                .Select(service => service.Name));
        return [.. release.Artifacts.Keys.Except(running).Order(StringComparer.Ordinal).Select(name => $"{name} does not run")];
    }
}
