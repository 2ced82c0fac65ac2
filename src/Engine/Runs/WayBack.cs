using ChainBridge.Engine.Events;
using ChainBridge.Engine.Gates;
using ChainBridge.Engine.Hosts;
using ChainBridge.Engine.Model;
using ChainBridge.Engine.Platforms;
using ChainBridge.Engine.Steps;
using ChainBridge.Engine.Strategies;

namespace ChainBridge.Engine.Runs;

/// <summary>
/// Undoes an attempt from its end: the old release serves and is proved, the candidate stops, its migrations are
/// undone. One try, never a loop.
/// </summary>
internal sealed class WayBack(DeploymentRun run)
{
    /// <summary>Failed releases whose logs stay, with the newest: 20.</summary>
    private const int KeptEvidence = 20;

    private readonly FlowContext _context = run.Context;

    /// <summary>Whether it is no failure but the rule that a person decides: repeating it would answer the same for ever.</summary>
    public static bool Freezes(Attempt attempt) =>
        attempt is { Previous: not null, PreviousSlot: not null, Migrations.Count: > 0, Release.MigrationsReversible: false };

    /// <summary>
    /// Goes back. Answers with what is there now: the old release serves, there is none, or a person is needed; throws only when
    /// cancelled.
    /// </summary>
    public async Task<FlowResult> GoAsync(Attempt attempt, string reason, CancellationToken cancellationToken)
    {
        try
        {
            await KeepLogsAsync(attempt, cancellationToken);
            if (Freezes(attempt)) return await FrozenAsync(attempt, reason, cancellationToken);
            var failed = await UndoAsync(attempt, cancellationToken);
            var back = Back(attempt, reason);
            return failed.Count == 0 ? back : new FlowResult(Failure.PersonNeeded,
                $"{back.Summary} on {string.Join(", ", run.Platform.Hosts.All.Select(host => host.Name))}; not put in order: "
                    + string.Join("; ", failed),
                "deployrunner status shows what runs; when all hosts answer again, deployrunner resume has all of them serve one release");
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            return new FlowResult(Failure.PersonNeeded, $"{reason}; and the way back failed: {failure.Message}",
                "deployrunner status shows what runs; nothing more is tried without you");
        }
    }

    /// <summary>
    /// Undoes what the attempt did, and answers what failed on hosts that were left out because of it: one host that is away keeps none of
    /// the others from going back. One that is left out does not come back, so this ends.
    /// </summary>
    private async Task<IReadOnlyList<string>> UndoAsync(Attempt attempt, CancellationToken cancellationToken)
    {
        // Without an old release that needs the old schema, migrations that cannot be undone stay.
        var keepsSchema = attempt.Previous is null && !attempt.Release.MigrationsReversible;
        var failed = new List<string>();
        var raised = false;
        while (true)
            try
            {
                foreach (var step in BlueGreen.Undoable().Reverse().Where(step => !keepsSchema || step is not Migrate))
                    await step.UndoAsync(run, attempt, cancellationToken);
                // Before its databases were back it could not be.
                if (attempt is { Migrations.Count: > 0, Previous: { } previous, PreviousSlot: { } slot })
                    await Switch.ProveAsync(run, previous, slot, cancellationToken);
                return failed;
            }
            catch (EngineException failure) when (failure.Failure != Failure.Locked && run.Platform.LeaveOut(failure.Hosts))
            {
                run.Report(new Warning($"the way back goes on without {string.Join(", ", failure.Hosts)}: {failure.Message}"));
                failed.Add(failure.Message);
            }
            catch (Exception silent) when (silent is EngineException { Failure: Failure.Unreachable } or GateException && !raised)
            {
                // What the releases share may be what failed, and only an edge that runs gives the traffic back. It may also have ended, or
                // begun again, while the old release was proved through it: that looks like a release which does not answer.
                raised = true;
                run.Report(new Warning($"the way back starts what is shared first: {silent.Message}"));
                await new Prepare().ApplyAsync(run, cancellationToken);
            }
    }

    /// <summary>What is there when all is undone.</summary>
    private FlowResult Back(Attempt attempt, string reason)
    {
        const string next = "read the evidence above, repair, deploy again";
        if (attempt is not { Previous: { } previous, PreviousSlot: { } slot })
            return new FlowResult(Failure.NoPreviousRelease, $"{reason}; there is no previous release, and the candidate is stopped", next);
        if (run.Journal.History().Current != previous.Version) run.Restored(previous.Version, slot);
        return new FlowResult(Failure.CandidateFailed, $"{reason}; {previous.Version} is serving again", next);
    }

    /// <summary>
    /// Hosts that differ are brought together all the same, and a share of the traffic is taken back: beside it the old release has served
    /// with the new schema.
    /// </summary>
    private async Task<FlowResult> FrozenAsync(Attempt attempt, string reason, CancellationToken cancellationToken)
    {
        if (await ActiveSlots.AskAsync(run.Platform, cancellationToken) is { Differ: true } or { AreSplit: true })
            await Switch.ToAsync(run, attempt.PreviousSlot!.Value, cancellationToken);
        return new(Failure.PersonNeeded, $"{reason}; the migrations of {attempt.Release.Version} cannot be undone, so both slots were "
            + $"kept: {attempt.Release.Version} in {attempt.Candidate} as far as it was started, {attempt.Previous!.Version} in "
            + $"{attempt.PreviousSlot}",
            "decide whether the old release works with the new schema: deploy a repaired release, or deployrunner rollback");
    }

    private async Task KeepLogsAsync(Attempt attempt, CancellationToken cancellationToken)
    {
        try
        {
            var evidence = Path.Combine(_context.Environment.StateDirectory, "evidence");
            foreach (var old in _context.State.Files.Folders(evidence).Skip(KeptEvidence - 1))
                _context.State.Files.DeleteFolder(Path.Combine(evidence, old));
            var folder = Path.Combine(evidence, attempt.Deployment);
            foreach (var (service, lines) in await _context.Platform.LogsAsync(attempt.Candidate, 200, cancellationToken))
                _context.State.Files.Write(Path.Combine(folder, $"{service}.log"),
                    string.Concat(lines.Select(line => $"{_context.Runner.Redactor.Hide(line)}\n")));
            run.Report(new Note($"the candidate's logs are kept in {folder}"));
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            // Evidence is wanted, but the old release is wanted more.
            run.Report(new Warning($"the candidate's logs could not be fetched: {failure.Message}"));
        }
    }
}
