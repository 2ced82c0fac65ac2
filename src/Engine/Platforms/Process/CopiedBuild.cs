using ChainBridge.Engine.Commands;
using ChainBridge.Engine.Hosts;
using ChainBridge.Engine.Manifest;
using ChainBridge.Engine.Model;

namespace ChainBridge.Engine.Platforms.Process;

/// <summary>
/// The build of a service that is a command in any language: a copy of its context. It holds what git does not ignore, less
/// what <c>.dockerignore</c> leaves out, and what the manifest includes beside that (installed modules, built assets).
/// </summary>
internal sealed class CopiedBuild(DeploymentManifest manifest, string state, IHost host)
{
    /// <summary>Copies the context into the folder.</summary>
    public async Task MakeAsync(ServiceSpec service, string folder, CancellationToken cancellationToken)
    {
        var context = Path.GetFullPath(service.Build.Context, manifest.Root);
        if (!Directory.Exists(context))
            throw new EngineException(Failure.Usage, $"services.{service.Name}: there is no folder {context}",
                "correct its context, which begins in the manifest's folder");
        var listed = (await host.RunAsync(GitCommands.Files(context), null, cancellationToken))
            .MustSucceed(Failure.Refused, "run inside a git clone").Output;
        await host.ChangeAsync($"copy {context} to {folder}", () => Copy(service, context, listed, folder));
    }

    private void Copy(ServiceSpec service, string context, string listed, string folder)
    {
        var ignore = DockerIgnore.Read(context);
        var names = listed.Split('\0', StringSplitOptions.RemoveEmptyEntries).Where(name => !ignore.Ignores(name))
            .Concat(service.Build.Include.SelectMany(part => Included(service, context, part)))
            .Where(name => Path.Combine(context, name) is var file && Exists(file) && !IsState(file))
            .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        if (names.Count == 0)
            throw new EngineException(Failure.GateFailed, $"{service.Name}: {context} has no file that git knows",
                "commit its files, or name them in include");
        var half = folder + ".half";
        BuildFolder.Remove(half);
        BuildFolder.Remove(folder);
        foreach (var name in names)
        {
            var (from, to) = (Path.Combine(context, name), Path.Combine(half, name));
            Directory.CreateDirectory(Path.GetDirectoryName(to)!);
            if (new FileInfo(from).LinkTarget is { } target) Link(service, context, from, to, target);
            else if (Directory.Exists(from))
                throw new EngineException(Failure.Usage, $"services.{service.Name}: {name} is a repository of its own in {context}",
                    $"name what of it belongs to the release: include: [{name}]");
            else File.Copy(from, to);
        }

        File.WriteAllText(BuildFolder.ListOf(folder), string.Join('\0', names));
        // It has its name only once it is whole.
        Directory.Move(half, folder);
    }

    /// <summary>A link stays one as long as it leads to something of the copy.</summary>
    private static void Link(ServiceSpec service, string context, string from, string to, string target)
    {
        var end = Path.GetFullPath(target, Path.GetDirectoryName(from)!);
        if (Path.IsPathRooted(target) || !end.StartsWith(context + Path.DirectorySeparatorChar, StringComparison.Ordinal))
            throw new EngineException(Failure.Usage, $"services.{service.Name}: the link {from} leads out of its context, to {target}",
                "a release must be whole: put a copy there, or leave it out with .dockerignore");
        File.CreateSymbolicLink(to, target);
    }

    /// <summary>A file, or all that is in a folder; links to folders are not followed.</summary>
    private static IEnumerable<string> Included(ServiceSpec service, string context, string part)
    {
        var path = Path.GetFullPath(part, context);
        if (File.Exists(path)) return [Path.GetRelativePath(context, path)];
        return Directory.Exists(path)
            ? Below(path).Select(file => Path.GetRelativePath(context, file))
            : throw new EngineException(Failure.GateFailed, $"services.{service.Name} includes {part}, which is not in {context}",
                "make it before the build (npm ci, a bundler), or take it out of include");
    }

    private static IEnumerable<string> Below(string folder) => new DirectoryInfo(folder).EnumerateFileSystemInfos().SelectMany(entry =>
        entry is DirectoryInfo { LinkTarget: null } ? Below(entry.FullName) : [entry.FullName]);

    private static bool Exists(string path) => new FileInfo(path).LinkTarget is not null || Path.Exists(path);

    private bool IsState(string file) => file.StartsWith(state + Path.DirectorySeparatorChar, StringComparison.Ordinal);
}
