using ChainBridge.Engine.Events;
using ChainBridge.Engine.Gates;
using ChainBridge.Engine.Model;
using ChainBridge.Engine.State;
using ChainBridge.Engine.Traffic;

namespace ChainBridge.Engine.Runs;

/// <summary>This part: the changes of the target, in the order of the runbook.</summary>
internal sealed partial class Steps
{
    private Attempt Attempt => run.Attempt ?? throw new InvalidOperationException("the attempt is prepared first");

    /// <summary>Brings up what is shared and records the new release.</summary>
    public async Task<Release> PrepareAsync(
        Source source, IReadOnlyDictionary<string, Artifact> artifacts, CancellationToken cancellationToken)
    {
        await run.StepAsync(StepKind.Prepare, () => Target.PrepareAsync(run.Token, cancellationToken));
        var compose = await Target.ComposeProjectAsync(cancellationToken);
        var services = Configuration.Recorded(context.Manifest, context.Environment, context.Redactor);
        var draft = new Release(source.Version, source.Commit, artifacts, services, compose,
            compose is null ? "" : Configuration.Hash(compose), Configuration.Hash(services),
            MigrationsReversible: true, context.Caller.User, context.Time.GetUtcNow());
        _pending = await new Migrations(context, run).PendingAsync(draft, cancellationToken);
        var release = context.Releases.Save(draft with { MigrationsReversible = _pending.All(pending => pending.Reversible) });
        // The record of a version deployed again is the first one; whether its migrations can be undone is asked now.
        release = release with { MigrationsReversible = draft.MigrationsReversible && _pending.All(pending => pending.Reversible) };
        _gates = Recorded.Today;
        _gatesAreNew = true;
        await FindSlotsAsync(release, cancellationToken);
        // The version may have passed with other gates before: those stay until it passes with these.
        if (context.Releases.GatesOf(release.Version) is null) RecordGates();
        return release;
    }

    /// <summary>Brings up what is shared for a release already recorded.</summary>
    public async Task PrepareRecordedAsync(Release release, CancellationToken cancellationToken)
    {
        await run.StepAsync(StepKind.Prepare, () => Target.PrepareAsync(run.Token, cancellationToken));
        run.Artifacts = release.Artifacts;
        _gates = await Recorded.HereAsync(release, cancellationToken);
        await FindSlotsAsync(release, cancellationToken);
    }

    /// <summary>Moves databases up, in dependency order.</summary>
    public async Task MigrateAsync(Release release, CancellationToken cancellationToken)
    {
        foreach (var pending in _pending)
        {
            run.Attempt = Attempt with { Migrations = [.. Attempt.Migrations, (pending.Service, pending.Applied)] };
            await new Migrations(context, run).UpAsync(release, pending, cancellationToken);
        }
    }

    /// <summary>Starts the candidate; every service is ready and runs what the record says when this returns.</summary>
    public async Task StartBesideTheOldAsync(CancellationToken cancellationToken)
    {
        await run.StepAsync(StepKind.StartSlot,
            () => Target.StartSlotAsync(run.Token, Attempt.Candidate, Attempt.Release, cancellationToken), Attempt.Candidate);
        await VerifyAsync(cancellationToken);
    }

    /// <summary>Exit code 13 unless the digests of what runs are the recorded ones.</summary>
    public Task VerifyAsync(CancellationToken cancellationToken) =>
        run.StepAsync(StepKind.Verify, () => Digests.VerifyAsync(Target, Attempt.Candidate, Attempt.Release, cancellationToken),
            Attempt.Candidate);

    /// <summary>Proves the candidate while it has no traffic.</summary>
    public async Task SmokeCandidateAsync(CancellationToken cancellationToken)
    {
        var address = await Target.CandidateAddressAsync(Attempt.Candidate, cancellationToken)
            ?? throw new RunnerException(ExitCode.RolledBack,
                $"nothing answers in slot {EdgeClient.Name(Attempt.Candidate)} though it was started", "look at the candidate's logs");
        var gate = await run.GateAsync(StepKind.SmokeCandidate, "smoke of the candidate", Gates.Smoke,
            new GateSubject(address, Attempt.Release.Version), Attempt.Candidate, cancellationToken);
        run.Smoked(gate.Duration);
    }

    /// <summary>Moves all traffic at once.</summary>
    public Task SwitchAsync(CancellationToken cancellationToken) =>
        run.StepAsync(StepKind.Switch, () => Target.SwitchAsync(run.Token, Attempt.Candidate, cancellationToken), Attempt.Candidate);

    /// <summary>Proves it again through the public door.</summary>
    /// <param name="inconclusiveIsEnough">A person decided on evidence of their own; a failure still goes back.</param>
    public async Task SmokePublicAsync(CancellationToken cancellationToken, bool inconclusiveIsEnough = false)
    {
        var subject = new GateSubject(await Target.PublicAddressAsync(cancellationToken), Attempt.Release.Version);
        try
        {
            var gate = await run.GateAsync(StepKind.SmokePublic, "smoke through the public door", Gates.Smoke, subject, Attempt.Candidate,
                cancellationToken);
            run.Smoked(gate.Duration);
        }
        catch (GateException gate) when (inconclusiveIsEnough && gate.Result.Verdict == Verdict.Inconclusive)
        {
            context.Reporter.Report(new Warning($"{gate.Message}; promoted all the same, as asked"));
        }

        await run.StepAsync(StepKind.Verify, () => Digests.SteadyAsync(Target, Attempt.Candidate, Attempt.Release, cancellationToken),
            Attempt.Candidate);
    }

    /// <summary>Watches it while it has the traffic and the old release is still warm.</summary>
    /// <param name="inconclusiveIsEnough">A person decided on evidence of their own; a failure still goes back.</param>
    public async Task ObserveAsync(CancellationToken cancellationToken, bool inconclusiveIsEnough = false)
    {
        if (Gates.Observe.IsOff)
        {
            const string off = "switched off: gates.observe.for is 0s";
            context.Reporter.Report(new Warning($"nothing observes {Attempt.Release.Version} before it is promoted ({off})"));
            await run.StepAsync(StepKind.Observe, () => Task.CompletedTask, Attempt.Candidate, mark: entry => entry with { Detail = off });
            return;
        }

        var door = await Target.PublicAddressAsync(cancellationToken);
        try
        {
            await run.JudgedAsync(StepKind.Observe, () => new Observation(context, Attempt.Candidate, Attempt.Release, Gates)
                .WatchAsync(door, cancellationToken), Attempt.Candidate);
        }
        catch (GateException gate) when (inconclusiveIsEnough && gate.Result.Verdict == Verdict.Inconclusive)
        {
            context.Reporter.Report(new Warning($"{gate.Message}; promoted all the same, as asked"));
        }
    }

    /// <summary>Records the release as stable: the point from which nothing goes back.</summary>
    public void Promote()
    {
        RecordGates();
        run.Promote(Attempt.Candidate);
    }

    /// <summary>
    /// Lets the old release end its requests, stops it, and removes what is no longer kept. What fails here is
    /// said, and changes no verdict.
    /// </summary>
    public async Task RetireTheOldAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (Attempt.PreviousSlot is { } old)
            {
                var left = await run.StepAsync(StepKind.Drain,
                    () => Target.DrainAsync(old, context.Environment.DrainTimeout, cancellationToken), old);
                if (left > 0)
                    context.Reporter.Report(new Warning($"{left} requests were still in flight in slot {EdgeClient.Name(old)} "
                        + $"after {context.Environment.DrainTimeout.TotalSeconds:0} s"));
                await run.StepAsync(StepKind.StopSlot, () => Target.StopSlotAsync(run.Token, old, cancellationToken), old);
            }

            var (keep, drop) = Retention.Decide(context.Releases.All(), context.History(), context.Environment.Retain);
            await run.StepAsync(StepKind.Retain, async () =>
            {
                await Target.RetainAsync(run.Token, keep, drop, cancellationToken);
                foreach (var release in drop) context.Releases.Remove(release.Version);
            });
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            context.Reporter.Report(
                new Warning($"{Attempt.Release.Version} is stable, but cleaning up after the old release failed: {failure.Message}"));
        }
    }

    /// <summary>The good end.</summary>
    public FlowResult Conclude() => run.End(Outcome.Promoted,
        new FlowResult(ExitCode.Done, $"{Attempt.Release.Version} is stable and serving from slot {EdgeClient.Name(Attempt.Candidate)}"));

    /// <summary>The end of this run, not of the deployment.</summary>
    public FlowResult WaitForApproval()
    {
        RecordGates();
        return run.End(Outcome.Waiting,
            new FlowResult(ExitCode.Done,
                $"{Attempt.Release.Version} passed in slot {EdgeClient.Name(Attempt.Candidate)} without traffic and waits",
                "deployrunner promote, or deployrunner abort"));
    }

    private IReadOnlyList<PendingMigration> _pending = [];
    private ReleaseGates? _gates;
    private bool _gatesAreNew;
    private bool _currentIsDead;

    private ReleaseGates Gates => _gates ?? throw new InvalidOperationException("the attempt is prepared first");

    private RecordedGates Recorded => new(context);

    /// <summary>Gates that came from the record are there already, and perhaps not whole here.</summary>
    private void RecordGates()
    {
        if (_gatesAreNew) context.Releases.SaveGates(Attempt.Release.Version, Recorded.Recordable(Gates));
    }

    private async Task FindSlotsAsync(Release release, CancellationToken cancellationToken)
    {
        var active = await Target.ActiveSlotAsync(cancellationToken);
        var candidate = active == Slot.Blue ? Slot.Green : Slot.Blue;
        var history = context.History();
        // A release that died is no way back while another stable one is there.
        var back = _currentIsDead ? history.TargetBeside(release.Version) ?? history.Current : history.Current;
        var previous = back is null ? null : context.Releases.Find(back)
            ?? throw new RunnerException(ExitCode.PersonNeeded,
                $"the record of the current release {back} is gone, so there would be no way back",
                "restore its release.json from a backup");
        run.Attempt = new Attempt(run.Id, release, candidate, previous is null ? null : active ?? Runs.Attempt.Other(candidate),
            previous, []);
    }
}
