using ChainBridge.Engine.Runs;

namespace ChainBridge.Engine.Strategies;

/// <summary>The runbook of a deployment. Read it top to bottom.</summary>
public sealed class Deploy(FlowContext context)
{
    /// <summary>
    /// Deploys what the working tree holds. Failures are answered, not thrown; each leaves the old release serving
    /// or says that it does not.
    /// </summary>
    public Task<FlowResult> RunAsync(DeployOptions options, CancellationToken cancellationToken)
    {
        var run = new DeploymentRun(context, "deploy");
        var steps = new Steps(context, run);
        return new Guarded(context, run).RunAsync(async () =>
        {
            await steps.PreflightAsync(cancellationToken);
            var source = await steps.NameAsync(options, cancellationToken);
            var artifacts = await steps.BuildAsync(source, options, cancellationToken);
            if (!options.SkipTests) await steps.TestAsync(cancellationToken);

            return await steps.LockedAsync(async token =>
            {
                await steps.SettleAsync(token);
                await steps.CheckCurrentAsync(token);
                var release = await steps.PrepareAsync(source, artifacts, token);
                await steps.MigrateAsync(release, token);
                await steps.StartBesideTheOldAsync(token);
                await steps.SmokeCandidateAsync(token);
                if (options.Approve) return steps.WaitForApproval();
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
