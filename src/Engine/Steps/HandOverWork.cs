using ChainBridge.Engine.Model;

namespace ChainBridge.Engine.Steps;

/// <summary>
/// Services that take work from a queue take it in one slot at a time: those of the old release end what they have in hand and stop, then
/// the candidate's begin and are proved. Before the traffic moves, so that work a new release puts on a queue finds its own workers.
/// </summary>
internal sealed class HandOverWork : Step
{
    public override async Task ApplyAsync(DeploymentRun run, CancellationToken cancellationToken)
    {
        var attempt = run.Attempted;
        if (attempt.PreviousSlot is { } old) await StopAsync(run, old, attempt.Workers, cancellationToken);
        if (!await StartAsync(run, attempt.Candidate, attempt.Release, attempt.Workers, cancellationToken)) return;
        await run.AskAsync(StepKind.Verify,
            () => Digests.VerifyCandidateAsync(run.Platform, attempt.Candidate, attempt.Release, cancellationToken), attempt.Candidate);
    }

    /// <summary>The candidate's stop first here too: never two at once.</summary>
    public override async Task UndoAsync(DeploymentRun run, Attempt attempt, CancellationToken cancellationToken)
    {
        if (attempt is not { Previous: { } previous, PreviousSlot: { } old, Workers.Count: > 0 }) return;
        await StopAsync(run, attempt.Candidate, attempt.Workers, cancellationToken);
        if (await Digests.WrongAsync(run.Platform, old, previous, cancellationToken, attempt.Inner) is { Count: > 0 })
            await StartStableAsync(run, old, previous, attempt.Workers, cancellationToken, attempt.Inner);
    }

    public override async Task<bool> IsDoneAsync(DeploymentRun run, Attempt attempt, CancellationToken cancellationToken) =>
        (attempt.PreviousSlot is not { } old || (await AliveAsync(run, old, attempt.Workers, cancellationToken)).Count == 0)
            && (await Digests.WrongAsync(run.Platform, attempt.Candidate, attempt.Release, cancellationToken)).Count == 0;

    private static async Task<IReadOnlyList<string>> AliveAsync(
        DeploymentRun run, Slot slot, IReadOnlyCollection<string> workers, CancellationToken cancellationToken) =>
        workers.Count == 0 ? [] : [.. (await run.Platform.AliveAsync(slot, cancellationToken)).Where(workers.Contains)];

    private static async Task StopAsync(
        DeploymentRun run, Slot slot, IReadOnlyCollection<string> workers, CancellationToken cancellationToken)
    {
        if ((await AliveAsync(run, slot, workers, cancellationToken)).Count > 0)
            await Stopping.ApplyAsync(run, StepKind.StopWorkers,
                () => run.Platform.StopServicesAsync(run.Token, slot, workers, cancellationToken), slot);
    }

    /// <summary>Starts what takes work from a queue where it does not run, and proves the whole release: no other one stands in.</summary>
    /// <param name="resting">Services that need not run now: the other slot may have their names.</param>
    public static async Task StartStableAsync(DeploymentRun run, Slot slot, Release release, IReadOnlyCollection<string> workers,
        CancellationToken cancellationToken, IReadOnlyCollection<string>? resting = null)
    {
        if (await StartAsync(run, slot, release, workers, cancellationToken))
            await run.AskAsync(StepKind.Verify, () => Digests.VerifyAsync(run.Platform, slot, release, cancellationToken, resting), slot);
    }

    private static async Task<bool> StartAsync(
        DeploymentRun run, Slot slot, Release release, IReadOnlyCollection<string> workers, CancellationToken cancellationToken)
    {
        if (!workers.Any(release.Services.ContainsKey)) return false;
        await run.ChangeAsync(StepKind.StartWorkers,
            () => run.Platform.StartServicesAsync(run.Token, slot, release, workers, cancellationToken), slot);
        return true;
    }
}
