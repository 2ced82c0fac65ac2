using ChainBridge.Engine.Events;
using ChainBridge.Engine.Gates;
using ChainBridge.Engine.Model;

namespace ChainBridge.Engine.Steps;

/// <summary>
/// Proves the old release with the databases that the new one has moved, where the manifest demands it: it is the one that works with
/// them until the switch. The candidate is not started before.
/// </summary>
internal sealed class SmokePrevious : Step
{
    /// <exception cref="GateException">It does not work with them.</exception>
    /// <exception cref="EngineException">
    /// <see cref="Failure.Inconclusive"/>: it could not be asked, and there is no candidate yet that could wait for a person.
    /// </exception>
    public override async Task ApplyAsync(DeploymentRun run, CancellationToken cancellationToken)
    {
        var attempt = run.Attempted;
        if (!IsDemanded(run, attempt) || attempt is not { Previous: { } previous, PreviousSlot: { } slot }) return;
        if (run.CurrentIsDead)
        {
            run.Report(new Warning("the current release is dead, so no release is asked whether it works with the moved databases"));
            return;
        }

        try
        {
            var subject = await Subjects.PublicAsync(run, slot, previous, cancellationToken);
            // Its commands are files of a checkout, and the one that is here is the new release's.
            var gate = new RecordedGates(run.Context).WithoutCommands(previous).Smoke;
            await run.GateAsync(StepKind.SmokePrevious, $"smoke of {previous.Version} with the migrations of {attempt.Release.Version}",
                gate, subject, slot, cancellationToken);
        }
        catch (GateException unknown) when (unknown.Result.Verdict == Verdict.Inconclusive)
        {
            throw new EngineException(Failure.Inconclusive, unknown.Message, "make the evidence obtainable, then deploy again", unknown);
        }
    }

    /// <summary>The candidate starts only after it passed: where it runs, there is nothing to ask any more.</summary>
    public override async Task<bool> IsDoneAsync(DeploymentRun run, Attempt attempt, CancellationToken cancellationToken) =>
        !IsDemanded(run, attempt)
            || await (attempt.Rolling ? new LayOut() : (Step)new StartCandidate()).IsDoneAsync(run, attempt, cancellationToken);

    private static bool IsDemanded(DeploymentRun run, Attempt attempt) =>
        run.Context.Manifest.Gates.SmokePrevious && attempt is { Previous: not null, Migrations.Count: > 0 };
}
