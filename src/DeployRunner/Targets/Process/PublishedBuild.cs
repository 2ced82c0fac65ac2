using System.Security.Cryptography;
using System.Text;
using ChainBridge.DeployRunner.Manifest;
using ChainBridge.DeployRunner.Releases;

namespace ChainBridge.DeployRunner.Targets.Process;

/// <summary>Publishes services into folders named by version, and tells what a folder holds by digest.</summary>
internal sealed class PublishedBuild(DeploymentManifest manifest, string state)
{
    public async Task<Artifact> MakeAsync(ServiceSpec service, BuildRequest request, IProgress<string> progress, CancellationToken cancellationToken)
    {
        var location = Path.Combine("builds", request.Version, service.Name);
        var folder = Path.Combine(state, location);
        if (Directory.Exists(folder) && request is { Clean: true, Force: false })
        {
            progress.Report($"{service.Name}: built before, reused");
            return Describe(folder, location);
        }

        var half = folder + ".half";
        foreach (var old in new[] { half, folder }) if (Directory.Exists(old)) Directory.Delete(old, recursive: true);
        progress.Report($"{service.Name}: publishing");
        var project = service.ProjectFile ?? throw new RunnerException(ExitCode.Usage, $"services.{service.Name} has no projectFile", "the process target publishes it: add projectFile");
        await Shell.RunAsync(["dotnet", "publish", project, "-c", "Release", "-o", half, "--nologo", "-v", "quiet", $"-p:InformationalVersion={request.Version}", $"-p:SourceRevisionId={request.Commit}"],
            manifest.Root, TimeSpan.FromMinutes(5), ExitCode.GateFailed, cancellationToken);
        Directory.Move(half, folder);
        return Describe(folder, location);
    }

    /// <summary>SHA-256 over every file's path and content, in order.</summary>
    public static string Digest(string folder)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var file in Files(folder))
        {
            hash.AppendData(Encoding.UTF8.GetBytes(Path.GetRelativePath(folder, file) + "\n"));
            using var stream = File.OpenRead(file);
            hash.AppendData(SHA256.HashData(stream));
        }

        return $"sha256:{Convert.ToHexStringLower(hash.GetHashAndReset())}";
    }

    private static Artifact Describe(string folder, string location) => new(Digest(folder), location, Files(folder).Sum(file => new FileInfo(file).Length));

    private static IEnumerable<string> Files(string folder) => Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal);
}
