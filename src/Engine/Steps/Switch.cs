using ChainBridge.Engine.Model;
using ChainBridge.Engine.Platforms;

namespace ChainBridge.Engine.Steps;

/// <summary>
/// Moves all traffic to the candidate at once, when the edge itself has reached it; back to the release that served before, proved anew.
/// </summary>
internal sealed class Switch : Step
{
    public override Task ApplyAsync(DeploymentRun run, CancellationToken cancellationToken) =>
        run.ChangeAsync(StepKind.Switch, async () =>
        {
            await Reached.ByEveryEdgeAsync(run, cancellationToken);
            await run.Traffic.SwitchAsync(run.Token, run.Attempted.Candidate, cancellationToken);
        }, run.Attempted.Candidate);

    public override async Task UndoAsync(DeploymentRun run, Attempt attempt, CancellationToken cancellationToken)
    {
        if (attempt is not { Previous: { } previous, PreviousSlot: { } slot }) return;
        await EverywhereAsync(run, previous, slot, attempt.Resting, cancellationToken);
        // It may be the moved databases that it cannot work with: then it is proved when they were taken back. Likewise services of the
        // candidate that it still calls.
        if (attempt is { Migrations.Count: 0, Rolling: false }) await ProveAsync(run, previous, slot, cancellationToken, attempt.Workers);
    }

    /// <summary>Has a release serve from its slot on every host, started where it does not run.</summary>
    /// <param name="resting">Services that need not run now: the other slot may have their work.</param>
    public static async Task EverywhereAsync(
        DeploymentRun run, Release previous, Slot slot, IReadOnlyCollection<string> resting, CancellationToken cancellationToken)
    {
        // After a way back that failed another release may stand there than the one that must serve. Where it runs it is left alone.
        if (await Digests.WrongHostsAsync(run.Platform, slot, previous, cancellationToken, resting) is { Count: > 0 } wrong)
            await run.ChangeAsync(StepKind.StartSlot, () => (run.Platform.Hosts with { All = wrong })
                .DoAsync(host => host.StartSlotAsync(run.Token, slot, previous, cancellationToken), cancellationToken), slot);
        // Of a share as well: while two slots have traffic, neither has it all.
        if (!(await ActiveSlots.AskAsync(run.Platform, cancellationToken)).Everywhere(slot)) await ToAsync(run, slot, cancellationToken);
    }

    public override async Task<bool> IsDoneAsync(DeploymentRun run, Attempt attempt, CancellationToken cancellationToken) =>
        (await ActiveSlots.AskAsync(run.Platform, cancellationToken)).Everywhere(attempt.Candidate);

    /// <summary>Moves all traffic to a slot, whether it can be reached or not: on the way back nothing better is there.</summary>
    public static Task ToAsync(DeploymentRun run, Slot slot, CancellationToken cancellationToken) =>
        run.ChangeAsync(StepKind.Switch, () => run.Traffic.SwitchAsync(run.Token, slot, cancellationToken), slot);

    /// <summary>Asks the old release what it passed with, not what the newest manifest would ask of a newer one.</summary>
    /// <param name="resting">Services that need not run now: the other slot may have their work.</param>
    public static async Task ProveAsync(DeploymentRun run, Release previous, Slot slot, CancellationToken cancellationToken,
        IReadOnlyCollection<string>? resting = null)
    {
        await run.AskAsync(StepKind.Verify, () => Digests.VerifyAsync(run.Platform, slot, previous, cancellationToken, resting), slot);
        var subjects = await Subjects.AtTheEdgeAsync(run, slot, previous, cancellationToken);
        // Its commands are files of a checkout, and the one that is here is the failed release's.
        var gate = new RecordedGates(run.Context).WithoutCommands(previous).Smoke;
        await run.GateAsync(StepKind.SmokePublic, "smoke of the old release", gate, subjects, slot, cancellationToken);
    }
}
