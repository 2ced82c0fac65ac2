using ChainBridge.Engine.Events;
using ChainBridge.Engine.Model;
using ChainBridge.Engine.Platforms;

namespace ChainBridge.Engine.Steps;

/// <summary>
/// Gives the candidate a share of the new requests; the old release keeps the rest. What takes it back is the undoing of
/// <see cref="Switch"/>, which gives the old release everything, whatever part was moved.
/// </summary>
/// <param name="isFirst">Reports, for all of them, that there is nothing to compare with.</param>
internal sealed class Shift(int percent, bool isFirst) : Step
{
    public override async Task ApplyAsync(DeploymentRun run, CancellationToken cancellationToken)
    {
        var (slot, release) = (run.Attempted.Candidate, run.Attempted.Release);
        if (WhyNot(run) is { } reason)
        {
            if (!isFirst) return;
            run.Report(new Note($"canary skipped: {reason}; {release.Version} gets all the traffic at once"));
            await run.AskAsync(StepKind.Shift, () => Task.CompletedTask, slot, entry => entry with { Detail = $"skipped: {reason}" });
            return;
        }

        run.Report(new Note($"{release.Version} gets {percent} % of the new requests, {run.Attempted.Previous!.Version} the rest"));
        await run.ChangeAsync(StepKind.Shift, async () =>
        {
            await Reached.ByEveryEdgeAsync(run, cancellationToken);
            await run.Traffic.ShareAsync(run.Token, slot, percent, cancellationToken);
        }, slot, mark: entry => entry with { Detail = $"{percent} %" });
    }

    public override async Task<bool> IsDoneAsync(DeploymentRun run, Attempt attempt, CancellationToken cancellationToken) =>
        attempt.PreviousSlot is not null && (await ActiveSlots.AskAsync(run.Platform, cancellationToken)).Hosts
            .All(host => host.Answer.Of(attempt.Candidate) == percent);

    /// <summary>Why the traffic is not shared; null when it is.</summary>
    public static string? WhyNot(DeploymentRun run) => run.Attempted is not { Previous: not null, PreviousSlot: not null }
        ? "there is no release to compare with"
        : run.CurrentIsDead ? "the release beside it is dead" : null;
}
