using System.CommandLine;
using ChainBridge.Engine.Runs;
using ChainBridge.Engine.Steps;
using ChainBridge.Engine.Strategies;

namespace ChainBridge.DeployRunner.Cli;

internal sealed class DeployVerb : Verb
{
    private readonly Option<bool> _skipTests = new("--skip-tests")
    {
        Description = "Leave out the integration gate; the smoke gates stay."
    };
    private readonly Option<bool> _skipPreflight = new("--skip-preflight")
    {
        Description = "Leave out the checks of the manifest's preflight; recorded with the release, as --skip-tests is."
    };
    private readonly Option<bool> _force = new("--force-rebuild") { Description = "Build even what is already built." };
    private readonly Option<string[]> _only = new("--only")
    {
        Description = "Build only these; the others come from the current release.",
        AllowMultipleArgumentsPerToken = true
    };
    private readonly Option<string?> _version = new("--version") { Description = "Names the release. Default: ENVIRONMENT-YYYYMMDD-SHA." };
    private readonly Option<bool> _approve = new("--approve")
    {
        Description = "Stop before the traffic moves, and wait for promote or abort."
    };

    public DeployVerb()
        : base("deploy", "The whole pipeline: build, gates, start beside the old, prove, switch, prove, promote; or go back.")
    {
        foreach (var option in new Option[] { _skipTests, _skipPreflight, _force, _only, _version, _approve }) Options.Add(option);
    }

    public override bool Notifies => true;

    public override async Task<FlowResult> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var parsed = invocation.Parsed;
        var options = new DeployOptions(parsed.GetValue(_skipTests), parsed.GetValue(_force), parsed.GetValue(_version),
            parsed.GetValue(_only), parsed.GetValue(_approve), parsed.GetValue(_skipPreflight));
        return await new Deployments(await invocation.OpenSourceAsync(cancellationToken)).DeployAsync(options, cancellationToken);
    }
}
