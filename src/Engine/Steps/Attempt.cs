using ChainBridge.Engine.Manifest;
using ChainBridge.Engine.Model;
using ChainBridge.Engine.State;

namespace ChainBridge.Engine.Steps;

/// <summary>
/// A candidate on its way in, and what is needed to take it out again. It is made from the journal as well as in
/// memory, so that a runner that died is undone by the very code that undoes a failure.
/// </summary>
/// <param name="Candidate">The slot the release is started in.</param>
/// <param name="PreviousSlot">Where the release runs that serves until the switch; null when there is none.</param>
/// <param name="Migrations">Services whose database was moved, with the step it stood at before; in that order.</param>
internal sealed record Attempt(
    string Deployment, Release Release, Slot Candidate, Slot? PreviousSlot, Release? Previous,
    IReadOnlyList<(string Service, int Before)> Migrations)
{
    /// <summary>
    /// Services that take work from a queue in either release, and so run in one slot at a time: one that became a worker with this release
    /// is stopped in the old one as well.
    /// </summary>
    public IReadOnlyCollection<string> Workers { get; } = [.. new[] { Previous, Release }.OfType<Release>()
        .SelectMany(release => release.Services.Values).Where(service => service.Worker).Select(service => service.Name).Distinct()];

    /// <summary>Its services take the places of the old ones one by one.</summary>
    public bool Rolling { get; init; }

    /// <summary>
    /// What is replaced one by one, in that order: every service of the release after those that it depends on, but workers, and services
    /// behind a door of either release, which the edge moves all at once. Empty unless <see cref="Rolling"/>.
    /// </summary>
    public IReadOnlyList<string> Inner => !Rolling ? [] : [.. ServiceOrder.DependenciesFirst(Release.Services.Values)
        .Select(service => service.Name).Where(name => !Workers.Contains(name)
            && !Release.Doors.Concat(Previous?.Doors ?? []).Any(door => door.Service == name))];

    /// <summary>Services of the old release that need not run while another one has the traffic or their names.</summary>
    public IReadOnlyCollection<string> Resting => [.. Workers, .. Inner];

    /// <summary>Until when a candidate that waited may be promoted; null where it did not wait, or for any time.</summary>
    public DateTimeOffset? Until { get; private init; }

    /// <summary>The attempt a journal records; null when its release was never recorded, and so nothing of it was started.</summary>
    public static Attempt? From(DeploymentRecord record, ReleaseStore releases) =>
        record.Change is { } change && releases.Find(record.Version) is { } release
            ? new Attempt(record.Id, release, change.Candidate, change.PreviousSlot, PreviousOf(record, releases), change.Migrations)
            {
                Until = record.End?.Until, Rolling = change.Rolling,
            }
            : null;

    /// <summary>The slot beside this one.</summary>
    public static Slot Other(Slot slot) => slot == Slot.Blue ? Slot.Green : Slot.Blue;

    private static Release? PreviousOf(DeploymentRecord record, ReleaseStore releases) => record.Change?.PreviousVersion is not { } version
        ? null
        : releases.Find(version) ?? throw new EngineException(Failure.PersonNeeded,
            $"the deployment {record.Id} replaced {version}, whose record is gone", "restore its release.json from a backup");
}
