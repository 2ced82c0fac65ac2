using System.CommandLine;
using ChainBridge.Engine.Runs;
using ChainBridge.Engine.Steps;
using ChainBridge.Engine.Strategies;

namespace ChainBridge.DeployRunner.Cli;

internal sealed class RollbackVerb : Verb
{
    private readonly Argument<string?> _version = new("version")
    {
        Description = "Optional. Default: the last stable release.",
        Arity = ArgumentArity.ZeroOrOne
    };
    private readonly Option<bool> _force = new("--force") { Description = "Take a release that never passed." };

    public RollbackVerb() : base("rollback", "Goes back to the last stable release, or to the one named.")
    {
        Arguments.Add(_version);
        Options.Add(_force);
    }

    public override bool Notifies => true;

    public override async Task<FlowResult> RunAsync(Invocation invocation, CancellationToken cancellationToken) =>
        await new Deployments(await invocation.OpenAsync(cancellationToken))
            .RollbackAsync(invocation.Parsed.GetValue(_version), invocation.Parsed.GetValue(_force), cancellationToken);
}
