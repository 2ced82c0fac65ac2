using ChainBridge.Engine.Model;

namespace ChainBridge.Engine.Steps;

/// <summary>Makes the candidate of a runner that died the one of this run.</summary>
/// <param name="deployment">The run that did not end.</param>
internal sealed class TakeUpUnfinished(string deployment) : Step
{
    /// <exception cref="EngineException"><see cref="Failure.NoSuchRelease"/>: another runner has ended it by now.</exception>
    public override async Task ApplyAsync(DeploymentRun run, CancellationToken cancellationToken)
    {
        var dead = run.Journal.History().Unfinished(except: run.Id).SingleOrDefault(other => other.Id == deployment);
        var attempt = dead is null ? null : Attempt.From(dead, run.Context.State.Releases);
        if (attempt is null)
            throw new EngineException(Failure.NoSuchRelease, $"{deployment} has been ended by another runner",
                "deployrunner history shows how");
        run.UseGates(await new RecordedGates(run.Context).HereAsync(attempt.Release, cancellationToken), areNew: false);
        run.TakeUp(attempt);
        // From here on this run's own journal holds how to undo the attempt; only then the other one may end.
        await new Prepare().ApplyAsync(run, cancellationToken);
        run.EndOther(dead!, Outcome.Interrupted, Failure.Interrupted, $"its runner died; {run.Id} takes it up");
    }
}
