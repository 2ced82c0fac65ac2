using ChainBridge.Engine.Events;
using ChainBridge.Engine.Model;
using ChainBridge.Engine.State;
using ChainBridge.Engine.Steps;

namespace ChainBridge.Engine.Runs;

/// <summary>What earlier runs left: put in order before a new one begins, under the lock.</summary>
internal sealed class Situation(DeploymentRun run)
{
    private readonly FlowContext _context = run.Context;

    /// <summary>Undoes what a runner that died left, and takes away a candidate that waits and is now superseded.</summary>
    public async Task SettleAsync(CancellationToken cancellationToken)
    {
        foreach (var dead in _context.State.History().Unfinished(except: run.Id).Reverse())
            await SettleAsync(dead, $"the runner of {dead.Id} died", Outcome.Interrupted, cancellationToken);
        if (_context.State.History().Waiting is { } waiting)
            await SettleAsync(waiting, $"{waiting.Version} waited and is superseded", Outcome.Aborted, cancellationToken);
    }

    /// <summary>
    /// Asks whether the current release still runs; one that died is recorded, so that no rollback and no way back takes it.
    /// </summary>
    public async Task CheckCurrentAsync(CancellationToken cancellationToken)
    {
        var history = _context.State.History();
        if (history.Current is not { } version || _context.State.Releases.Find(version) is not { } current) return;
        try
        {
            var dead = await Vitals.DeadAsync(run.Platform, current, cancellationToken);
            run.CurrentIsDead = dead.Count > 0;
            if (run.CurrentIsDead && history.IsStable(version)) run.Died(version, string.Join(", ", dead));
        }
        catch (EngineException away) when (away.Failure == Failure.Unreachable)
        {
            // Not knowing is not "dead".
            run.Report(new Warning($"whether {version} still runs could not be asked: {away.Message}"));
        }
    }

    /// <summary>Puts one deployment in order that did not end: forward where it was promoted already, else back.</summary>
    public async Task SettleAsync(DeploymentRecord left, string why, Outcome outcome, CancellationToken cancellationToken)
    {
        run.Report(new Warning($"{why}; putting the target in order first"));
        if (left.Change is { Promoted: true } change)
        {
            if (change.PreviousSlot is { } old && await run.Traffic.ActiveSlotAsync(cancellationToken) != old)
                await StopOld.StopAsync(run, old, cancellationToken);
            run.EndOther(left, Outcome.Promoted, null, $"{why} after it was promoted");
            return;
        }

        await new Prepare().ApplyAsync(run, cancellationToken);
        var attempt = Attempt.From(left, _context.State.Releases);
        var back = attempt is null
            ? new FlowResult(Failure.CandidateFailed, why)
            : await new WayBack(run).GoAsync(attempt, why, cancellationToken);
        // Reported once, and the attempt is ended with it: the person who decides does so with a deploy or a rollback, which must get
        // past here.
        if (back.Failure == Failure.PersonNeeded && WayBack.Freezes(attempt!))
            run.EndOther(left, Outcome.PersonNeeded, Failure.PersonNeeded, back.Summary);
        if (back.Failure == Failure.PersonNeeded) throw new EngineException(Failure.PersonNeeded, back.Summary, back.NextStep!);
        run.EndOther(left, outcome, Failure.Interrupted, back.Summary);
    }
}
