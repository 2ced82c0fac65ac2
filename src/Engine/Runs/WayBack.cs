using ChainBridge.Engine.Events;
using ChainBridge.Engine.Gates;
using ChainBridge.Engine.Hosts;
using ChainBridge.Engine.Model;

namespace ChainBridge.Engine.Runs;

/// <summary>Takes a candidate out again and proves that the old release serves. One try, never a loop.</summary>
internal sealed class WayBack(FlowContext context, DeploymentRun run)
{
    /// <summary>Failed releases whose logs stay, with the newest: 20.</summary>
    private const int KeptEvidence = 20;

    /// <summary>Whether it is no failure but the rule that a person decides: repeating it would answer the same for ever.</summary>
    public static bool Freezes(Attempt attempt) =>
        attempt is { Previous: not null, PreviousSlot: not null, Migrations.Count: > 0, Release.MigrationsReversible: false };

    /// <summary>Goes back. Answers 11, 12 or 13 with what is there now; throws only when cancelled.</summary>
    public async Task<FlowResult> GoAsync(Attempt attempt, string reason, CancellationToken cancellationToken)
    {
        try
        {
            await KeepLogsAsync(attempt, cancellationToken);
            if (attempt.Previous is null || attempt.PreviousSlot is null)
                return await WithoutPreviousAsync(attempt, reason, cancellationToken);
            if (Freezes(attempt))
                return new FlowResult(ExitCode.PersonNeeded,
                    $"{reason}; the migrations of {attempt.Release.Version} cannot be undone, so both slots were kept: "
                        + $"{attempt.Release.Version} in {attempt.Candidate}, {attempt.Previous.Version} in {attempt.PreviousSlot}",
                    "decide whether the old release works with the new schema: deploy a repaired release, or deployrunner rollback");

            await ServeAsync(attempt.Previous, attempt.PreviousSlot.Value, cancellationToken);
            await StopAsync(attempt.Candidate, cancellationToken);
            if (await MigrateDownAsync(attempt, cancellationToken))
                await ProveAsync(attempt.Previous, attempt.PreviousSlot.Value, cancellationToken);
            if (context.History().Current != attempt.Previous.Version) run.Restored(attempt.Previous.Version, attempt.PreviousSlot.Value);
            return new FlowResult(ExitCode.RolledBack, $"{reason}; {attempt.Previous.Version} is serving again",
                "read the evidence above, repair, deploy again");
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            return new FlowResult(ExitCode.PersonNeeded, $"{reason}; and the way back failed: {failure.Message}",
                "deployrunner status shows what runs; nothing more is tried without you");
        }
    }

    /// <summary>Gives the traffic to the old release, starting it again when it is not what runs there, and proves it.</summary>
    public async Task ServeAsync(Release previous, Slot slot, CancellationToken cancellationToken)
    {
        // After a way back that failed another release may stand there than the one that must serve.
        if (await Digests.WrongAsync(context.Target, slot, previous, cancellationToken) is { Count: > 0 })
            await run.StepAsync(StepKind.StartSlot,
                () => context.Target.StartSlotAsync(run.Token, slot, previous, cancellationToken), slot);
        if (await context.Target.ActiveSlotAsync(cancellationToken) != slot)
            await run.StepAsync(StepKind.Switch, () => context.Target.SwitchAsync(run.Token, slot, cancellationToken), slot);
        await ProveAsync(previous, slot, cancellationToken);
    }

    private async Task<FlowResult> WithoutPreviousAsync(Attempt attempt, string reason, CancellationToken cancellationToken)
    {
        await StopAsync(attempt.Candidate, cancellationToken);
        if (attempt.Release.MigrationsReversible) await MigrateDownAsync(attempt, cancellationToken);
        return new FlowResult(ExitCode.NoPreviousRelease, $"{reason}; there is no previous release, and the candidate is stopped",
            "read the evidence above, repair, deploy again");
    }

    private Task StopAsync(Slot slot, CancellationToken cancellationToken) =>
        run.StepAsync(StepKind.StopSlot, () => context.Target.StopSlotAsync(run.Token, slot, cancellationToken), slot);

    /// <summary>Undoes migrations, the last first; true when there were any.</summary>
    private async Task<bool> MigrateDownAsync(Attempt attempt, CancellationToken cancellationToken)
    {
        foreach (var (service, before) in attempt.Migrations.Reverse())
        {
            var down = attempt.Release.Services[service].Migrate?.Down
                ?? throw new RunnerException(ExitCode.PersonNeeded, $"{service} has no migrate.down to undo its migration with",
                    $"take its database back to step {before} by hand");
            await run.StepAsync(StepKind.MigrateDown, async () =>
            {
                var arguments = down.Select(argument => argument.Replace("{step}", $"{before}", StringComparison.Ordinal)).ToList();
                var ended = await context.Target.RunOnceAsync(run.Token, attempt.Release, service, arguments, cancellationToken);
                if (ended.ExitCode != 0)
                    throw new RunnerException(ExitCode.PersonNeeded,
                        $"migrating {service} back to step {before} ended with {ended.ExitCode}: {ended.Errors.Trim()}",
                        "take its database back by hand");
            }, service: service);
        }

        return attempt.Migrations.Count > 0;
    }

    /// <summary>Asks the old release what it passed with, not what the newest manifest would ask of a newer one.</summary>
    private async Task ProveAsync(Release previous, Slot slot, CancellationToken cancellationToken)
    {
        await run.StepAsync(StepKind.Verify, () => Digests.VerifyAsync(context.Target, slot, previous, cancellationToken), slot);
        var subject = new GateSubject(await context.Target.PublicAddressAsync(cancellationToken), previous.Version);
        // Its commands are files of a checkout, and the one that is here is the failed release's.
        await run.GateAsync(StepKind.SmokePublic, "smoke of the old release", new RecordedGates(context).WithoutCommands(previous).Smoke,
            subject, slot, cancellationToken);
    }

    private async Task KeepLogsAsync(Attempt attempt, CancellationToken cancellationToken)
    {
        try
        {
            var evidence = Path.Combine(context.Environment.StateDirectory, "evidence");
            NewestFolders.Keep(evidence, KeptEvidence - 1);
            var folder = Directory.CreateDirectory(Path.Combine(evidence, attempt.Deployment)).FullName;
            foreach (var (service, lines) in await context.Target.LogsAsync(attempt.Candidate, 200, cancellationToken))
                await File.WriteAllLinesAsync(Path.Combine(folder, $"{service}.log"), lines.Select(context.Redactor.Hide),
                    cancellationToken);
            context.Reporter.Report(new Note($"the candidate's logs are kept in {folder}"));
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            // Evidence is wanted, but the old release is wanted more.
            context.Reporter.Report(new Warning($"the candidate's logs could not be fetched: {failure.Message}"));
        }
    }
}
