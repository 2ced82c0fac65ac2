using ChainBridge.DeployRunner.Manifest;
using ChainBridge.DeployRunner.Targets.Process;

namespace ChainBridge.DeployRunner.Targets;

/// <summary>Makes the target an environment names.</summary>
public static class TargetFactory
{
    /// <summary>Touches nothing yet.</summary>
    /// <exception cref="RunnerException">Exit code 18: this build has no such target.</exception>
    public static ITarget Create(DeploymentManifest manifest, EnvironmentSpec environment, TimeProvider time) => environment.Target switch
    {
        TargetKind.Process => new ProcessTarget(manifest, environment, time),
        _ => throw new RunnerException(ExitCode.TargetUnreachable, $"this build has no target '{environment.Target}' yet", "use target: process (CHAINBRIDGE_TARGET=process for the sample stack)"),
    };
}
