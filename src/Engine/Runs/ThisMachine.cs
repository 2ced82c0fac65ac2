using ChainBridge.Engine.Hosts;
using ChainBridge.Engine.Manifest;
using ChainBridge.Engine.Model;
using ChainBridge.Engine.Platforms;
using ChainBridge.Engine.Platforms.Compose;
using ChainBridge.Engine.Platforms.Process;
using ChainBridge.Engine.Secrets;

namespace ChainBridge.Engine.Runs;

/// <summary>What an environment is opened with on this machine.</summary>
public static class ThisMachine
{
    /// <summary>The git program.</summary>
    public static IGitInfo Git(TimeProvider time) => new GitInfo(new LocalExecutor(time));

    /// <summary>Whether a Docker engine answers. One that is slow is waited for: it is not absent.</summary>
    /// <param name="report">Gets a line when it is slow.</param>
    /// <exception cref="EngineException"><see cref="Failure.Unreachable"/>: it neither answered nor refused for minutes.</exception>
    public static Task<bool> EngineAnswersAsync(Action<string> report, CancellationToken cancellationToken) =>
        new DockerEngine(Commands(TimeProvider.System), report).AnswersAsync(cancellationToken);

    /// <summary>What Docker Compose makes of a team's file; needs no engine.</summary>
    public static Task<ComposeAnswer> AskComposeAsync(DeploymentManifest manifest, string file, CancellationToken cancellationToken) =>
        ComposeAnswer.AskAsync(new LocalExecutor(TimeProvider.System), manifest, manifest.Project, file, null, cancellationToken);

    /// <summary>The platform that the environment's target names. Touches nothing yet.</summary>
    /// <param name="host">Where the environment lives.</param>
    /// <param name="report">Gets a line when the platform keeps the runner waiting.</param>
    public static IPlatform Platform(DeploymentManifest manifest, EnvironmentSpec environment, HostHandle host, Redactor redactor,
        TimeProvider time, Action<string> report) => environment.Target switch
    {
        TargetKind.Process => new ProcessPlatform(manifest, environment, host.Host, redactor, time),
        TargetKind.Compose => new ComposePlatform(manifest, environment, host.Host, redactor, time, report),
        _ => throw new ArgumentOutOfRangeException(nameof(environment), environment.Target, "no such target"),
    };

    /// <summary>Runs commands here, and asks the engine what it can be asked over its socket.</summary>
    internal static EngineSocket Commands(TimeProvider time) =>
        new(new LocalExecutor(time), EngineSocket.PathIn(Environment.GetEnvironmentVariable), time);
}
