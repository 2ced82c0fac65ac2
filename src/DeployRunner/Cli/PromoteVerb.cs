using ChainBridge.DeployRunner.Flows;

namespace ChainBridge.DeployRunner.Cli;

internal sealed class PromoteVerb() : Verb("promote", "Lets in the candidate that waits.")
{
    public override Task<FlowResult> RunAsync(Invocation invocation, CancellationToken cancellationToken) => new Promote(invocation.Open()).RunAsync(cancellationToken);
}

internal sealed class AbortVerb() : Verb("abort", "Takes away the candidate that waits.")
{
    public override Task<FlowResult> RunAsync(Invocation invocation, CancellationToken cancellationToken) => new Promote(invocation.Open()).AbortAsync(cancellationToken);
}
