using ChainBridge.Engine.Runs;
using ChainBridge.Engine.Steps;
using ChainBridge.Engine.Strategies;

namespace ChainBridge.DeployRunner.Cli;

internal sealed class PromoteVerb() : Verb("promote", "Lets in the candidate that waits.")
{
    public override bool Notifies => true;

    public override async Task<FlowResult> RunAsync(Invocation invocation, CancellationToken cancellationToken) =>
        await new Deployments(await invocation.OpenAsync(cancellationToken)).PromoteAsync(cancellationToken);
}

internal sealed class AbortVerb() : Verb("abort", "Takes away the candidate that waits.")
{
    public override bool Notifies => true;

    public override async Task<FlowResult> RunAsync(Invocation invocation, CancellationToken cancellationToken) =>
        await new Deployments(await invocation.OpenAsync(cancellationToken)).AbortAsync(cancellationToken);
}
