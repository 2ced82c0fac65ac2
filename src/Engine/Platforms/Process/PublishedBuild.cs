using System.Xml.Linq;
using ChainBridge.Engine.Commands;
using ChainBridge.Engine.Hosts;
using ChainBridge.Engine.Manifest;
using ChainBridge.Engine.Model;
using ChainBridge.Engine.State;

namespace ChainBridge.Engine.Platforms.Process;

/// <summary>Builds services into folders named by version: projects are published, what is a command is copied.</summary>
internal sealed class PublishedBuild(DeploymentManifest manifest, string state, IHost host, TimeProvider time)
{
    /// <summary>
    /// The file that is locked, in git's own folder, while a checkout is built: environments share its <c>obj</c> folders.
    /// </summary>
    public const string Guard = "chainbridge-build.guard";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(15);

    /// <summary>
    /// Builds the services that are not there yet, all projects in one build: what they share is restored and compiled
    /// once, the rest side by side.
    /// </summary>
    public async Task<IReadOnlyDictionary<string, Artifact>> MakeAsync(
        IReadOnlyList<ServiceSpec> services, BuildRequest request, IProgress<BuildProgress> progress, CancellationToken cancellationToken)
    {
        var made = services
            .Where(service => request is { Clean: true, Force: false } && Directory.Exists(Folder(service, request))).ToList();
        foreach (var service in made) progress.Report(new(service.Name, "built before, reused"));
        var missing = services.Except(made).ToList();
        if (missing.Where(service => service.Build.Run is null).ToList() is { Count: > 0 } projects)
            await PublishAsync(projects, request, progress, cancellationToken);
        foreach (var service in missing.Where(service => service.Build.Run is not null))
        {
            progress.Report(new(service.Name, "copying", Passing: true));
            await new CopiedBuild(manifest, state, host).MakeAsync(service, Folder(service, request), cancellationToken);
        }

        var artifacts = new Dictionary<string, Artifact>(StringComparer.Ordinal);
        foreach (var service in services)
        {
            var location = Location(service, request);
            artifacts[service.Name] = await host.AfterwardsAsync(() => Task.FromResult(Describe(Folder(service, request), location)),
                planned: new Artifact(location, location, 0));
        }

        return artifacts;
    }

    private async Task PublishAsync(
        IReadOnlyList<ServiceSpec> services, BuildRequest request, IProgress<BuildProgress> progress, CancellationToken cancellationToken)
    {
        foreach (var service in services) progress.Report(new(service.Name, "publishing", Passing: true));
        var project = Path.Combine(state, "builds", request.Version, "publish.proj");
        await host.ChangeAsync($"write {project}", () =>
        {
            foreach (var old in services.SelectMany(service => new[] { Folder(service, request), Half(service) })) BuildFolder.Remove(old);
            Directory.CreateDirectory(Path.GetDirectoryName(project)!);
            PublishProject.For(services.Select(service => (ProjectOf(service), Half(service)))).Save(project);
        });
        using (await AloneAsync(progress, cancellationToken))
            (await host.RunAsync(DotnetCommands.Publish(project, request.Version, request.Commit) with
            {
                Folder = manifest.Root
            }, null, cancellationToken))
                .MustSucceed(Failure.GateFailed, "correct what the build says, then try again");
        // A folder has its name only once it is whole: a runner killed before leaves nothing that is taken for a build.
        foreach (var service in services)
            await host.ChangeAsync($"move {Half(service)} to {Folder(service, request)}",
                () => Directory.Move(Half(service), Folder(service, request)));
        await host.ChangeAsync($"remove {project}", () => File.Delete(project));

        string Half(ServiceSpec service) => Folder(service, request) + ".half";
    }

    private async Task<IDisposable> AloneAsync(IProgress<BuildProgress> progress, CancellationToken cancellationToken)
    {
        if (host.OnlyPlans) return new MemoryStream();
        var git = (await host.RunAsync(GitCommands.GitFolder(manifest.Root), null, cancellationToken))
            .MustSucceed(Failure.Refused, "run inside a git clone").Output.Trim();
        return await FileGuard.TakeAsync(Path.Combine(git, Guard), Patience, time,
            () => progress.Report(new(null,
                $"another environment is being built from this checkout; waiting for it, at most {Patience.TotalMinutes:0} min")),
            cancellationToken, "another build from this checkout to end");
    }

    /// <summary>
    /// The name that a service's program gets: its project's assembly name, which is the file's name where the project
    /// does not say another one.
    /// </summary>
    public static string ProgramOf(DeploymentManifest manifest, string service)
    {
        var project = manifest.Services[service].Build.ProjectFile ?? service;
        var file = Path.Combine(manifest.Root, project);
        var named = File.Exists(file) ? XDocument.Load(file).Descendants("AssemblyName").FirstOrDefault()?.Value : null;
        return $"{named ?? Path.GetFileNameWithoutExtension(project)}.dll";
    }

    private string ProjectOf(ServiceSpec service) => Path.Combine(manifest.Root, service.Build.ProjectFile
        ?? throw new EngineException(Failure.Usage, $"services.{service.Name} has no projectFile",
            "the process target publishes it: add projectFile, or run: [program, argument] for another language"));

    private string Folder(ServiceSpec service, BuildRequest request) => Path.Combine(state, Location(service, request));

    private static string Location(ServiceSpec service, BuildRequest request) =>
        Path.Combine(BuildFolder.Builds, request.Version, service.Name);

    private static Artifact Describe(string folder, string location) =>
        new(BuildFolder.Digest(folder), location, BuildFolder.Bytes(folder));
}
