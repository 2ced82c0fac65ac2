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
        TargetKind.Compose when environment.Hosts.Count > 1 => Several(manifest, environment, host, redactor, time, report),
        TargetKind.Compose => new ComposePlatform(manifest, environment, host.Host, redactor, time, report),
        _ => throw new ArgumentOutOfRangeException(nameof(environment), environment.Target, "no such target"),
    };

    /// <summary>Each host's own part, as one platform. A host that is away, where that is no failure, is none of them.</summary>
    private static SeveralHosts Several(DeploymentManifest manifest, EnvironmentSpec environment, HostHandle host, Redactor redactor,
        TimeProvider time, Action<string> report)
    {
        // The path of the state begins in the home of each host.
        var written = manifest.Environments[environment.Name] with { Target = environment.Target };
        var first = EnvironmentHost.PartOn(host, written);
        var parts = host.All.Select(one => new ComposePlatform(manifest, EnvironmentHost.PartOn(one, written), one.Host, redactor, time,
            report, ReferenceEquals(one, host) ? null : first)).ToList();
        List<PlatformHost> hosts = [.. host.All.Zip(parts, (one, part) => new PlatformHost(one.Address!.Place, part))];
        return new(new HostGroup(hosts, InTurn: host.Host.OnlyPlans), new SeveralParts(hosts,
            (request, progress, stop) => ComposePlatform.BuildForAsync(parts, request, progress, stop), ComposePlatform.RunsOnce,
            stop => ComposePlatform.SameAsync([.. hosts.Zip(parts, (one, part) => (one.Name!, part))], stop)));
    }

    /// <summary>Runs commands here, and asks the engine what it can be asked over its socket.</summary>
    internal static EngineSocket Commands(TimeProvider time) =>
        new(new LocalExecutor(time), EngineSocket.PathIn(Environment.GetEnvironmentVariable), time);
}
