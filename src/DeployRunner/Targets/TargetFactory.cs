using ChainBridge.DeployRunner.Execution;
using ChainBridge.DeployRunner.Manifest;
using ChainBridge.DeployRunner.Reporting;
using ChainBridge.DeployRunner.Targets.Compose;
using ChainBridge.DeployRunner.Targets.Process;

namespace ChainBridge.DeployRunner.Targets;

/// <summary>Makes the target an environment names.</summary>
public static class TargetFactory
{
    /// <summary>Whether a Docker engine answers on this machine. One that is slow is waited for: it is not absent.</summary>
    /// <param name="say">Gets a line when it is slow.</param>
    /// <exception cref="RunnerException">Exit code 18: it neither answered nor refused for minutes.</exception>
    public static Task<bool> EngineAnswersAsync(Action<string> say, CancellationToken cancellationToken) =>
        new Engine(new LocalExecutor(TimeProvider.System), say).AnswersAsync(cancellationToken);

    /// <summary>What Docker Compose on this machine makes of a team's file; needs no engine.</summary>
    internal static Task<ComposeAnswer> AskComposeAsync(DeploymentManifest manifest, string file, CancellationToken cancellationToken) =>
        ComposeAnswer.AskAsync(new LocalExecutor(TimeProvider.System), manifest, manifest.Project, file, null, cancellationToken);

    /// <summary>Touches nothing yet.</summary>
    /// <param name="say">Gets a line when the target keeps the runner waiting.</param>
    public static ITarget Create(DeploymentManifest manifest, EnvironmentSpec environment, Redactor redactor, TimeProvider time,
        Action<string> say) => environment.Target switch
        {
            TargetKind.Process => new ProcessTarget(manifest, environment, new LocalExecutor(time), redactor, time),
            TargetKind.Compose => new ComposeTarget(manifest, environment, new LocalExecutor(time), redactor, time, say),
            _ => throw new ArgumentOutOfRangeException(nameof(environment), environment.Target, "no such target"),
        };
}
