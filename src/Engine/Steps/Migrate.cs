using ChainBridge.Engine.Model;

namespace ChainBridge.Engine.Steps;

/// <summary>Moves the databases up, in dependency order; back in the other order.</summary>
internal sealed class Migrate : Step
{
    public override async Task ApplyAsync(DeploymentRun run, CancellationToken cancellationToken)
    {
        foreach (var pending in run.Pending)
        {
            run.Attempt = run.Attempted with { Migrations = [.. run.Attempted.Migrations, (pending.Service, pending.Applied)] };
            await new Migrations(run).UpAsync(run.Attempted.Release, pending, cancellationToken);
        }
    }

    public override async Task UndoAsync(DeploymentRun run, Attempt attempt, CancellationToken cancellationToken)
    {
        foreach (var (service, before) in attempt.Migrations.Reverse())
            await new Migrations(run).DownAsync(attempt.Release, service, before, cancellationToken);
    }

    public override async Task<bool> IsDoneAsync(DeploymentRun run, Attempt attempt, CancellationToken cancellationToken) =>
        (run.Pending = await new Migrations(run).PendingAsync(attempt.Release, cancellationToken)).Count == 0;
}
