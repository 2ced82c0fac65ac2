using System.CommandLine;
using ChainBridge.Engine.Runs;
using ChainBridge.Engine.Steps;

namespace ChainBridge.DeployRunner.Cli;

internal sealed class DownVerb : Verb
{
    private readonly Option<bool> _volumes = new("--volumes") { Description = "Remove data, builds, releases and history too." };

    public DownVerb() : base("down", "Stops everything of the environment.") => Options.Add(_volumes);

    public override async Task<FlowResult> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var context = await invocation.OpenAsync(cancellationToken);
        var removeData = invocation.Parsed.GetValue(_volumes);
        await new Deployments(context).DownAsync(removeData, cancellationToken);
        return FlowResult.Done(
            $"{context.Environment.Name} is down{(removeData ? "; its data and history are removed" : "; its data and history are kept")}");
    }
}
