using ChainBridge.Engine.Events;
using ChainBridge.Engine.Gates;
using ChainBridge.Engine.Model;
using ChainBridge.Engine.Platforms;
using ChainBridge.Engine.State;
using ChainBridge.Engine.Traffic;

namespace ChainBridge.Engine.Runs;

/// <summary>This part: holding the lock, and what happens when a step under it fails.</summary>
internal sealed partial class Steps
{
    /// <summary>How long an interrupted run may take to leave the target in order.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(60);

    /// <summary>Runs the changes while holding the lock; any failure goes back before the lock is given back.</summary>
    public async Task<FlowResult> LockedAsync(Func<CancellationToken, Task<FlowResult>> changes, CancellationToken cancellationToken)
    {
        var caller = context.Caller;
        var held = await context.Lock.AcquireAsync(caller.User, caller.Host, caller.ProcessId, run.Verb, cancellationToken);
        run.Token = held.Token;
        PlatformChoice.Keep(context.Environment);
        try
        {
            using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, held.Lost);
            return await OrWayBackAsync(changes, held, linked.Token);
        }
        finally
        {
            await held.DisposeAsync();
            if (held.ReleaseFailure is { } failure)
                context.Reporter.Report(new Warning($"the lock could not be given back and ends by itself: {failure.Message}"));
        }
    }

    /// <summary>Undoes what a runner that died left, and takes away a candidate that waits and is now superseded.</summary>
    public async Task SettleAsync(CancellationToken cancellationToken)
    {
        var history = context.History();
        foreach (var dead in history.Unfinished(except: run.Id).Reverse())
            await SettleAsync(dead, $"the runner of {dead.Id} died", Outcome.Interrupted, cancellationToken);
        if (context.History().Waiting is { } waiting)
            await SettleAsync(waiting, $"{waiting.Version} waited and is superseded", Outcome.Aborted, cancellationToken);
    }

    /// <summary>Makes the candidate that waits the one of this run.</summary>
    /// <exception cref="RunnerException">Exit code 17: none waits.</exception>
    public async Task TakeUpWaitingAsync(CancellationToken cancellationToken)
    {
        var attempt = context.History().Waiting is { } waiting ? Runs.Attempt.From(waiting, context.Releases) : null;
        if (attempt is null)
            throw new RunnerException(ExitCode.NoSuchRelease, "no deployment waits for promote or abort",
                "deployrunner history shows how the last ones ended");
        run.Version = attempt.Release.Version;
        run.Artifacts = attempt.Release.Artifacts;
        run.Attempt = attempt;
        _gates = await Recorded.HereAsync(attempt.Release, cancellationToken);
    }

    /// <summary>
    /// Asks whether the current release still runs; one that died is recorded, so that no rollback and no way back takes it.
    /// </summary>
    public async Task CheckCurrentAsync(CancellationToken cancellationToken)
    {
        var history = context.History();
        if (history.Current is not { } version || context.Releases.Find(version) is not { } current) return;
        try
        {
            var dead = await Vitals.DeadAsync(Target, current, cancellationToken);
            _currentIsDead = dead.Count > 0;
            if (_currentIsDead && history.IsStable(version)) run.Died(version, string.Join(", ", dead));
        }
        catch (RunnerException away) when (away.ExitCode == ExitCode.TargetUnreachable)
        {
            // Not knowing is not "dead".
            context.Reporter.Report(new Warning($"whether {version} still runs could not be asked: {away.Message}"));
        }
    }

    /// <summary>Takes the candidate away on request.</summary>
    public async Task<FlowResult> TakeAwayAsync(CancellationToken cancellationToken)
    {
        var back = await new WayBack(context, run).GoAsync(Attempt, $"{Attempt.Release.Version} was aborted", cancellationToken);
        return back.ExitCode == ExitCode.PersonNeeded
            ? run.End(Outcome.PersonNeeded, back)
            : run.End(Outcome.Aborted, new FlowResult(ExitCode.Done, back.Summary));
    }

    private async Task SettleAsync(DeploymentRecord left, string why, Outcome outcome, CancellationToken cancellationToken)
    {
        context.Reporter.Report(new Warning($"{why}; putting the target in order first"));
        if (left.Promoted)
        {
            if (left.PreviousSlot is { } old && await Target.ActiveSlotAsync(cancellationToken) != old)
                await run.StepAsync(StepKind.StopSlot, () => Target.StopSlotAsync(run.Token, old, cancellationToken), old);
            run.EndOther(left, Outcome.Promoted, ExitCode.Done, $"{why} after it was promoted");
            return;
        }

        await run.StepAsync(StepKind.Prepare, () => Target.PrepareAsync(run.Token, cancellationToken));
        var attempt = Runs.Attempt.From(left, context.Releases);
        var back = attempt is null
            ? new FlowResult(ExitCode.RolledBack, why)
            : await new WayBack(context, run).GoAsync(attempt, why, cancellationToken);
        // Said once and ended with it: the person who decides does so with a deploy or a rollback, which must get past here.
        if (back.ExitCode == ExitCode.PersonNeeded && WayBack.Freezes(attempt!))
            run.EndOther(left, Outcome.PersonNeeded, ExitCode.PersonNeeded, back.Summary);
        if (back.ExitCode == ExitCode.PersonNeeded) throw new RunnerException(ExitCode.PersonNeeded, back.Summary, back.NextStep!);
        run.EndOther(left, outcome, ExitCode.Interrupted, back.Summary);
    }

    private async Task<FlowResult> OrWayBackAsync(
        Func<CancellationToken, Task<FlowResult>> changes, HeldLock held, CancellationToken cancellationToken)
    {
        try
        {
            return await changes(cancellationToken);
        }
        catch (Exception failure) when (run.Attempt is not null || held.Lost.IsCancellationRequested)
        {
            // A newer runner owns the target: whatever is done now would be done to its work.
            if (held.Lost.IsCancellationRequested || failure is RunnerException { ExitCode: ExitCode.Locked })
                return run.End(Outcome.Failed, new FlowResult(ExitCode.Locked,
                    $"the lock was lost to {context.Lock.Holder()?.ToString() ?? "somebody"}; this run stopped where it was",
                    "the newer runner puts the target in order; deployrunner status"));
            if (run.Promoted) return await FinishAsync(failure);
            if (failure is GateException { Result.Verdict: Verdict.Inconclusive } gate) return await WaitAsync(gate, cancellationToken);
            return await GoBackAsync(failure);
        }
    }

    private async Task<FlowResult> GoBackAsync(Exception failure)
    {
        using var grace = new CancellationTokenSource(Grace, context.Time);
        var interrupted = failure is OperationCanceledException;
        var reason = interrupted ? "interrupted" : failure.Message;
        FlowResult back;
        try
        {
            // Once on the way back, an interrupt no longer stops it: half a way back helps nobody. Its time is bounded.
            using var deadline = new CancellationTokenSource(Grace + context.Environment.ReadyTimeout, context.Time);
            back = await new WayBack(context, run).GoAsync(Attempt, reason, interrupted ? grace.Token : deadline.Token);
        }
        catch (OperationCanceledException)
        {
            back = new FlowResult(ExitCode.PersonNeeded,
                $"{reason}; the way back did not end in time: {Attempt.Release.Version} may still be in slot "
                    + $"{EdgeClient.Name(Attempt.Candidate)}", "deployrunner status; the next deploy puts the target in order first");
        }

        if (interrupted)
            return run.End(back.ExitCode == ExitCode.PersonNeeded ? Outcome.PersonNeeded : Outcome.Interrupted,
                back with { ExitCode = ExitCode.Interrupted });
        // A target that runs something else than was asked for, or a rollback that failed, is nothing to repeat unattended.
        if (back.ExitCode == ExitCode.RolledBack && run.Verb == History.Rollback)
            back = back with { ExitCode = ExitCode.PersonNeeded, NextStep = "read the evidence above; deployrunner rollback tries it "
                + "again, deployrunner rollback VERSION takes another one (deployrunner versions)" };
        else if (back.ExitCode == ExitCode.RolledBack && failure is RunnerException { ExitCode: ExitCode.PersonNeeded })
            back = back with { ExitCode = ExitCode.PersonNeeded };
        return run.End(back.ExitCode == ExitCode.PersonNeeded ? Outcome.PersonNeeded : Outcome.RolledBack, back);
    }

    /// <summary>Inconclusive never promotes: the candidate stays for a person to decide, the old release serves.</summary>
    private async Task<FlowResult> WaitAsync(GateException gate, CancellationToken cancellationToken)
    {
        try
        {
            if (Attempt is { Previous: not null, PreviousSlot: { } old } && await Target.ActiveSlotAsync(cancellationToken) != old)
                await run.StepAsync(StepKind.Switch, () => Target.SwitchAsync(run.Token, old, cancellationToken), old);
        }
        catch (Exception failure)
        {
            return await GoBackAsync(failure);
        }

        RecordGates();
        var serving = Attempt.Previous is { } previous ? $"{previous.Version} is serving" : "there is no previous release";
        return run.End(Outcome.Waiting, new FlowResult(ExitCode.Inconclusive,
            $"{gate.Message}; {Attempt.Release.Version} waits in slot {EdgeClient.Name(Attempt.Candidate)}, {serving}",
            "deployrunner promote, or deployrunner abort"));
    }

    /// <summary>Stable already: what is left of the old release goes, whatever stopped us.</summary>
    private async Task<FlowResult> FinishAsync(Exception failure)
    {
        using var grace = new CancellationTokenSource(Grace, context.Time);
        try
        {
            if (Attempt.PreviousSlot is { } old)
                await run.StepAsync(StepKind.StopSlot, () => Target.StopSlotAsync(run.Token, old, grace.Token), old);
        }
        catch (Exception second)
        {
            context.Reporter.Report(new Warning($"the old release could not be stopped: {second.Message}"));
        }

        return failure is OperationCanceledException
            ? run.End(Outcome.Promoted,
                new FlowResult(ExitCode.Interrupted, $"interrupted after {Attempt.Release.Version} was promoted; it is serving"))
            : Conclude();
    }
}
