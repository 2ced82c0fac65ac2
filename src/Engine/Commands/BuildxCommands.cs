namespace ChainBridge.Engine.Commands;

/// <summary>What is asked of <c>docker buildx</c>, as argument lists. Its progress is on the error output.</summary>
internal static class BuildxCommands
{
    /// <summary>A builder: its driver and nodes, as lines.</summary>
    /// <param name="name">Null for the one in use.</param>
    public static Command Inspect(string? name) =>
        Command.Ask("docker", ["buildx", "inspect", .. name is null ? Array.Empty<string>() : [name]]) with
        {
            Timeout = DockerCommands.Patience,
        };

    /// <summary>Builds one image. What it made is in the metadata file.</summary>
    public static Command Build(ImageBuild build) => Command.Of("docker",
    [
        "buildx", "build", .. Options(build.With), "--progress", "plain", "--metadata-file", build.MetadataFile,
        .. build.With.Platforms.Count == 0 ? [] : new[] { "--platform", string.Join(',', build.With.Platforms) },
        .. build.With.CacheFrom.SelectMany(cache => new[] { "--cache-from", cache }),
        .. build.With.CacheTo.SelectMany(cache => new[] { "--cache-to", cache }),
        .. build.Tags.SelectMany(tag => new[] { "--tag", tag }),
        .. build.Labels.SelectMany(label => new[] { "--label", $"{label.Key}={label.Value}" }),
        // Names only: the values, which may be secrets, are taken from the environment.
        .. build.Arguments.Keys.SelectMany(name => new[] { "--build-arg", name }),
        .. build.NoCache ? ["--no-cache"] : Array.Empty<string>(),
        "--file", build.Dockerfile, build.Context,
    ]) with { Variables = DockerCommands.Values(build.Arguments), Timeout = TimeSpan.FromMinutes(15) };

    /// <summary>
    /// Builds these services of a compose file. Platforms and caches stand in the file, for each service its own; what they made is in the
    /// metadata file, by service.
    /// </summary>
    /// <param name="folder">Where relative paths begin.</param>
    public static Command Bake(
        string folder, string file, IEnumerable<string> services, BuildxOptions with, bool noCache, string metadataFile) =>
        Command.Of("docker",
        [
            "buildx", "bake", .. Options(with), "--progress", "plain", "--metadata-file", metadataFile,
            .. noCache ? ["--no-cache"] : Array.Empty<string>(), "--file", file, .. services,
        ]) with
        {
            Folder = folder,
            // Later versions ask at a terminal whether the folders that the file names may be read.
            Variables = new Dictionary<string, string?> { ["BUILDX_BAKE_ENTITLEMENTS_FS"] = "0" },
            Timeout = TimeSpan.FromMinutes(30),
        };

    private static IEnumerable<string> Options(BuildxOptions with) =>
    [
        .. with.Builder is null ? [] : new[] { "--builder", with.Builder },
        with.Push ? "--push" : "--load",
        // What buildx attaches by itself has the time of the build in it: each build of the same files would have another id.
        $"--provenance={(with.Provenance is { } provenance ? $"mode={provenance}" : "false")}",
        .. with.Sbom is { } sbom ? [$"--sbom={sbom}"] : Array.Empty<string>(),
    ];
}

/// <summary>One image to build.</summary>
/// <param name="Arguments">Build arguments; their values travel in the environment.</param>
/// <param name="MetadataFile">Gets what was made: full path.</param>
internal sealed record ImageBuild(
    string Context, string Dockerfile, IReadOnlyList<string> Tags, IReadOnlyDictionary<string, string> Arguments,
    IReadOnlyDictionary<string, string> Labels, bool NoCache, BuildxOptions With, string MetadataFile);

/// <summary>How buildx builds.</summary>
/// <param name="Builder">Null for the one in use.</param>
/// <param name="Push">Straight to a registry, instead of into the engine's own store.</param>
/// <param name="Sbom"><c>true</c> or <c>generator=IMAGE</c>; null for none.</param>
/// <param name="Provenance"><c>min</c> or <c>max</c>; null for none.</param>
internal sealed record BuildxOptions(string? Builder, bool Push, IReadOnlyList<string> Platforms, IReadOnlyList<string> CacheFrom,
    IReadOnlyList<string> CacheTo, string? Sbom, string? Provenance)
{
    /// <summary>Into the engine's own store, with nothing attached.</summary>
    public static BuildxOptions Plain { get; } = new(null, false, [], [], [], null, null);
}
