using ChainBridge.Engine.Commands;
using ChainBridge.Engine.Hosts;
using ChainBridge.Engine.Manifest;
using ChainBridge.Engine.Model;

namespace ChainBridge.Engine.Platforms.Compose;

/// <summary>Builds images, all at once, and tells what was built by its id: the digest over everything in it.</summary>
/// <param name="host">Where they are built.</param>
internal sealed class ImageBuilds(DeploymentManifest manifest, ComposeNames names, IHost host, DockerEngine engine)
{
    private const string CommitLabel = "org.opencontainers.image.revision";
    private const string VersionLabel = "org.opencontainers.image.version";
    private const string Next = "correct what the build says, then try again";

    /// <summary>Relative to the manifest, or the full path of the one that the runner carries.</summary>
    public static string EdgeDockerfile(DeploymentManifest manifest) =>
        manifest.Edge.Dockerfile ?? Path.Combine(CarriedPrograms.Folder(ComposeNames.Edge), "Dockerfile");

    private Command CommandFor(ServiceSpec service, BuildRequest request) =>
        Command(service.Build.Image, service.Build.Context, service.Build.Dockerfile, service.Build.BuildArgs, request);

    /// <summary>
    /// Builds the services asked for, and the edge with them while there is none. Services of a compose file are built by Compose.
    /// </summary>
    /// <returns>The services, and the edge; null where it was not asked for.</returns>
    public async Task<(IReadOnlyDictionary<string, Artifact> Services, Artifact? Edge)> MakeAsync(
        BuildRequest request, bool edgeToo, IProgress<string> progress, CancellationToken cancellationToken)
    {
        var wanted = (manifest.Compose is null ? manifest.Services.Values : [])
            .Where(service => request.Only.Count == 0 || request.Only.Contains(service.Name)).ToList();
        using var others = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var builds = wanted.Select(async service => (service.Name, Artifact: await OneAsync(service.Name, service.Build.Image,
            CommandFor(service, request), request, progress, others))).ToList();
        var edge = edgeToo
            ? OneAsync(ComposeNames.Edge, manifest.Edge.Image, EdgeCommand(request), request, progress, others)
            : null;
        await Task.WhenAll([.. builds, edge ?? Task.CompletedTask]);
        var services = builds.Select(build => build.Result)
            .ToDictionary(built => built.Name, built => built.Artifact, StringComparer.Ordinal);
        return (services, edge?.Result);
    }

    /// <summary>
    /// Takes away the images of releases no longer kept; one in use by a container stays, and so does what another clone has
    /// built under the same tag.
    /// </summary>
    public async Task RetainAsync(IEnumerable<Release> drop, IEnumerable<Release> keep, CancellationToken cancellationToken)
    {
        var kept = keep.SelectMany(release => release.Artifacts.Values).Select(artifact => artifact.Digest).ToHashSet();
        var gone = new List<string>();
        foreach (var artifact in drop.SelectMany(release => release.Artifacts.Values).Where(artifact => !kept.Contains(artifact.Digest))
            .DistinctBy(artifact => artifact.Digest))
        {
            // An image that was pulled stays: other environments and projects may use it.
            if ((await engine.ImageAsync(artifact.Digest, cancellationToken))?.Labels.ContainsKey(ComposeNames.Label) != true) continue;
            gone.Add((await engine.ImageAsync(artifact.Location, cancellationToken))?.Id == artifact.Digest
                ? artifact.Location
                : artifact.Digest);
        }

        if (gone.Count > 0) await engine.TryAsync(DockerCommands.RemoveImages(gone), cancellationToken);
    }

    /// <summary>Takes away builds of services that no release was recorded with, all but the newest ones of each.</summary>
    public async Task ForgetAsync(IReadOnlyCollection<Release> recorded, int newest, CancellationToken cancellationToken)
    {
        var used = recorded.SelectMany(release => release.Artifacts.Values).Select(artifact => artifact.Digest).ToHashSet();
        var old = (await MineAsync(cancellationToken)).Where(image => !used.Contains(image.Id) && image.Repository != manifest.Edge.Image)
            // The newest are listed first; an image without a tag is beside those of its service only by its id.
            .GroupBy(image => image.Repository).SelectMany(service => service.GroupBy(image => image.Id).Skip(newest))
            .SelectMany(build => build.Select(image => image.Name)).Distinct().ToList();
        if (old.Count > 0) await engine.TryAsync(DockerCommands.RemoveImages(old), cancellationToken);
    }

    /// <summary>Takes away every image made for this environment.</summary>
    public async Task RemoveAllAsync(CancellationToken cancellationToken)
    {
        var mine = (await MineAsync(cancellationToken)).Select(image => image.Name).Distinct().ToList();
        if (mine.Count > 0) await engine.TryAsync(DockerCommands.RemoveImages(mine), cancellationToken);
    }

    /// <summary>Every image made for this environment. One that lost its tag to a newer build is still ours; its name is its id.</summary>
    private async Task<IReadOnlyList<(string Repository, string Name, string Id)>> MineAsync(CancellationToken cancellationToken)
    {
        var lines = await engine.MustAsync(DockerCommands.ListImages(names.LabelPair), Failure.PersonNeeded,
            "docker image ls shows what is left", cancellationToken);
        return [.. lines.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' ')).Select(image => (
            image[0][..image[0].LastIndexOf(':')], image[0].Contains("<none>", StringComparison.Ordinal) ? image[1] : image[0], image[1]))];
    }

    /// <summary>Without a Dockerfile of its own it is the edge that the runner carries, built already.</summary>
    private Command EdgeCommand(BuildRequest request) => Command(manifest.Edge.Image,
        manifest.Edge.Dockerfile is null ? CarriedPrograms.Folder(ComposeNames.Edge) : manifest.Edge.Context, EdgeDockerfile(manifest),
        manifest.Edge.BuildArgs, request);

    private Command Command(string image, string context, string dockerfile, IReadOnlyDictionary<string, string> arguments,
        BuildRequest request) => DockerCommands.Build(new ImageBuild(
            context, dockerfile, [ComposeNames.Tag(image, request.Version), names.Latest(image)],
            new Dictionary<string, string>(arguments) { ["VERSION"] = request.Version, ["COMMIT"] = request.Commit },
            Labels(request, names), request.Force)) with { Folder = manifest.Root };

    /// <summary>What tells whose build an image is, and of what.</summary>
    public static Dictionary<string, string> Labels(BuildRequest request, ComposeNames names) => new()
    {
        [CommitLabel] = request.Commit, [VersionLabel] = request.Version, [ComposeNames.Label] = names.Environment,
    };

    /// <summary>
    /// Whether an image is a build of this commit for this environment. Of another clone on this machine it is not ours to keep: it goes
    /// when that one no longer needs it.
    /// </summary>
    public static bool IsOurs(ImageInfo image, BuildRequest request, ComposeNames names) =>
        image.Labels.GetValueOrDefault(CommitLabel) == request.Commit
            && image.Labels.GetValueOrDefault(ComposeNames.Label) == names.Environment;

    private async Task<Artifact> OneAsync(
        string name, string image, Command build, BuildRequest request, IProgress<string> progress, CancellationTokenSource others)
    {
        try
        {
            var tag = ComposeNames.Tag(image, request.Version);
            if (request is { Clean: true, Force: false } && await engine.ImageAsync(tag, others.Token) is { } before
                && IsOurs(before, request, names))
            {
                await engine.MustAsync(DockerCommands.Tag(tag, names.Latest(image)), Failure.GateFailed, Next, others.Token);
                progress.Report($"{name}: built before, reused");
                return new Artifact(before.Id, tag, before.Bytes);
            }

            progress.Report($"{name}: building {tag}");
            await engine.MustAsync(build, Failure.GateFailed, Next, others.Token, line => Step(line, progress, $"{name}: "));
            if (host.OnlyPlans) return new Artifact(tag, tag, 0);
            var built = await engine.ImageAsync(tag, others.Token)
                ?? throw new EngineException(Failure.GateFailed, $"{build} ended well, but there is no image {tag}", Next);
            return new Artifact(built.Id, tag, built.Bytes);
        }
        catch
        {
            // The first failure is the one to read; what else is building would only push it off the screen.
            await others.CancelAsync();
            throw;
        }
    }

    /// <summary>Of BuildKit's plain output only the steps: <c>#9 [build 5/8] RUN dotnet restore …</c></summary>
    public static void Step(string line, IProgress<string> progress, string prefix = "")
    {
        var at = line.IndexOf(" [", StringComparison.Ordinal);
        if (line.StartsWith('#') && at > 0 && line.Contains('/', StringComparison.Ordinal)
            && !line.Contains("[internal]", StringComparison.Ordinal)) progress.Report($"{prefix}{line[(at + 1)..]}");
    }
}
