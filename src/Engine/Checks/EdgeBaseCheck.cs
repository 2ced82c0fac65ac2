using ChainBridge.Engine.Commands;
using ChainBridge.Engine.Hosts;
using ChainBridge.Engine.Manifest;
using ChainBridge.Engine.Platforms.Compose;

namespace ChainBridge.Engine.Checks;

/// <summary>
/// The image that the edge is built on is where releases are built, or can be pulled; asked while an edge is to be built.
/// </summary>
/// <param name="workshop">The engine that builds.</param>
/// <param name="hosts">The engines that the edge is to run on, each with its names.</param>
internal sealed class EdgeBaseCheck(
    DeploymentManifest manifest, DockerEngine workshop, IReadOnlyList<(DockerEngine Engine, ComposeNames Names)> hosts) : ICheck
{
    /// <summary>Two questions to a registry, which have 20 s each.</summary>
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    public async Task<CheckResult> AskAsync(CancellationToken cancellationToken)
    {
        if (manifest.Edge.Dockerfile is { } own) return CheckResult.Ok($"the edge is built from {own}");
        if (await RunsAsync(cancellationToken)) return CheckResult.Ok("the edge runs, and is not built again");
        if (ImageBuilds.EdgeBase(manifest) is not { } image)
            return CheckResult.CouldNotAsk("the runner's Dockerfile of the edge names no base image", "install the runner again");
        if (await workshop.FindAsync(image, cancellationToken) is not null) return CheckResult.Ok($"{image} is where releases are built");
        var answer = await workshop.TryAsync(DockerCommands.InspectManifest(image), cancellationToken);
        // A registry on loopback speaks no TLS, and only this client takes that.
        if (!answer.Succeeded) answer = await workshop.TryAsync(DockerCommands.InspectConfiguration(image), cancellationToken);
        if (answer.Succeeded) return CheckResult.Ok($"{image} can be pulled");
        return answer.ExitCode == CommandResult.TimedOut
            ? CheckResult.CouldNotAsk($"the registry of {image} does not answer", ImageBuilds.NextOfEdge)
            : CheckResult.Problem($"{image} is not where releases are built, and cannot be pulled: {answer.Evidence}",
                ImageBuilds.NextOfEdge);
    }

    /// <summary>On every host.</summary>
    private async Task<bool> RunsAsync(CancellationToken cancellationToken)
    {
        foreach (var (engine, names) in hosts)
            if (!(await engine.ContainersAsync(DockerCommands.ContainersOf(names.Base), cancellationToken))
                .Any(container => container is { Service: ComposeNames.Edge, State.Running: true })) return false;
        return true;
    }
}
