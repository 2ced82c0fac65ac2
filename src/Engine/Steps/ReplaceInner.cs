using ChainBridge.Engine.Manifest;
using ChainBridge.Engine.Model;
using ChainBridge.Engine.Platforms;

namespace ChainBridge.Engine.Steps;

/// <summary>
/// Replaces the services behind the services at the doors one by one, each after those that it depends on: the new one starts and is
/// proved, its name leads to it for both releases, then the old one ends what it has in hand and stops. So at most one runs twice, and
/// at every moment a name leads to a service that takes requests.
/// </summary>
internal sealed class ReplaceInner : Step
{
    public override async Task ApplyAsync(DeploymentRun run, CancellationToken cancellationToken)
    {
        if (run.Attempted is not { Rolling: true, Previous: { } previous, PreviousSlot: { } old } attempt) return;
        foreach (var service in attempt.Inner)
        {
            var stands = await RunsAsync(run, old, service, cancellationToken);
            if (!stands && await IsProvedAsync(run, attempt, [service], cancellationToken)) continue;
            await StartAsync(run, attempt.Candidate, attempt.Release, service, Digests.VerifyCandidateAsync, cancellationToken);
            await LeadToAsync(run, attempt.Candidate, attempt.Release, previous, service, cancellationToken);
            if (stands) await StopAsync(run, old, [service], service, cancellationToken);
        }
    }

    /// <summary>The same in the other direction, callers first; then the old release is whole, and is proved.</summary>
    public override async Task UndoAsync(DeploymentRun run, Attempt attempt, CancellationToken cancellationToken)
    {
        if (attempt is not { Rolling: true, Previous: { } previous, PreviousSlot: { } old }) return;
        foreach (var service in attempt.Inner.Reverse())
        {
            var replaced = await RunsAsync(run, attempt.Candidate, service, cancellationToken);
            if (previous.Services.ContainsKey(service) && (replaced || !await RunsAsync(run, old, service, cancellationToken)))
            {
                await StartAsync(run, old, previous, service, Digests.VerifyAsync, cancellationToken);
                await LeadToAsync(run, old, previous, attempt.Release, null, cancellationToken);
            }

            if (replaced) await StopAsync(run, attempt.Candidate, [service], service, cancellationToken);
        }

        if (attempt.Migrations.Count == 0) await Switch.ProveAsync(run, previous, old, cancellationToken, attempt.Workers);
    }

    public override async Task<bool> IsDoneAsync(DeploymentRun run, Attempt attempt, CancellationToken cancellationToken)
    {
        if (attempt is not { Rolling: true, PreviousSlot: { } old }) return true;
        return !(await run.Platform.AliveAsync(old, cancellationToken)).Any(attempt.Inner.Contains)
            && await IsProvedAsync(run, attempt, attempt.Inner, cancellationToken);
    }

    /// <summary>Has names lead to a slot, for the services of both.</summary>
    /// <param name="beside">What is in the other slot.</param>
    /// <param name="service">Null for all that run in the slot.</param>
    public static async Task LeadToAsync(DeploymentRun run, Slot slot, Release release, Release beside, string? service,
        CancellationToken cancellationToken)
    {
        // Callers first: one that joins a network looks names up there a moment before it can send anything through it, and what it sent
        // then would hang. So each joins while the names that it depends on do not stand there yet.
        var alive = service is null ? await run.Platform.AliveAsync(slot, cancellationToken) : [];
        var services = service is not null ? [service] : ServiceOrder.DependenciesFirst(release.Services.Values).Reverse()
            .Select(one => one.Name).Where(alive.Contains).ToList();
        await run.ChangeAsync(StepKind.MoveName,
            () => run.Platform.MoveNamesAsync(run.Token, slot, release, services, beside, cancellationToken), slot, service);
    }

    /// <param name="named">How the journal names them; null for those at the doors.</param>
    public static Task StopAsync(DeploymentRun run, Slot slot, IReadOnlyCollection<string> services, string? named,
        CancellationToken cancellationToken) => Stopping.ApplyAsync(run, StepKind.StopService,
            () => run.Platform.StopServicesAsync(run.Token, slot, services, cancellationToken), slot, named);

    private static async Task StartAsync(DeploymentRun run, Slot slot, Release release, string service,
        Func<IPlatform, Slot, Release, CancellationToken, IReadOnlyCollection<string>, Task> verify, CancellationToken cancellationToken)
    {
        await run.ChangeAsync(StepKind.StartService,
            () => run.Platform.StartServicesAsync(run.Token, slot, release, [service], cancellationToken), slot, service);
        await run.AskAsync(StepKind.Verify, () => verify(run.Platform, slot, release, cancellationToken,
            [.. release.Services.Keys.Where(other => other != service)]), slot);
    }

    private static async Task<bool> RunsAsync(DeploymentRun run, Slot slot, string service, CancellationToken cancellationToken) =>
        (await run.Platform.AliveAsync(slot, cancellationToken)).Contains(service);

    private static async Task<bool> IsProvedAsync(
        DeploymentRun run, Attempt attempt, IReadOnlyCollection<string> services, CancellationToken cancellationToken) =>
        (await Digests.WrongAsync(run.Platform, attempt.Candidate, attempt.Release, cancellationToken,
            [.. attempt.Release.Services.Keys.Except(services)])).Count == 0;
}
