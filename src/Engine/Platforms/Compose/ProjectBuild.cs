using ChainBridge.Engine.Commands;
using ChainBridge.Engine.Hosts;
using ChainBridge.Engine.Manifest;
using ChainBridge.Engine.Model;

namespace ChainBridge.Engine.Platforms.Compose;

/// <summary>
/// Has what a compose file says how to build built from it, so that every key of a build means what it means there; only names, labels and
/// the version are ours. Compose builds it, or buildx itself where the environment says how. Images that are not built are taken as the
/// engine has them, or pulled.
/// </summary>
/// <param name="pull">Onto the engine where images are built.</param>
internal sealed class ProjectBuild(
    DeploymentManifest manifest, EnvironmentSpec environment, ComposeNames names, BuildParts parts, TeamProject team, ImagePull pull)
{
    private const string Next = "correct what the build says, then try again";

    /// <summary>By another ending buildx would not take it for a compose file.</summary>
    private string File => Path.Combine(environment.WorkDirectory, "compose", "build.yml");

    /// <summary>What runs of the release, by service: those of the slot, and those that run once with an image of their own.</summary>
    public async Task<IReadOnlyDictionary<string, Artifact>> MakeAsync(BuildRequest request, BuildxOptions with, RegistryLogin? login,
        IProgress<BuildProgress> progress, CancellationToken cancellationToken)
    {
        var made = new Dictionary<string, Artifact>(StringComparer.Ordinal);
        var build = new Dictionary<ServiceSpec, string?>();
        var file = new ProjectBuildFile(await team.ResolvedAsync(cancellationToken), manifest, names, parts, with);
        foreach (var service in manifest.Services.Values.Concat(manifest.Jobs.Values)
            .Where(service => request.Only.Count == 0 || request.Only.Contains(service.Name)))
        {
            if (service.Build.Pulled)
            {
                made[service.Name] = await PulledAsync(service, cancellationToken);
                continue;
            }

            parts.RefusePublished(service.Name, file.ArgumentsOf(service.Name), with);
            var inputs = await parts.Inputs.OfAsync(file.SourceOf(service.Name), cancellationToken);
            if (await parts.Images(with).AgainAsync(service.Name, service.Build.Image, inputs, request, cancellationToken) is not { } again)
            {
                build[service] = inputs;
                continue;
            }

            await parts.Images(with).TagLatestAsync(again.Artifact, service.Build.Image, cancellationToken);
            progress.Report(new(service.Name, again.Words));
            made[service.Name] = again.Artifact;
        }

        if (build.Count > 0)
            foreach (var (name, artifact) in await BuildAsync(file, build, request, with, login, progress, cancellationToken))
                made[name] = artifact;
        return made;
    }

    private async Task<IReadOnlyDictionary<string, Artifact>> BuildAsync(ProjectBuildFile file, Dictionary<ServiceSpec, string?> services,
        BuildRequest request, BuildxOptions with, RegistryLogin? login, IProgress<BuildProgress> progress,
        CancellationToken cancellationToken)
    {
        List<string> wanted = [.. services.Keys.Select(service => service.Name)];
        var (bakes, metadata) = (environment.Build is not null, parts.MetadataFile(environment, "all"));
        var text = file.Of(services, request, bakes);
        var command = bakes
            ? BuildxCommands.Bake(manifest.Root, File, wanted, with, request.Force, metadata)
            : ComposeCommands.Build(names.Environment, Path.GetDirectoryName(environment.ComposeFile)!, File, wanted, request.Force);
        await parts.Host.ChangeAsync($"write {File}", () => parts.Host.Files.Write(File, text, DurableFile.OwnerOnly));
        try
        {
            progress.Report(new(null, $"building {string.Join(", ", wanted)}"));
            await parts.Engine.MustAsync(login?.With(command) ?? command, Failure.GateFailed, Next, cancellationToken,
                line => BuildSteps.Report(line, progress, all: wanted));
        }
        finally
        {
            // Arguments of a build may be secrets.
            if (!parts.Host.OnlyPlans) parts.Host.Files.Delete(File);
        }

        var said = bakes ? BuildMetadata.OfAll(parts.Host, metadata, wanted) : null;
        var built = new Dictionary<string, Artifact>(StringComparer.Ordinal);
        foreach (var service in services.Keys)
        {
            var tag = ComposeNames.Tag(service.Build.Image, request.Version);
            built[service.Name] = said is not null
                ? await parts.BuiltAsync(service.Name, tag, service.Build.Image, with, said[service.Name], cancellationToken)
                : await BuiltAsync(service, tag, cancellationToken);
            if (!parts.Host.OnlyPlans) progress.Report(new(service.Name, "built"));
        }

        return built;
    }

    /// <summary>Compose keeps no account of what it built; while this environment is built no other runner moves its tags.</summary>
    private async Task<Artifact> BuiltAsync(ServiceSpec service, string tag, CancellationToken cancellationToken)
    {
        if (parts.Host.OnlyPlans) return new(tag, tag, 0);
        var built = await parts.Engine.ImageAsync(tag, cancellationToken)
            ?? throw new EngineException(Failure.GateFailed, $"the build of {service.Name} ended well, but there is no image {tag}", Next);
        return new(built.Id, tag, built.Bytes);
    }

    private async Task<Artifact> PulledAsync(ServiceSpec service, CancellationToken cancellationToken)
    {
        var name = service.Build.Image;
        var next = $"correct the image of {service.Name}, or load it onto the engine";
        var image = await parts.Engine.ImageAsync(name, cancellationToken) ?? await pull.PullAsync(name, whole: true,
            RegistryTrouble.OfImage(name), login: null, Failure.GateFailed, next, cancellationToken);
        return image is null ? new(name, name, 0) : new(image.Id, name, image.Bytes);
    }
}
