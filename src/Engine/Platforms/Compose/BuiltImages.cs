using ChainBridge.Engine.Commands;
using ChainBridge.Engine.Model;

namespace ChainBridge.Engine.Platforms.Compose;

/// <summary>The images of an environment on one engine: which are ours, which may be taken again, and which go.</summary>
internal sealed class BuiltImages(ComposeNames names, DockerEngine engine)
{
    private const string CommitLabel = "org.opencontainers.image.revision";
    private const string VersionLabel = "org.opencontainers.image.version";
    private const string CreatedLabel = "org.opencontainers.image.created";
    private const string SourceLabel = "org.opencontainers.image.source";
    private const string Next = "look at the engine (docker image ls), then try again";

    /// <summary>What tells whose build an image is, and of what. Its time is the commit's: the same commit gives the same image.</summary>
    /// <param name="inputs">Of <see cref="BuildInputs"/>; null where they are not known.</param>
    public Dictionary<string, string> Labels(BuildRequest request, string? inputs)
    {
        var labels = new Dictionary<string, string>
        {
            [CommitLabel] = request.Commit, [VersionLabel] = request.Version, [ComposeNames.Label] = names.Environment,
        };
        if (request.CommittedAt is { } made) labels[CreatedLabel] = BuildDate(made);
        if (request.Repository is { } source) labels[SourceLabel] = $"{source}";
        if (inputs is not null && request.Clean) labels[BuildInputs.Label] = inputs;
        return labels;
    }

    /// <summary>The build arguments that every image is offered.</summary>
    public static Dictionary<string, string> Arguments(BuildRequest request)
    {
        var arguments = new Dictionary<string, string> { ["VERSION"] = request.Version, ["COMMIT"] = request.Commit };
        if (request.CommittedAt is { } made) arguments["BUILD_DATE"] = BuildDate(made);
        return arguments;
    }

    /// <summary>
    /// What there is already of a service: a build of this commit for this environment, or what a recorded release has of it when nothing
    /// that it is built from has changed since; null where it must be built. Of another clone on this machine an image is not ours to keep:
    /// it goes when that one no longer needs it.
    /// </summary>
    /// <param name="inputs">Of <see cref="BuildInputs"/>; null where they are not known.</param>
    public async Task<(Artifact Artifact, string Words)?> AgainAsync(
        string service, string image, string? inputs, BuildRequest request, CancellationToken cancellationToken)
    {
        if (request is not { Clean: true, Force: false }) return null;
        var tag = ComposeNames.Tag(image, request.Version);
        if (await engine.ImageAsync(tag, cancellationToken) is { } before && IsOurs(before)
            && before.Labels.GetValueOrDefault(CommitLabel) == request.Commit)
            return (new(before.Id, tag, before.Bytes), "built before, reused");
        if (inputs is null) return null;
        var all = request.Recorded.Select(release => release.Artifacts.GetValueOrDefault(service)).OfType<Artifact>()
            .DistinctBy(artifact => artifact.Digest).ToList();
        var there = await Task.WhenAll(all.Select(artifact => engine.ImageAsync(artifact.Digest, cancellationToken)));
        foreach (var (recorded, found) in all.Zip(there))
            if (found is { } known && IsOurs(known)
                && known.Labels.GetValueOrDefault(BuildInputs.Label) == inputs
                && (await engine.ImageAsync(recorded.Location, cancellationToken))?.Id == recorded.Digest)
                return (recorded with { Bytes = known.Bytes },
                    $"unchanged since {known.Labels.GetValueOrDefault(VersionLabel)}, not rebuilt");
        return null;
    }

    /// <summary>Has the tag for people name an image: the newest of this environment.</summary>
    public Task TagLatestAsync(Artifact artifact, string image, CancellationToken cancellationToken) =>
        engine.MustAsync(DockerCommands.Tag(artifact.Location, names.Latest(image)), Failure.GateFailed, Next, cancellationToken);

    /// <summary>
    /// Takes away the images of releases no longer kept; one in use by a container stays, and so does what another clone has
    /// built under the same tag.
    /// </summary>
    public async Task RetainAsync(IEnumerable<Release> drop, IEnumerable<Release> keep, CancellationToken cancellationToken)
    {
        var kept = keep.SelectMany(release => release.Artifacts.Values).Select(artifact => artifact.Digest).ToHashSet();
        var dropped = drop.SelectMany(release => release.Artifacts.Values).Where(artifact => !kept.Contains(artifact.Digest))
            .DistinctBy(artifact => artifact.Digest).ToList();
        var (images, named) = (Task.WhenAll(dropped.Select(artifact => engine.ImageAsync(artifact.Digest, cancellationToken))),
            Task.WhenAll(dropped.Select(artifact => engine.ImageAsync(artifact.Location, cancellationToken))));
        await Task.WhenAll(images, named);
        // An image that was pulled stays: other environments and projects may use it.
        var gone = dropped.Zip(await images, await named).Where(one => one.Second?.Labels.ContainsKey(ComposeNames.Label) == true)
            .Select(one => one.Third?.Id == one.First.Digest ? one.First.Location : one.First.Digest).ToList();
        if (gone.Count > 0) await engine.TryAsync(DockerCommands.RemoveImages(gone), cancellationToken);
    }

    /// <summary>Takes away builds of services that no release was recorded with, all but the newest ones of each.</summary>
    /// <param name="edge">The repository of the edge's image, which stays.</param>
    public async Task ForgetAsync(
        IReadOnlyCollection<Release> recorded, int newest, string edge, CancellationToken cancellationToken)
    {
        var used = recorded.SelectMany(release => release.Artifacts.Values).Select(artifact => artifact.Digest).ToHashSet();
        var old = (await MineAsync(cancellationToken)).Where(image => !used.Contains(image.Id) && image.Repository != edge)
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

    private bool IsOurs(ImageInfo image) => image.Labels.GetValueOrDefault(ComposeNames.Label) == names.Environment;

    private static string BuildDate(DateTimeOffset made) =>
        made.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture);
}
