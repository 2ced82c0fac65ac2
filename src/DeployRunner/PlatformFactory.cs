using ChainBridge.Engine.Hosts;
using ChainBridge.Engine.Manifest;
using ChainBridge.Engine.Model;
using ChainBridge.Engine.Platforms;
using ChainBridge.Engine.Platforms.Compose;
using ChainBridge.Engine.Platforms.Process;
using ChainBridge.Engine.Secrets;

namespace ChainBridge.DeployRunner;

/// <summary>Makes the target an environment names.</summary>
internal static class PlatformFactory
{
    /// <summary>Whether a Docker engine answers on this machine. One that is slow is waited for: it is not absent.</summary>
    /// <param name="say">Gets a line when it is slow.</param>
    /// <exception cref="EngineException"><see cref="Failure.Unreachable"/>: it neither answered nor refused for minutes.</exception>
    public static Task<bool> EngineAnswersAsync(Action<string> say, CancellationToken cancellationToken) =>
        new DockerEngine(new LocalExecutor(TimeProvider.System), say).AnswersAsync(cancellationToken);

    /// <summary>What Docker Compose on this machine makes of a team's file; needs no engine.</summary>
    public static Task<ComposeAnswer> AskComposeAsync(DeploymentManifest manifest, string file, CancellationToken cancellationToken) =>
        ComposeAnswer.AskAsync(new LocalExecutor(TimeProvider.System), manifest, manifest.Project, file, null, cancellationToken);

    /// <summary>Touches nothing yet.</summary>
    /// <param name="host">Where the environment lives.</param>
    /// <param name="say">Gets a line when the target keeps the runner waiting.</param>
    public static IPlatform Create(
        DeploymentManifest manifest, EnvironmentSpec environment, IHost host, Redactor redactor, TimeProvider time, Action<string> say) =>
        environment.Target switch
    {
        TargetKind.Process => new ProcessPlatform(manifest, environment, host, redactor, time),
        TargetKind.Compose => new ComposePlatform(manifest, environment, host, redactor, time, say),
        _ => throw new ArgumentOutOfRangeException(nameof(environment), environment.Target, "no such target"),
    };
}
