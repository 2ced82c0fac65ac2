using System.CommandLine;
using ChainBridge.Engine.Hosts;
using ChainBridge.Engine.Model;
using ChainBridge.Engine.Platforms;
using ChainBridge.Engine.Runs;
using ChainBridge.Engine.Steps;
using ChainBridge.Engine.State;

namespace ChainBridge.DeployRunner.Cli;

internal sealed class DownVerb : Verb
{
    private static readonly string[] Files = [Journal.LinesFile, Journal.HeadFile, $"{Journal.HeadFile}.new", "lock.json", "lock.guard",
        "token", Building.Guard, PlatformChoice.FileName];
    private static readonly string[] Folders = ["releases", "results", "evidence"];
    private readonly Option<bool> _volumes = new("--volumes") { Description = "Remove data, builds, releases and history too." };

    public DownVerb() : base("down", "Stops everything of the environment.") => Options.Add(_volumes);

    public override async Task<FlowResult> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var context = await invocation.OpenAsync(cancellationToken);
        var removeData = invocation.Parsed.GetValue(_volumes);
        var caller = context.Runner.Caller;
        await using (var held = await context.State.Lock.AcquireAsync(caller.User, caller.Host, caller.ProcessId, "down",
            cancellationToken))
            await context.Platform.DownAsync(held.Token, removeData, cancellationToken);
        if (removeData) Forget(context.State.Files, context.Environment.StateDirectory);
        return FlowResult.Done(
            $"{context.Environment.Name} is down{(removeData ? "; its data and history are removed" : "; its data and history are kept")}");
    }

    /// <summary>Removes what the runner itself wrote, by name: a mistyped state directory costs nobody his files.</summary>
    private static void Forget(IHostFiles files, string state)
    {
        foreach (var file in Files) files.Delete(Path.Combine(state, file));
        foreach (var folder in Folders) files.DeleteFolder(Path.Combine(state, folder));
        files.DeleteFolder(state, onlyEmpty: true);
    }
}
