using ChainBridge.Engine.Events;
using ChainBridge.Engine.Gates;
using ChainBridge.Engine.Model;

namespace ChainBridge.Engine.Steps;

/// <summary>Runs the integration gate. A manifest without one has nothing to ask.</summary>
internal sealed class IntegrationGate : Step
{
    public override Task ApplyAsync(DeploymentRun run, CancellationToken cancellationToken)
    {
        if (run.Context.Manifest.Gates.Integration is { } gate)
            return run.GateAsync(StepKind.Test, "integration", gate, [new GateSubject(null, null)], null, cancellationToken);
        run.Report(new Warning("the manifest has no integration gate; nothing was tested before deploying"));
        return Task.CompletedTask;
    }
}
