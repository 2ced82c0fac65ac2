using ChainBridge.Engine.Runs;

namespace ChainBridge.Engine.Strategies;

/// <summary>The runbook of a rollback: the recorded release, by digest, through the same gates and the same switch.</summary>
public sealed class Rollback(FlowContext context)
{
    /// <summary>Goes back to the version named, or to the last stable release. Failures are answered, not thrown.</summary>
    /// <param name="version">Null for the last stable release that is not the current one.</param>
    /// <param name="force">Take a release that never passed.</param>
    public Task<FlowResult> RunAsync(string? version, bool force, CancellationToken cancellationToken)
    {
        var run = new DeploymentRun(context, "rollback");
        var steps = new Steps(context, run);
        return new Guarded(context, run).RunAsync(async () =>
        {
            await steps.ReachAsync(cancellationToken);
            return await steps.LockedAsync(async token =>
            {
                await steps.SettleAsync(token);
                await steps.CheckCurrentAsync(token);
                var release = await steps.ChooseReleaseAsync(version, force, token);
                await steps.PrepareRecordedAsync(release, token);
                await steps.StartBesideTheOldAsync(token);
                await steps.SmokeCandidateAsync(token);
                await steps.SwitchAsync(token);
                await steps.SmokePublicAsync(token);
                await steps.ObserveAsync(token);
                steps.Promote();
                await steps.RetireTheOldAsync(token);
                return steps.Conclude();
            }, cancellationToken);
        });
    }
}
