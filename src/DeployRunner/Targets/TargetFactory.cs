using ChainBridge.DeployRunner.Commands;
using ChainBridge.DeployRunner.Execution;
using ChainBridge.DeployRunner.Manifest;
using ChainBridge.DeployRunner.Reporting;
using ChainBridge.DeployRunner.Targets.Compose;
using ChainBridge.DeployRunner.Targets.Process;

namespace ChainBridge.DeployRunner.Targets;

/// <summary>Makes the target an environment names.</summary>
public static class TargetFactory
{
    /// <summary>Whether a Docker engine answers on this machine, within a second.</summary>
    public static async Task<bool> EngineAnswersAsync(CancellationToken cancellationToken) =>
        (await new LocalExecutor(TimeProvider.System).RunAsync(DockerCommands.EngineVersion() with { Timeout = TimeSpan.FromSeconds(1) }, null, cancellationToken)).Succeeded;

    /// <summary>What Docker Compose on this machine makes of a team's file; needs no engine.</summary>
    internal static Task<ComposeAnswer> AskComposeAsync(DeploymentManifest manifest, string file, CancellationToken cancellationToken) =>
        ComposeAnswer.AskAsync(new LocalExecutor(TimeProvider.System), manifest, manifest.Project, file, null, cancellationToken);

    /// <summary>Touches nothing yet.</summary>
    public static ITarget Create(DeploymentManifest manifest, EnvironmentSpec environment, Redactor redactor, TimeProvider time) => environment.Target switch
    {
        TargetKind.Process => new ProcessTarget(manifest, environment, new LocalExecutor(time), redactor, time),
        TargetKind.Compose => new ComposeTarget(manifest, environment, new LocalExecutor(time), redactor, time),
        _ => throw new ArgumentOutOfRangeException(nameof(environment), environment.Target, "no such target"),
    };
}
