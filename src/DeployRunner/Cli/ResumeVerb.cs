using System.CommandLine;
using ChainBridge.Engine.Runs;
using ChainBridge.Engine.Steps;

namespace ChainBridge.DeployRunner.Cli;

internal sealed class ResumeVerb : Verb
{
    private readonly Option<bool> _undo = new("--undo") { Description = "Take the candidate back instead of finishing its deployment." };

    public ResumeVerb() : base("resume", "Finishes the deployment of a runner that died, or undoes it.") => Options.Add(_undo);

    public override bool Notifies => true;

    public override async Task<FlowResult> RunAsync(Invocation invocation, CancellationToken cancellationToken) =>
        await new Deployments(await invocation.OpenAsync(cancellationToken))
            .ResumeAsync(invocation.Parsed.GetValue(_undo), cancellationToken);
}
