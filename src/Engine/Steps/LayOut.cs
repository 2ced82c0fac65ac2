using ChainBridge.Engine.Model;

namespace ChainBridge.Engine.Steps;

/// <summary>
/// Makes the candidate's services beside the old release and starts none. The names of all services lead to the old ones, for the
/// candidate's too: what is started meets the release that is whole, in whatever order services call each other.
/// </summary>
internal sealed class LayOut : Step
{
    public override async Task ApplyAsync(DeploymentRun run, CancellationToken cancellationToken)
    {
        if (run.Attempted is not { Rolling: true, Previous: { } previous, PreviousSlot: { } old } attempt) return;
        await run.NoteBeforeAsync(cancellationToken);
        await run.ChangeAsync(StepKind.LayOut,
            () => run.Platform.LayOutSlotAsync(run.Token, attempt.Candidate, attempt.Release, cancellationToken), attempt.Candidate);
        await ReplaceInner.LeadToAsync(run, old, previous, attempt.Release, null, cancellationToken);
    }

    public override Task UndoAsync(DeploymentRun run, Attempt attempt, CancellationToken cancellationToken) =>
        attempt.Rolling ? StopOld.StopAsync(run, attempt.Candidate, cancellationToken) : Task.CompletedTask;

    /// <summary>Services are replaced only after it: where one of the candidate's runs, all are made, and must not be made anew.</summary>
    public override async Task<bool> IsDoneAsync(DeploymentRun run, Attempt attempt, CancellationToken cancellationToken) =>
        !attempt.Rolling || (await run.Platform.InspectAsync(attempt.Candidate, cancellationToken))
            .Any(service => service.Version == attempt.Release.Version);
}
