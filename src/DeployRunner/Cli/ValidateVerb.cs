using ChainBridge.DeployRunner.Flows;

namespace ChainBridge.DeployRunner.Cli;

internal sealed class ValidateVerb() : Verb("validate", "Checks the manifest; every problem at once, with file:line:column and a hint.")
{
    public override Task<FlowResult> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var manifest = invocation.ReadManifest();
        if (invocation.Get<string>(GlobalOptions.EnvironmentName) is not null) invocation.Choose(manifest);
        return Task.FromResult(new FlowResult(ExitCode.Done, $"{manifest.Path} is right: {manifest.Services.Count} services, {manifest.Environments.Count} environments"));
    }
}
