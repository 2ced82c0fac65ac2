using ChainBridge.Engine.Events;
using ChainBridge.Engine.Model;

namespace ChainBridge.Engine.Steps;

/// <summary>The platform can be used; asks nothing else.</summary>
internal sealed class Reach : Step
{
    public override Task ApplyAsync(DeploymentRun run, CancellationToken cancellationToken) =>
        run.Platform.EnsureReachableAsync(cancellationToken);
}

/// <summary>Looks for reasons not to start: unreachable, a lock that is held, a journal that was changed, a port that is taken.</summary>
internal sealed class Preflight : Step
{
    public override Task ApplyAsync(DeploymentRun run, CancellationToken cancellationToken) => run.AskAsync(StepKind.Preflight, async () =>
    {
        await run.Platform.EnsureReachableAsync(cancellationToken);
        run.Context.State.Lock.RefuseIfHeld();
        var journal = run.Context.State.Journal.Read();
        foreach (var ignored in journal.Ignored) run.Report(new Warning(ignored));
        journal.Whole();
        var reasons = await run.Platform.PreflightAsync(cancellationToken);
        if (reasons.Count > 0)
            throw new EngineException(Failure.Refused, $"preflight refused: {string.Join("; ", reasons)}",
                "remove what is named, then deploy again");
    });
}
