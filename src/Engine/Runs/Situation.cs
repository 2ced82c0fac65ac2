using ChainBridge.Engine.Events;
using ChainBridge.Engine.Model;
using ChainBridge.Engine.Platforms;
using ChainBridge.Engine.State;
using ChainBridge.Engine.Steps;
using ChainBridge.Engine.Strategies;

namespace ChainBridge.Engine.Runs;

/// <summary>What earlier runs left: put in order before a new one begins, under the lock.</summary>
internal sealed class Situation(DeploymentRun run)
{
    private readonly FlowContext _context = run.Context;

    /// <summary>Undoes what a runner that died left, and takes away a candidate that waits and is now superseded.</summary>
    public async Task SettleAsync(CancellationToken cancellationToken)
    {
        var history = run.Journal.History();
        foreach (var dead in history.Unfinished(except: run.Id).Reverse())
        {
            await SettleAsync(dead, $"the runner of {dead.Id} died", Outcome.Interrupted, cancellationToken);
            history = run.Journal.History();
        }

        if (history.Waiting is { } waiting)
        {
            await SettleAsync(waiting, $"{waiting.Version} waited and is superseded", Outcome.Aborted, cancellationToken);
            history = run.Journal.History();
        }

        await FinishWayBackAsync(history, cancellationToken);
    }

    /// <summary>
    /// A way back that failed while services were replaced one by one leaves the old release with services of the candidate: its slot may
    /// not be used before they are back. A person asks for it by the next run.
    /// </summary>
    private async Task FinishWayBackAsync(History history, CancellationToken cancellationToken)
    {
        if (history.LeftRolling is not { } left || Attempt.From(left, _context.State.Releases) is not { } attempt) return;
        run.Report(new Warning($"{left.Id} was left to a person; its way back comes first"));
        await new Prepare().ApplyAsync(run, cancellationToken);
        var back = await new WayBack(run).GoAsync(attempt, $"{left.Id} was left to a person", cancellationToken);
        if (back.Failure == Failure.PersonNeeded) throw new EngineException(Failure.PersonNeeded, back.Summary, back.NextStep!);
    }

    /// <summary>
    /// Asks whether the current release still runs; one that died is recorded, so that no rollback and no way back takes it.
    /// </summary>
    public async Task CheckCurrentAsync(CancellationToken cancellationToken)
    {
        var history = run.Journal.History();
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

    /// <summary>
    /// Has all hosts serve the current release from one slot, where a way back that failed on some of them left them with different ones:
    /// whichever slot the next candidate went into, it would push out what serves on a host. What did not pass and still stands there goes.
    /// On one host only a resume asks for it: a deployment must get past a release that cannot be started any more.
    /// </summary>
    public async Task AgreeAsync(CancellationToken cancellationToken)
    {
        if (run.Platform.Hosts.All.Count < 2 && run.Verb != BlueGreen.SettleVerb) return;
        var history = run.Journal.History();
        var left = history.LeftToAPerson && !KeepsBoth(history);
        if ((run.Platform.Hosts.All.Count < 2 && !left) || history.Current is not { } version
            || _context.State.Releases.Find(version) is not { } current) return;
        var active = await ActiveAsync(cancellationToken);
        if (active.First.Active is not { } slot) return;
        var workers = current.Services.Values.Where(service => service.Worker).Select(service => service.Name).ToList();
        run.HostsDiffered = active.Differ || active.AreSplit;
        if (run.HostsDiffered || (left && run.Platform.Hosts.All.Count < 2
            && await Digests.WrongAsync(run.Platform, slot, current, cancellationToken, workers) is { Count: > 0 }))
        {
            slot = await BestAsync(current, workers, cancellationToken);
            run.Report(new Warning(run.Platform.Hosts.All.Count < 2 ? $"{active}, and {version} is to serve from {slot.Name()}"
                : $"the hosts differ ({active}); {version} serves from {slot.Name()} on all of them first"));
            await Switch.EverywhereAsync(run, current, slot, workers, cancellationToken);
            await run.AskAsync(StepKind.Verify, () => Digests.VerifyAsync(run.Platform, slot, current, cancellationToken, workers), slot);
        }

        // Left to a person with another release in the traffic everywhere, the current one stands in the other slot.
        if (!(run.HostsDiffered || left)
            || await Digests.WrongAsync(run.Platform, slot, current, cancellationToken, workers) is { Count: > 0 }) return;
        if ((await run.Platform.AliveAsync(Attempt.Other(slot), cancellationToken)).Count > 0)
            await StopOld.StopAsync(run, Attempt.Other(slot), cancellationToken);
        if (await Digests.WrongAsync(run.Platform, slot, current, cancellationToken) is { Count: > 0 })
            await HandOverWork.StartStableAsync(run, slot, current, workers, cancellationToken);
    }

    /// <summary>The last run kept both slots for a person, because its migrations cannot be undone.</summary>
    private bool KeepsBoth(History history) => history.Deployments.LastOrDefault(deployment => deployment.Change is not null) is { } last
        && Attempt.From(last, _context.State.Releases) is { } attempt && WayBack.Freezes(attempt);

    /// <summary>What the edges say; one that does not run is started first.</summary>
    private async Task<ActiveSlots> ActiveAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await ActiveSlots.AskAsync(run.Platform, cancellationToken);
        }
        catch (EngineException silent) when (silent.Failure == Failure.Unreachable)
        {
            await new Prepare().ApplyAsync(run, cancellationToken);
            return await ActiveSlots.AskAsync(run.Platform, cancellationToken);
        }
    }

    /// <summary>The slot in which most of the release runs, over all hosts.</summary>
    private async Task<Slot> BestAsync(Release release, IReadOnlyCollection<string> workers, CancellationToken cancellationToken)
    {
        var blue = await Digests.WrongAsync(run.Platform, Slot.Blue, release, cancellationToken, workers);
        var green = await Digests.WrongAsync(run.Platform, Slot.Green, release, cancellationToken, workers);
        return green.Count < blue.Count ? Slot.Green : Slot.Blue;
    }

    /// <summary>Puts one deployment in order that did not end: forward where it was promoted already, else back.</summary>
    public async Task SettleAsync(DeploymentRecord left, string why, Outcome outcome, CancellationToken cancellationToken)
    {
        run.Report(new Warning($"{why}; putting the target in order first"));
        if (left.Change is { Promoted: true } change)
        {
            if (change.PreviousSlot is { } old && !(await ActiveSlots.AskAsync(run.Platform, cancellationToken)).Anywhere(old))
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
