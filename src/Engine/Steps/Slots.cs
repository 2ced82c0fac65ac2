using ChainBridge.Engine.Model;

namespace ChainBridge.Engine.Steps;

/// <summary>Which slot a release goes into, and which release stands beside it.</summary>
internal static class Slots
{
    /// <exception cref="EngineException"><see cref="Failure.PersonNeeded"/>: the record of the release to go back to is gone.</exception>
    public static async Task<Attempt> FindAsync(DeploymentRun run, Release release, CancellationToken cancellationToken)
    {
        // Hosts that differ were made to serve one release before (Situation); one without a slot is new, or was set up anew.
        var shares = await run.ActiveSlotsAsync(cancellationToken);
        var active = shares.First.Active;
        // Left by a way back that failed: the slot the release is started in may have no users.
        if (shares.AreSplit) await Switch.ToAsync(run, active!.Value, cancellationToken);
        var candidate = active == Slot.Blue ? Slot.Green : Slot.Blue;
        var history = run.Journal.History();
        // A release that died is no way back while another stable one is there.
        var back = run.CurrentIsDead ? history.TargetBeside(release.Version) ?? history.Current : history.Current;
        var previous = back is null ? null : run.Context.State.Releases.Find(back)
            ?? throw new EngineException(Failure.PersonNeeded,
                $"the record of the current release {back} is gone, so there would be no way back",
                "restore its release.json from a backup");
        return new Attempt(run.Id, release, candidate, previous is null ? null : active ?? Attempt.Other(candidate), previous, [])
        {
            Rolling = run.Context.Environment.Rolling is not null && previous is not null && active is not null && !run.CurrentIsDead,
        };
    }
}
