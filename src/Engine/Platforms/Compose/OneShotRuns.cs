using ChainBridge.Engine.Commands;
using ChainBridge.Engine.Hosts;
using ChainBridge.Engine.Model;
using ChainBridge.Engine.State;

namespace ChainBridge.Engine.Platforms.Compose;

/// <summary>
/// Services that run once per release, before those that wait for them: started, waited for, and written down when they are done.
/// </summary>
internal sealed class OneShotRuns(string stateDirectory, IHost host, DockerEngine engine)
{
    private const string Look = "docker ps --all shows what is there";

    /// <summary>Those that came to their end for the release.</summary>
    public IReadOnlySet<string> Done(Release release) =>
        host.Files.Read(FileOf(release))?.Split('\n', StringSplitOptions.RemoveEmptyEntries).ToHashSet() ?? [];

    /// <summary>Starts one and waits for its end.</summary>
    /// <exception cref="EngineException">
    /// <see cref="Failure.CandidateFailed"/>: it failed, or did not end in time; with its last output.
    /// </exception>
    public async Task RunAsync(Release release, string service, string container, CancellationToken cancellationToken)
    {
        await engine.MustAsync(DockerCommands.Start(container), Failure.CandidateFailed, Look, cancellationToken);
        await host.AfterwardsAsync(() => EndAsync(service, container, cancellationToken));
        await host.ChangeAsync($"note that {service} is done for {release.Version}",
            () => host.Files.Write(FileOf(release), string.Join('\n', Done(release).Append(service).Distinct())));
    }

    /// <summary>For a release that is no longer kept.</summary>
    public void Forget(Release release) => host.Files.Delete(FileOf(release));

    private async Task EndAsync(string service, string container, CancellationToken cancellationToken)
    {
        var ended = await engine.TryAsync(DockerCommands.Wait([container], OnceRuns.Longest), cancellationToken);
        if (!ended.Succeeded || ended.Output.Trim() != "0")
        {
            var log = await engine.TryAsync(DockerCommands.Logs(container, 20), cancellationToken);
            var end = ended.Succeeded
                ? $"ended with exit code {ended.Output.Trim()}"
                : $"did not end within {OnceRuns.Longest.TotalMinutes:0} min";
            throw new EngineException(Failure.CandidateFailed,
                ($"{service}, which runs once before the services that wait for it, {end}; its last output:\n"
                    + $"{log.Output}{log.Errors}").TrimEnd(),
                $"correct {service} and deploy again");
        }
    }

    private string FileOf(Release release) => Path.Combine(stateDirectory, "compose", "one-shots", release.Version);
}
