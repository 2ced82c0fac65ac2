using ChainBridge.Engine.Events;
using ChainBridge.Engine.Gates;
using ChainBridge.Engine.Model;
using ChainBridge.Engine.Platforms;
using ChainBridge.Engine.State;
using ChainBridge.Engine.Steps;
using ChainBridge.Engine.Strategies;

namespace ChainBridge.Engine.Runs;

/// <summary>Runs a plan: its steps in order, and the way back when one fails before the point of no return.</summary>
internal sealed class PlanRunner(FlowContext context, Plan plan)
{
    private const string Decide = "deployrunner promote, or deployrunner abort";

    /// <summary>How long an interrupted run may take to leave the environment in order.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(60);

    private readonly DeploymentRun _run = new(context, plan.Verb);

    /// <summary>Answers for every failure, with what is there now.</summary>
    public async Task<FlowResult> RunAsync(CancellationToken cancellationToken)
    {
        _run.Begin(plan.Names, plan.Skipped);
        FlowResult result;
        try
        {
            foreach (var step in plan.Before) await step.ApplyAsync(_run, cancellationToken);
            result = await LockedAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            result = _run.End(Outcome.Interrupted,
                new FlowResult(Failure.Interrupted, "interrupted before the target was changed; nothing was left"));
        }
        catch (Exception failure) when (_run.Attempt is null)
        {
            result = _run.End(Outcome.Failed, Untouched(failure));
        }

        await new FailureHooks(_run).RunAsync(result);
        RaiseAlerts();
        return result;
    }

    /// <summary>Runs the changes while holding the lock; any failure goes back before the lock is given back.</summary>
    private async Task<FlowResult> LockedAsync(CancellationToken cancellationToken)
    {
        var caller = context.Runner.Caller;
        var held = await context.State.Lock.AcquireAsync(caller.User, caller.Host, caller.ProcessId, plan.Verb, cancellationToken);
        _run.Hold(held.Token);
        PlatformChoice.Keep(context.State.Files, context.Environment);
        try
        {
            using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, held.Lost);
            return await OrWayBackAsync(held, linked.Token);
        }
        finally
        {
            await held.DisposeAsync();
            if (held.ReleaseFailure is { } failure)
                _run.Report(new Warning($"the lock could not be given back and ends by itself: {failure.Message}"));
        }
    }

    private async Task<FlowResult> OrWayBackAsync(HeldLock held, CancellationToken cancellationToken)
    {
        try
        {
            return await ChangeAsync(cancellationToken);
        }
        catch (Exception failure) when (_run.Attempt is not null || held.Lost.IsCancellationRequested)
        {
            // Whose the target is now cannot be asked: whatever is done would be done without a lock.
            if (held.Lost.IsCancellationRequested && held.ReleaseFailure is { } away && !IsAnothers(held))
                return _run.End(Outcome.PersonNeeded, new FlowResult(Failure.PersonNeeded,
                    $"the lock could not be renewed ({away.Message}); this run stopped where it was",
                    "when the target answers again: deployrunner resume puts in order what was begun"));
            // A newer runner owns the target: whatever is done now would be done to its work.
            if (held.Lost.IsCancellationRequested || failure is EngineException { Failure: Failure.Locked })
                return _run.End(Outcome.Failed, new FlowResult(Failure.Locked,
                    $"the lock was lost to {context.State.Lock.Holder()?.ToString() ?? "another runner"}; this run stopped where it was",
                    "the newer runner puts the target in order; deployrunner status"));
            if (_run.Promoted) return await FinishAsync(failure);
            // Where services were replaced one by one the old release is not whole beside a candidate that waits.
            return failure is GateException { Result.Verdict: Verdict.Inconclusive } gate && !_run.Attempted.Rolling
                ? await WaitAsync(gate, cancellationToken)
                : await GoBackAsync(failure);
        }
    }

    /// <summary>Whether the lock is known to be no longer this run's: another runner took it, or a person broke it.</summary>
    private bool IsAnothers(HeldLock held)
    {
        try
        {
            return context.State.Lock.Holder()?.Token != held.Holder.Token;
        }
        catch (Exception away) when (away is IOException or UnauthorizedAccessException or EngineException)
        {
            return false;
        }
    }

    private async Task<FlowResult> ChangeAsync(CancellationToken cancellationToken)
    {
        if (plan.TakesOver)
        {
            var situation = new Situation(_run);
            await situation.SettleAsync(cancellationToken);
            await situation.AgreeAsync(cancellationToken);
            await situation.CheckCurrentAsync(cancellationToken);
        }

        foreach (var step in await ToDoAsync(cancellationToken))
        {
            if (_run.Promoted) await TidyAsync(step, cancellationToken);
            else await step.ApplyAsync(_run, cancellationToken);
        }

        if (_run.Promoted) return Conclude();
        if (_run.Attempt is null)
            return _run.End(Outcome.Done, FlowResult.Done("what the runner that died left is put in order"));
        return await (plan.Waits ? WaitForApprovalAsync(cancellationToken) : TakeAwayAsync(cancellationToken));
    }

    /// <summary>The steps whose effect is not there yet. Of a deployment that is resumed the first ones may have it.</summary>
    private async Task<IReadOnlyList<Step>> ToDoAsync(CancellationToken cancellationToken)
    {
        if (!plan.Resumes) return plan.Steps;
        await plan.Steps[0].ApplyAsync(_run, cancellationToken);
        var (rest, attempt) = (plan.Steps.Skip(1).ToList(), _run.Attempted);
        while (await rest[0].IsDoneAsync(_run, attempt, cancellationToken))
        {
            _run.Report(new Note($"{rest[0].Name}: done before"));
            rest.RemoveAt(0);
        }

        return rest;
    }

    /// <summary>After the point of no return: a failure is reported, and changes no verdict.</summary>
    private async Task TidyAsync(Step step, CancellationToken cancellationToken)
    {
        try
        {
            await step.ApplyAsync(_run, cancellationToken);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            var what = step switch
            {
                Hook => "a hook", RegisterModels => "registering its models", _ => "cleaning up after the old release",
            };
            _run.Report(new Warning($"{_run.Version} is stable, but {what} failed: {failure.Message}"));
        }
    }

    private async Task<FlowResult> GoBackAsync(Exception failure)
    {
        var attempt = _run.Attempted;
        var interrupted = failure is OperationCanceledException;
        var reason = interrupted ? "interrupted" : failure.Message;
        // Once on the way back, an interrupt no longer stops it: half a way back is worse than none. Its time is bounded.
        var timeouts = context.Environment.Timeouts;
        using var deadline = new CancellationTokenSource((interrupted ? Grace : Grace + timeouts.Ready)
            + (attempt.Inner.Count * (timeouts.Ready + timeouts.Drain)), context.Runner.Time);
        FlowResult back;
        try
        {
            back = await new WayBack(_run).GoAsync(attempt, reason, deadline.Token);
        }
        catch (OperationCanceledException)
        {
            back = new FlowResult(Failure.PersonNeeded,
                $"{reason}; the way back did not end in time: {attempt.Release.Version} may still be in slot {attempt.Candidate.Name()}",
                "deployrunner status; the next deploy puts the target in order first");
        }

        var personNeeded = back.Failure == Failure.PersonNeeded;
        if (!personNeeded) await Retain.QuietlyAsync(_run, deadline.Token);
        if (interrupted)
            return _run.End(personNeeded ? Outcome.PersonNeeded : Outcome.Interrupted, back with { Failure = Failure.Interrupted });
        // What failed knows better what to do than the way back does.
        if (back.Failure is Failure.CandidateFailed or Failure.NoPreviousRelease && failure is EngineException known)
            back = back with { NextStep = known.NextStep };
        // A target that runs something else than was asked for, or a rollback that failed, is nothing to repeat unattended.
        if (back.Failure == Failure.CandidateFailed && plan.Verb == History.Rollback)
            back = back with
            {
                Failure = Failure.PersonNeeded,
                NextStep = "read the evidence above; deployrunner rollback tries it again, deployrunner rollback VERSION takes another one "
                    + "(deployrunner versions)",
            };
        else if (back.Failure == Failure.CandidateFailed
            && failure is EngineException { Failure: Failure.PersonNeeded or Failure.Inconclusive } expected)
            back = back with { Failure = expected.Failure };
        else if (back.Failure == Failure.CandidateFailed && failure is GateException { Result.Verdict: Verdict.Inconclusive })
            back = back with { Failure = Failure.Inconclusive };
        return _run.End(back.Failure == Failure.PersonNeeded ? Outcome.PersonNeeded : Outcome.RolledBack, back);
    }

    /// <summary>Inconclusive never promotes: the candidate stays for a person to decide, the old release serves.</summary>
    private async Task<FlowResult> WaitAsync(GateException gate, CancellationToken cancellationToken)
    {
        var attempt = _run.Attempted;
        try
        {
            if (attempt is { Previous: not null, PreviousSlot: { } old }
                && !(await ActiveSlots.AskAsync(_run.Platform, cancellationToken)).Everywhere(old))
                await Switch.ToAsync(_run, old, cancellationToken);
            await new HandOverWork().UndoAsync(_run, attempt, cancellationToken);
        }
        catch (Exception failure)
        {
            return await GoBackAsync(failure);
        }

        _run.RecordGates();
        await Retain.QuietlyAsync(_run, cancellationToken);
        var until = Until();
        var serving = attempt.Previous is { } previous ? $"{previous.Version} is serving" : "there is no previous release";
        return _run.End(Outcome.Waiting, new FlowResult(Failure.Inconclusive,
            $"{gate.Message}; {attempt.Release.Version} waits in slot {attempt.Candidate.Name()}{DeploymentRecord.UntilInWords(until)}, "
                + serving, Decide), until);
    }

    /// <summary>Until when the candidate may be promoted. A promotion that was inconclusive gives it no more time.</summary>
    private DateTimeOffset? Until() => _run.Attempted.Until ?? context.State.Lock.Now + context.Environment.ApproveWithin;

    /// <summary>Stable already: what is left of the old release goes, whatever stopped us.</summary>
    private async Task<FlowResult> FinishAsync(Exception failure)
    {
        using var grace = new CancellationTokenSource(Grace, context.Runner.Time);
        try
        {
            await new StopOld().ApplyAsync(_run, grace.Token);
        }
        catch (Exception second)
        {
            _run.Report(new Warning($"the old release could not be stopped: {second.Message}"));
        }

        return failure is OperationCanceledException
            ? _run.End(Outcome.Promoted,
                new FlowResult(Failure.Interrupted, $"interrupted after {_run.Version} was promoted; it is serving"))
            : Conclude();
    }

    /// <summary>The candidate that waited goes, on request.</summary>
    private async Task<FlowResult> TakeAwayAsync(CancellationToken cancellationToken)
    {
        var back = await new WayBack(_run).GoAsync(_run.Attempted, $"{_run.Version} was aborted", cancellationToken);
        if (back.Failure != Failure.PersonNeeded) await Retain.QuietlyAsync(_run, cancellationToken);
        return back.Failure == Failure.PersonNeeded
            ? _run.End(Outcome.PersonNeeded, back)
            : _run.End(Outcome.Aborted, FlowResult.Done(back.Summary));
    }

    private FlowResult Conclude() => _run.End(Outcome.Promoted,
        FlowResult.Done($"{_run.Version} is stable and serving from slot {_run.Attempted.Candidate.Name()}"
            + _run.Attempted.Release.SkippedInWords()));

    /// <summary>The end of this run, not of the deployment.</summary>
    private async Task<FlowResult> WaitForApprovalAsync(CancellationToken cancellationToken)
    {
        _run.RecordGates();
        await Retain.QuietlyAsync(_run, cancellationToken);
        var until = Until();
        return _run.End(Outcome.Waiting, FlowResult.Done(
            $"{_run.Version} passed in slot {_run.Attempted.Candidate.Name()} without traffic and waits"
                + DeploymentRecord.UntilInWords(until) + _run.Attempted.Release.SkippedInWords(), Decide), until);
    }

    /// <summary>An alert that cannot be raised never changes the verdict.</summary>
    private void RaiseAlerts()
    {
        try
        {
            new Alerts(context, _run).Raise();
        }
        catch (Exception failure)
        {
            _run.Report(new Warning($"the alerts could not be worked out: {failure.Message}"));
        }
    }

    /// <summary>What a failure means while the target is untouched.</summary>
    private static FlowResult Untouched(Exception failure) => failure switch
    {
        GateException { Result.Verdict: Verdict.Inconclusive } gate =>
            new FlowResult(Failure.Inconclusive, $"{gate.Message}; nothing was deployed",
                "make the evidence obtainable, then deploy again"),
        GateException gate => new FlowResult(Failure.GateFailed, $"{gate.Message}; nothing was deployed",
            "repair what the evidence names, then deploy again"),
        EngineException expected => new FlowResult(expected.Failure, expected.Message, expected.NextStep),
        _ => new FlowResult(Failure.GateFailed, $"{failure.GetType().Name}: {failure.Message}; nothing was deployed",
            "this was not foreseen: please report it with the output of --output json"),
    };
}
