using ChainBridge.Engine.Runs;
using ChainBridge.Engine.Strategies;

namespace ChainBridge.DeployRunner.Cli;

internal sealed class PromoteVerb() : Verb("promote", "Lets in the candidate that waits.")
{
    public override async Task<FlowResult> RunAsync(Invocation invocation, CancellationToken cancellationToken) =>
        await new Promote(await invocation.OpenAsync(cancellationToken)).RunAsync(cancellationToken);
}

internal sealed class AbortVerb() : Verb("abort", "Takes away the candidate that waits.")
{
    public override async Task<FlowResult> RunAsync(Invocation invocation, CancellationToken cancellationToken) =>
        await new Promote(await invocation.OpenAsync(cancellationToken)).AbortAsync(cancellationToken);
}
