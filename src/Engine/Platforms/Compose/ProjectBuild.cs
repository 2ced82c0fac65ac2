using System.Text.Json.Nodes;
using ChainBridge.Engine.Commands;
using ChainBridge.Engine.Hosts;
using ChainBridge.Engine.Manifest;
using ChainBridge.Engine.Model;
using ChainBridge.Engine.State;

namespace ChainBridge.Engine.Platforms.Compose;

/// <summary>
/// Has Compose build what its file says how to build, so that every key of a build means what it means to Compose; only names, labels and
/// the version are ours. Images that are not built are taken as the engine has them, or pulled.
/// </summary>
/// <param name="host">Where it is built.</param>
internal sealed class ProjectBuild(
    DeploymentManifest manifest, EnvironmentSpec environment, ComposeNames names, IHost host, DockerEngine engine, TeamProject team)
{
    private const string Next = "correct what the build says, then try again";

    private string File => Path.Combine(environment.WorkDirectory, "compose", "build.json");

    /// <summary>What runs of the release, by service: those of the slot, and those that run once with an image of their own.</summary>
    public async Task<IReadOnlyDictionary<string, Artifact>> MakeAsync(
        BuildRequest request, IProgress<string> progress, CancellationToken cancellationToken)
    {
        var made = new Dictionary<string, Artifact>(StringComparer.Ordinal);
        var build = new List<ServiceSpec>();
        foreach (var service in manifest.Services.Values.Concat(manifest.Jobs.Values)
            .Where(service => request.Only.Count == 0 || request.Only.Contains(service.Name)))
            if (service.Build.Pulled) made[service.Name] = await PulledAsync(service, cancellationToken);
            else if (await BeforeAsync(service, request, cancellationToken) is { } before)
            {
                progress.Report($"{service.Name}: built before, reused");
                made[service.Name] = before;
            }
            else build.Add(service);
        if (build.Count > 0) await BuildAsync(build, request, progress, cancellationToken);
        foreach (var service in build) made[service.Name] = await BuiltAsync(service, request, cancellationToken);
        return made;
    }

    private async Task BuildAsync(
        IReadOnlyList<ServiceSpec> services, BuildRequest request, IProgress<string> progress, CancellationToken cancellationToken)
    {
        var file = ForBuild(await team.ResolvedAsync(cancellationToken), services, request);
        var command = ComposeCommands.Build(names.Environment, Path.GetDirectoryName(environment.ComposeFile)!, File,
            services.Select(service => service.Name), request.Force);
        await host.ChangeAsync($"write {File}", () => host.Files.Write(File, file, DurableFile.OwnerOnly));
        try
        {
            progress.Report($"building {string.Join(", ", services.Select(service => service.Name))}");
            await engine.MustAsync(command, Failure.GateFailed, Next, cancellationToken, line => ImageBuilds.Step(line, progress));
        }
        finally
        {
            // Arguments of a build may be secrets.
            if (!host.OnlyPlans) host.Files.Delete(File);
        }
    }

    /// <summary>The builds of the file, with the names and labels of this release.</summary>
    private string ForBuild(string resolved, IReadOnlyList<ServiceSpec> services, BuildRequest request)
    {
        var root = JsonNode.Parse(resolved)!;
        var kept = new JsonObject();
        foreach (var (name, service) in root["services"]!.AsObject())
        {
            if (service?["build"]?.DeepClone() is not JsonObject build) continue;
            if (services.FirstOrDefault(wanted => wanted.Name == name) is { } wanted)
            {
                build["tags"] = new JsonArray(names.Latest(wanted.Build.Image));
                build["labels"] = Added(build["labels"], ImageBuilds.Labels(request, names));
                build["args"] = Added(build["args"],
                    new Dictionary<string, string> { ["VERSION"] = request.Version, ["COMMIT"] = request.Commit });
            }

            kept[name] = new JsonObject { ["image"] = ComposeNames.Tag($"{manifest.Project}/{name}", request.Version), ["build"] = build };
        }

        return new JsonObject { ["services"] = kept, ["secrets"] = root["secrets"]?.DeepClone() ?? new JsonObject() }.ToJsonString();
    }

    private static JsonObject Added(JsonNode? map, IReadOnlyDictionary<string, string> own)
    {
        var all = map?.DeepClone() as JsonObject ?? [];
        foreach (var (name, value) in own) all[name] = value.Replace("$", "$$", StringComparison.Ordinal);
        return all;
    }

    private async Task<Artifact?> BeforeAsync(ServiceSpec service, BuildRequest request, CancellationToken cancellationToken)
    {
        var tag = ComposeNames.Tag(service.Build.Image, request.Version);
        if (request is not { Clean: true, Force: false } || await engine.ImageAsync(tag, cancellationToken) is not { } before
            || !ImageBuilds.IsOurs(before, request, names)) return null;
        await engine.MustAsync(DockerCommands.Tag(tag, names.Latest(service.Build.Image)), Failure.GateFailed, Next, cancellationToken);
        return new(before.Id, tag, before.Bytes);
    }

    private async Task<Artifact> BuiltAsync(ServiceSpec service, BuildRequest request, CancellationToken cancellationToken)
    {
        var tag = ComposeNames.Tag(service.Build.Image, request.Version);
        if (host.OnlyPlans) return new(tag, tag, 0);
        var built = await engine.ImageAsync(tag, cancellationToken)
            ?? throw new EngineException(Failure.GateFailed, $"the build of {service.Name} ended well, but there is no image {tag}", Next);
        return new(built.Id, tag, built.Bytes);
    }

    private async Task<Artifact> PulledAsync(ServiceSpec service, CancellationToken cancellationToken)
    {
        var image = await engine.ImageAsync(service.Build.Image, cancellationToken);
        var next = $"correct the image of {service.Name}, or load it onto the engine";
        if (image is null)
        {
            await engine.MustAsync(DockerCommands.Pull(service.Build.Image), Failure.GateFailed, next, cancellationToken);
            if (host.OnlyPlans) return new(service.Build.Image, service.Build.Image, 0);
            image = await engine.ImageAsync(service.Build.Image, cancellationToken)
                ?? throw new EngineException(Failure.GateFailed, $"the engine has no image {service.Build.Image}", next);
        }

        return new(image.Id, service.Build.Image, image.Bytes);
    }
}
