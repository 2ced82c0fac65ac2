using System.CommandLine;
using ChainBridge.Engine.Model;
using ChainBridge.Engine.Runs;
using ChainBridge.Engine.Steps;

namespace ChainBridge.DeployRunner.Cli;

internal sealed class UnlockVerb : Verb
{
    private readonly Option<bool> _force = new("--force") { Description = "Break the lock." };

    public UnlockVerb() : base("unlock", "Shows the lock's holder; --force breaks it.") => Options.Add(_force);

    public override bool GoesWithoutHosts => true;

    public override async Task<FlowResult> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var context = await invocation.OpenAsync(cancellationToken);
        if (context.State.Lock.Holder() is not { } holder) return FlowResult.Done("no runner holds the lock");
        if (!invocation.Parsed.GetValue(_force))
            return FlowResult.Done($"held by {holder}", "deployrunner unlock --force breaks it");
        await context.State.Lock.BreakAsync(cancellationToken);
        return FlowResult.Done($"the lock was taken from {holder}", "the next deploy puts the target in order first");
    }
}
