using ChainBridge.Engine.Events;
using ChainBridge.Engine.Gates;
using ChainBridge.Engine.Model;
using ChainBridge.Engine.Platforms;
using ChainBridge.Engine.Runs;
using ChainBridge.Engine.State;

namespace ChainBridge.Engine.Steps;

/// <summary>The release that a candidate is held against: the last stable one, and where it is asked beside the candidate.</summary>
internal static class Predecessors
{
    /// <summary>A candidate at its own address. The old release, which has the traffic, is asked at its own too.</summary>
    public static async Task<GateSubject> BesideAsync(
        DeploymentRun run, GateSubject candidate, IPlatform host, CancellationToken cancellationToken)
    {
        // Only commands want it, and over SSH each question costs.
        if (run.Gates.Smoke.Commands.Count == 0) return candidate;
        var version = VersionFor(run);
        var beside = new Predecessor(FolderOf(run, candidate), AtDoor: false, version, null);
        try
        {
            return candidate with
            {
                Predecessor = beside with { Url = await WhereAsync(run, version, candidate, host, cancellationToken) },
            };
        }
        catch (EngineException unknown)
        {
            run.Report(new Note($"{version} is not compared with: {unknown.Message}"));
            return candidate with { Predecessor = beside with { IsUnreachable = true } };
        }
    }

    /// <summary>A candidate behind the public door: no other release can be asked there.</summary>
    public static GateSubject Behind(DeploymentRun run, GateSubject door) =>
        door with { Predecessor = new(FolderOf(run, door), AtDoor: true, VersionFor(run), null) };

    /// <summary>
    /// A release that is gone back to was promoted before, and is held against what it was then: not against the one that failed, which
    /// may be the faster.
    /// </summary>
    private static string? VersionFor(DeploymentRun run)
    {
        var (history, version) = (run.Journal.History(), run.Attempted.Release.Version);
        if (run.Verb == History.Rollback && history.IsStable(version)) return version;
        // The one that serves is stable too after a rollback, when a newer one was promoted before it.
        return !run.CurrentIsDead && run.Attempted.Previous is { } previous && history.IsStable(previous.Version)
            ? previous.Version
            : history.Stable.FirstOrDefault();
    }

    private static async Task<Uri?> WhereAsync(
        DeploymentRun run, string? version, GateSubject candidate, IPlatform host, CancellationToken cancellationToken)
    {
        // Of a release whose services are replaced one by one only the front is the old one still.
        if (run.CurrentIsDead || run.Attempted is not { Rolling: false, Previous: { } previous, PreviousSlot: { } slot } attempt
            || previous.Version != version || version == attempt.Release.Version)
            return null;
        var doors = await host.CandidateDoorsAsync(slot, previous, cancellationToken);
        return doors.FirstOrDefault(door => door.Name == candidate.Doors[0].Name) is { } door ? new(door.Base) : null;
    }

    /// <summary>Each of several hosts has its own, so that what is measured on one is not held against another.</summary>
    private static string FolderOf(DeploymentRun run, GateSubject subject)
    {
        var folder = run.Context.Environment.WorkDirectory;
        return subject.Host is { } host ? Path.Combine(folder, EnvironmentHost.Folder, host.Replace(':', '-')) : folder;
    }
}
