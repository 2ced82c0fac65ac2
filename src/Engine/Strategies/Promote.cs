using ChainBridge.Engine.Runs;

namespace ChainBridge.Engine.Strategies;

/// <summary>Ends a deployment that waits: lets its candidate in, or takes it away.</summary>
public sealed class Promote(FlowContext context)
{
    /// <summary>Moves the traffic to the candidate that waits, proves it and makes it stable. 17 when none waits.</summary>
    public Task<FlowResult> RunAsync(CancellationToken cancellationToken)
    {
        var run = new DeploymentRun(context, "promote");
        var steps = new Steps(context, run);
        return new Guarded(context, run).RunAsync(async () =>
        {
            await steps.ReachAsync(cancellationToken);
            return await steps.LockedAsync(async token =>
            {
                await steps.TakeUpWaitingAsync(token);
                await steps.VerifyAsync(token);
                await steps.SwitchAsync(token);
                await steps.SmokePublicAsync(token, inconclusiveIsEnough: true);
                await steps.ObserveAsync(token, inconclusiveIsEnough: true);
                steps.Promote();
                await steps.RetireTheOldAsync(token);
                return steps.Conclude();
            }, cancellationToken);
        });
    }

    /// <summary>Takes the candidate that waits away; the old release goes on serving. 17 when none waits.</summary>
    public Task<FlowResult> AbortAsync(CancellationToken cancellationToken)
    {
        var run = new DeploymentRun(context, "abort");
        var steps = new Steps(context, run);
        return new Guarded(context, run).RunAsync(async () =>
        {
            await steps.ReachAsync(cancellationToken);
            return await steps.LockedAsync(async token =>
            {
                await steps.TakeUpWaitingAsync(token);
                return await steps.TakeAwayAsync(token);
            }, cancellationToken);
        });
    }
}
