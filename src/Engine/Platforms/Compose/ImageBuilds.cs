using ChainBridge.Engine.Commands;
using ChainBridge.Engine.Hosts;
using ChainBridge.Engine.Manifest;
using ChainBridge.Engine.Model;

namespace ChainBridge.Engine.Platforms.Compose;

/// <summary>
/// Builds the images of a manifest that lists its services, and the edge's, all at once. What was built is taken from the build's own
/// account of it, by its id: the digest over everything in it.
/// </summary>
/// <param name="environment">For the folder of what builds write.</param>
/// <param name="parts">Where they are built.</param>
internal sealed class ImageBuilds(DeploymentManifest manifest, EnvironmentSpec environment, ComposeNames names, BuildParts parts)
{
    private const string Next = "correct what the build says, then try again";

    /// <summary>No user can correct the build of the edge that it carries; what it is built from can be another image.</summary>
    public const string NextOfEdge = "the edge comes with the runner; where its base image cannot be pulled, name one that can: set "
        + "CHAINBRIDGE_RUNTIME_IMAGE to an image with the ASP.NET Core 10 runtime";

    private const string RuntimeImage = "RUNTIME_IMAGE";

    /// <summary>What the edge that the runner carries is built on; null where its Dockerfile names none.</summary>
    public static string? EdgeBase(DeploymentManifest manifest) => manifest.Edge.BuildArgs.GetValueOrDefault(RuntimeImage)
        ?? File.ReadLines(EdgeDockerfile(manifest))
            .FirstOrDefault(line => line.StartsWith($"ARG {RuntimeImage}=", StringComparison.Ordinal))?.Split('=', 2)[1].Trim();

    /// <summary>Relative to the manifest, or the full path of the one that the runner carries.</summary>
    public static string EdgeDockerfile(DeploymentManifest manifest) =>
        manifest.Edge.Dockerfile ?? Path.Combine(CarriedPrograms.Folder(ComposeNames.Edge), "Dockerfile");

    /// <summary>
    /// Builds the services asked for, and the edge with them while there is none. Services of a compose file are built by Compose.
    /// </summary>
    /// <returns>The services, and the edge; null where it was not asked for.</returns>
    public async Task<(IReadOnlyDictionary<string, Artifact> Services, Artifact? Edge)> MakeAsync(BuildRequest request, bool edgeToo,
        BuildxOptions with, RegistryLogin? login, IProgress<BuildProgress> progress, CancellationToken cancellationToken)
    {
        var wanted = (manifest.Compose is null ? manifest.Services.Values : [])
            .Where(service => request.Only.Count == 0 || request.Only.Contains(service.Name)).ToList();
        using var others = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var run = new Run(request, with, login, progress, others);
        var builds = wanted.Select(async service =>
            (service.Name, Artifact: await OneAsync(service.Name, service.Build, takeAgain: true, run))).ToList();
        var edge = edgeToo ? OneAsync(ComposeNames.Edge, EdgeBuild(), takeAgain: false, run) : null;
        await Task.WhenAll([.. builds, edge ?? Task.CompletedTask]);
        var services = builds.Select(build => build.Result)
            .ToDictionary(built => built.Name, built => built.Artifact, StringComparer.Ordinal);
        return (services, edge?.Result);
    }

    /// <summary>Without a Dockerfile of its own it is the edge that the runner carries, built already.</summary>
    private BuildSpec EdgeBuild() => new(manifest.Edge.Image, manifest.Edge.Dockerfile is null
        ? CarriedPrograms.Folder(ComposeNames.Edge) : manifest.Edge.Context, EdgeDockerfile(manifest), manifest.Edge.BuildArgs, null);

    /// <param name="takeAgain">What a recorded release has of it may be taken.</param>
    private async Task<Artifact> OneAsync(string name, BuildSpec build, bool takeAgain, Run run)
    {
        var (request, stop) = (run.Request, run.Others.Token);
        try
        {
            parts.RefusePublished(name, build.BuildArgs, run.With);
            var inputs = takeAgain ? await parts.Inputs.OfAsync(SourceOf(build, run.With), stop) : null;
            if (await parts.Images(run.With).AgainAsync(name, build.Image, inputs, request, stop) is { } again)
            {
                await parts.Images(run.With).TagLatestAsync(again.Artifact, build.Image, stop);
                run.Progress.Report(new(name, again.Words));
                return again.Artifact;
            }

            var tag = ComposeNames.Tag(build.Image, request.Version);
            run.Progress.Report(new(name, $"building {tag}", Passing: true));
            var metadata = parts.MetadataFile(environment, name);
            var started = parts.Time.GetTimestamp();
            await parts.Engine.MustAsync(CommandFor(name, build, inputs, metadata, run), Failure.GateFailed,
                name == ComposeNames.Edge && manifest.Edge.Dockerfile is null ? NextOfEdge : Next, stop,
                line => BuildSteps.Report(line, run.Progress, name));
            var built = await parts.BuiltAsync(name, tag, build.Image, run.With, BuildMetadata.Of(parts.Host, metadata), stop);
            if (!parts.Host.OnlyPlans)
                run.Progress.Report(new(name, $"built in {parts.Time.GetElapsedTime(started).TotalSeconds:0.0} s"));
            return built;
        }
        catch
        {
            // The first failure is the one to read; what else is building would only push it off the screen.
            await run.Others.CancelAsync();
            throw;
        }
    }

    private Command CommandFor(string name, BuildSpec build, string? inputs, string metadata, Run run)
    {
        var command = BuildxCommands.Build(new ImageBuild(
            build.Context, build.Dockerfile, parts.Tags([ComposeNames.Tag(build.Image, run.Request.Version), names.Latest(build.Image)],
                run.With), Over(build.BuildArgs, BuiltImages.Arguments(run.Request)), parts.Images(run.With).Labels(run.Request, inputs),
            run.Request.Force, run.With with
            {
                CacheFrom = BuilderSpec.For(name, run.With.CacheFrom), CacheTo = BuilderSpec.For(name, run.With.CacheTo),
            }, metadata)) with { Folder = manifest.Root };
        return run.Login?.With(command) ?? command;
    }

    private BuildSource SourceOf(BuildSpec build, BuildxOptions with) => new(Path.GetFullPath(build.Context, manifest.Root),
        Path.GetFullPath(build.Dockerfile, manifest.Root), null, build.BuildArgs, string.Join(',', with.Platforms));

    private static Dictionary<string, string> Over(IReadOnlyDictionary<string, string> own, Dictionary<string, string> runners)
    {
        var all = new Dictionary<string, string>(own);
        foreach (var (name, value) in runners) all[name] = value;
        return all;
    }

    private sealed record Run(BuildRequest Request, BuildxOptions With, RegistryLogin? Login, IProgress<BuildProgress> Progress,
        CancellationTokenSource Others);
}
