using ChainBridge.DeployRunner.Gates;
using ChainBridge.DeployRunner.Releases;
using ChainBridge.DeployRunner.Reporting;
using ChainBridge.DeployRunner.Targets;

namespace ChainBridge.DeployRunner.Flows;

/// <summary>This part: the changes of the target, in the order of the runbook.</summary>
internal sealed partial class Steps
{
    private Attempt Attempt => run.Attempt ?? throw new InvalidOperationException("the attempt is prepared first");

    /// <summary>Brings up what is shared and records the new release.</summary>
    public async Task<Release> PrepareAsync(Source source, IReadOnlyDictionary<string, Artifact> artifacts, CancellationToken cancellationToken)
    {
        await run.StepAsync(StepKind.Prepare, () => Target.PrepareAsync(run.Token, cancellationToken));
        var compose = await Target.ComposeProjectAsync(cancellationToken);
        var services = Configuration.Recorded(context.Manifest, context.Environment, context.Redactor);
        var draft = new Release(source.Version, source.Commit, artifacts, services, compose, compose is null ? "" : Configuration.Hash(compose), Configuration.Hash(services),
            MigrationsReversible: true, context.Caller.User, context.Time.GetUtcNow());
        _pending = await new Migrations(context, run).PendingAsync(draft, cancellationToken);
        var release = context.Releases.Save(draft with { MigrationsReversible = _pending.All(pending => pending.Reversible) });
        // The record of a version deployed again is the first one; whether its migrations can be undone is asked now.
        release = release with { MigrationsReversible = draft.MigrationsReversible && _pending.All(pending => pending.Reversible) };
        await FindSlotsAsync(release, cancellationToken);
        return release;
    }

    /// <summary>Brings up what is shared for a release already recorded.</summary>
    public async Task PrepareRecordedAsync(Release release, CancellationToken cancellationToken)
    {
        await run.StepAsync(StepKind.Prepare, () => Target.PrepareAsync(run.Token, cancellationToken));
        run.Artifacts = release.Artifacts;
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
        await run.StepAsync(StepKind.StartSlot, () => Target.StartSlotAsync(run.Token, Attempt.Candidate, Attempt.Release, cancellationToken), Attempt.Candidate);
        await VerifyAsync(cancellationToken);
    }

    /// <summary>Exit code 13 unless the digests of what runs are the recorded ones.</summary>
    public Task VerifyAsync(CancellationToken cancellationToken) =>
        run.StepAsync(StepKind.Verify, () => Digests.VerifyAsync(Target, Attempt.Candidate, Attempt.Release, cancellationToken), Attempt.Candidate);

    /// <summary>Proves the candidate while it has no traffic.</summary>
    public async Task SmokeCandidateAsync(CancellationToken cancellationToken)
    {
        var address = await Target.CandidateAddressAsync(Attempt.Candidate, cancellationToken)
            ?? throw new RunnerException(ExitCode.RolledBack, $"nothing answers in slot {EdgeClient.Name(Attempt.Candidate)} though it was started", "look at the candidate's logs");
        var gate = await run.GateAsync(StepKind.SmokeCandidate, "smoke of the candidate", context.Manifest.Gates.Smoke, new GateSubject(address, Attempt.Release.Version), Attempt.Candidate, cancellationToken);
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
            var gate = await run.GateAsync(StepKind.SmokePublic, "smoke through the public door", context.Manifest.Gates.Smoke, subject, Attempt.Candidate, cancellationToken);
            run.Smoked(gate.Duration);
        }
        catch (GateException gate) when (inconclusiveIsEnough && gate.Result.Verdict == Verdict.Inconclusive)
        {
            context.Reporter.Report(new Warning($"{gate.Message}; promoted all the same, as asked"));
        }

        await run.StepAsync(StepKind.Verify, () => Digests.SteadyAsync(Target, Attempt.Candidate, Attempt.Release, cancellationToken), Attempt.Candidate);
    }

    /// <summary>Records the release as stable: the point from which nothing goes back.</summary>
    public void Promote()
    {
        // One that asks with a secret cannot be kept without it.
        context.Releases.SaveProbes(Attempt.Release.Version, [.. context.Manifest.Gates.Smoke.Probes.Where(probe => $"{probe.Path}\n{probe.Body}\n{probe.Contains}" is var asked && context.Redactor.Hide(asked) == asked)]);
        run.Promote(Attempt.Candidate);
    }

    /// <summary>Lets the old release end its requests, stops it, and removes what is no longer kept. What fails here is said, and changes no verdict.</summary>
    public async Task RetireTheOldAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (Attempt.PreviousSlot is { } old)
            {
                var left = await run.StepAsync(StepKind.Drain, () => Target.DrainAsync(old, context.Environment.DrainTimeout, cancellationToken), old);
                if (left > 0) context.Reporter.Report(new Warning($"{left} requests were still in flight in slot {EdgeClient.Name(old)} after {context.Environment.DrainTimeout.TotalSeconds:0} s"));
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
            context.Reporter.Report(new Warning($"{Attempt.Release.Version} is stable, but cleaning up after the old release failed: {failure.Message}"));
        }
    }

    /// <summary>The good end.</summary>
    public FlowResult Conclude() => run.End(Outcome.Promoted, new FlowResult(ExitCode.Done, $"{Attempt.Release.Version} is stable and serving from slot {EdgeClient.Name(Attempt.Candidate)}"));

    /// <summary>The end of this run, not of the deployment.</summary>
    public FlowResult WaitForApproval() => run.End(Outcome.Waiting,
        new FlowResult(ExitCode.Done, $"{Attempt.Release.Version} passed in slot {EdgeClient.Name(Attempt.Candidate)} without traffic and waits", "deployrunner promote, or deployrunner abort"));

    private IReadOnlyList<PendingMigration> _pending = [];

    private async Task FindSlotsAsync(Release release, CancellationToken cancellationToken)
    {
        var active = await Target.ActiveSlotAsync(cancellationToken);
        var candidate = active == Slot.Blue ? Slot.Green : Slot.Blue;
        var current = context.History().Current;
        var previous = current is null ? null : context.Releases.Find(current)
            ?? throw new RunnerException(ExitCode.PersonNeeded, $"the record of the current release {current} is gone, so there would be no way back", "restore its release.json from a backup");
        run.Attempt = new Attempt(run.Id, release, candidate, previous is null ? null : active ?? Flows.Attempt.Other(candidate), previous, []);
    }
}
