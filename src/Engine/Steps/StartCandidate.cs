using ChainBridge.Engine.Model;

namespace ChainBridge.Engine.Steps;

/// <summary>
/// Starts the candidate beside the old release, or what is left of it where the inner services were replaced; when it is done, every
/// service is ready and runs the recorded digest.
/// </summary>
internal sealed class StartCandidate : Step
{
    public override async Task ApplyAsync(DeploymentRun run, CancellationToken cancellationToken)
    {
        var (slot, release) = (run.Attempted.Candidate, run.Attempted.Release);
        await run.NoteBeforeAsync(cancellationToken);
        if (run.Attempted.Rolling)
            await run.ChangeAsync(StepKind.StartService, () => run.Platform.StartServicesAsync(run.Token, slot, release,
                AtTheDoors(run.Attempted), cancellationToken), slot);
        else
            await run.ChangeAsync(StepKind.StartSlot, () => run.Platform.StartSlotAsync(run.Token, slot, release, cancellationToken), slot);
        await new VerifyCandidate().ApplyAsync(run, cancellationToken);
    }

    public override async Task UndoAsync(DeploymentRun run, Attempt attempt, CancellationToken cancellationToken)
    {
        if (!attempt.Rolling) await StopOld.StopAsync(run, attempt.Candidate, cancellationToken);
        else if ((await run.Platform.AliveAsync(attempt.Candidate, cancellationToken)).Any(AtTheDoors(attempt).Contains))
            await ReplaceInner.StopAsync(run, attempt.Candidate, AtTheDoors(attempt), null, cancellationToken);
    }

    public override async Task<bool> IsDoneAsync(DeploymentRun run, Attempt attempt, CancellationToken cancellationToken) =>
        (await Digests.WrongAsync(run.Platform, attempt.Candidate, attempt.Release, cancellationToken, attempt.Workers)).Count == 0;

    private static IReadOnlyList<string> AtTheDoors(Attempt attempt) => [.. attempt.Release.Services.Keys.Except(attempt.Resting)];
}

/// <summary>Compares the digests of what runs in the candidate's slot with the recorded ones.</summary>
internal sealed class VerifyCandidate : Step
{
    /// <exception cref="EngineException">
    /// <see cref="Failure.PersonNeeded"/>: they differ; <see cref="Failure.CandidateFailed"/>: services ended.
    /// </exception>
    public override async Task ApplyAsync(DeploymentRun run, CancellationToken cancellationToken)
    {
        // A candidate that waited was started by another run.
        await run.NoteBeforeAsync(cancellationToken);
        await run.AskAsync(StepKind.Verify,
            () => Digests.VerifyCandidateAsync(run.Platform, run.Attempted.Candidate, run.Attempted.Release, cancellationToken,
                run.Attempted.Workers),
            run.Attempted.Candidate);
    }
}
