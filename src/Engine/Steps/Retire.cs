using ChainBridge.Engine.Events;
using ChainBridge.Engine.Model;

namespace ChainBridge.Engine.Steps;

/// <summary>Waits until the requests in flight in the old slot have ended, at most for the drain timeout.</summary>
internal sealed class Drain : Step
{
    public override async Task ApplyAsync(DeploymentRun run, CancellationToken cancellationToken)
    {
        if (run.Attempted.PreviousSlot is not { } old) return;
        var timeout = run.Context.Environment.Timeouts.Drain;
        var left = 0;
        await run.AskAsync(StepKind.Drain, async () => left = await run.Traffic.DrainAsync(old, timeout, cancellationToken), old);
        if (left > 0)
            run.Report(new Warning($"{Plural.Of(left, "request was", "requests were")} still in flight in slot {old.Name()} "
                + $"after {timeout.TotalSeconds:0} s"));
    }
}

/// <summary>Stops the old release.</summary>
internal sealed class StopOld : Step
{
    public override Task ApplyAsync(DeploymentRun run, CancellationToken cancellationToken) =>
        run.Attempted.PreviousSlot is { } old ? StopAsync(run, old, cancellationToken) : Task.CompletedTask;

    /// <summary>Stops what is in a slot.</summary>
    public static Task StopAsync(DeploymentRun run, Slot slot, CancellationToken cancellationToken) =>
        Stopping.ApplyAsync(run, StepKind.StopSlot, () => run.Platform.StopSlotAsync(run.Token, slot, cancellationToken), slot);
}

/// <summary>Removes releases that are no longer kept.</summary>
internal sealed class Retain : Step
{
    public override async Task ApplyAsync(DeploymentRun run, CancellationToken cancellationToken)
    {
        var (keep, drop) = run.Retention();
        await run.ChangeAsync(StepKind.Retain, async () =>
        {
            await run.Platform.RetainAsync(run.Token, keep, drop, cancellationToken);
            run.Forget(drop);
        });
    }

    /// <summary>The same where no release was promoted. It changes no verdict, and is no step when all are kept.</summary>
    public static async Task QuietlyAsync(DeploymentRun run, CancellationToken cancellationToken)
    {
        try
        {
            if (run.Retention().Drop.Count > 0) await new Retain().ApplyAsync(run, cancellationToken);
        }
        catch (Exception failure)
        {
            run.Report(new Warning($"releases that are no longer kept could not be removed: {failure.Message}"));
        }
    }
}
