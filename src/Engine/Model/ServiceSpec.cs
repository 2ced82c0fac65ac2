namespace ChainBridge.Engine.Model;

/// <summary>One service of the release. Its name is its key in the manifest.</summary>
/// <param name="Build">Where its program comes from.</param>
/// <param name="Port">The port the service listens on inside its container; 0 for one that listens nowhere. Default 8080.</param>
/// <param name="Ready">How it is known to be ready.</param>
/// <param name="VersionPath">Answers JSON with <c>version</c> and <c>commit</c>. Default <c>/version</c></param>
/// <param name="DependsOn">Services that must be ready first.</param>
/// <param name="Environment">Environment of the service; values may hold <c>${{ … }}</c> references to what only the target knows.</param>
/// <param name="Migrate">How its database moves, or null when it has none.</param>
public sealed record ServiceSpec(
    string Name,
    BuildSpec Build,
    int Port,
    ReadySpec Ready,
    string VersionPath,
    IReadOnlyList<string> DependsOn,
    IReadOnlyDictionary<string, string> Environment,
    MigrateSpec? Migrate)
{
    /// <summary>
    /// The host name that health checks, and the probes that name none, send; for a service that answers only to its own name. Null for
    /// the address that is asked.
    /// </summary>
    public string? Host { get; init; }

    /// <summary>
    /// Whether the one door of a manifest without <c>doors</c> leads here. Which services are behind doors is
    /// <see cref="Release.Doors"/>.
    /// </summary>
    public bool Public { get; init; }

    /// <summary>The manifest names the version route: what it answers must agree with the release.</summary>
    public bool StatesVersion { get; init; }

    /// <summary>
    /// It takes work from a queue by itself: it runs in one slot at a time, and begins only when the old release's has stopped.
    /// </summary>
    public bool Worker { get; init; }
}

/// <summary>Where the program of a service comes from.</summary>
/// <param name="Image">Repository part of the image name, without a tag: tags are the runner's.</param>
/// <param name="Context">Build context, relative to the manifest. Default <c>.</c></param>
/// <param name="Dockerfile">Relative to the manifest.</param>
/// <param name="BuildArgs">Build arguments for the Dockerfile.</param>
/// <param name="ProjectFile">
/// .NET project published for the process target, relative to the manifest; null when the service only runs as a container.
/// </param>
public sealed record BuildSpec(
    string Image, string Context, string Dockerfile, IReadOnlyDictionary<string, string> BuildArgs, string? ProjectFile)
{
    /// <summary>
    /// The command that the process target runs in a copy of the context, in any language; null for a published project.
    /// <c>{port}</c> in it stands for the port that is offered in <c>PORT</c>.
    /// </summary>
    public IReadOnlyList<string>? Run { get; init; }

    /// <summary>What belongs to that copy though git ignores it: files and folders, relative to the context.</summary>
    public IReadOnlyList<string> Include { get; init; } = [];

    /// <summary>The image is taken as it is, and not built.</summary>
    public bool Pulled { get; init; }
}

/// <summary>How a service is known to be ready.</summary>
/// <param name="HealthPath">
/// Answers 200 only when the service can work. Default <c>/health</c> in a manifest that lists its services; null for a service without.
/// </param>
/// <param name="Steady">
/// How long a service without health check and health route must run without a restart before it counts as ready.
/// </param>
public sealed record ReadySpec(string? HealthPath, TimeSpan Steady)
{
    /// <summary>How long that is by default.</summary>
    public static TimeSpan UsualSteady { get; } = TimeSpan.FromSeconds(3);

    /// <summary>The compose file has a health check for it, which is asked before anything else.</summary>
    public bool Checked { get; init; }
}

/// <summary>
/// The arguments a service is run with, once, to move its database.
/// <c>Up</c> e.g. [migrate, up]; <c>Down</c> e.g. [migrate, down, --to, "{step}"] where {step} is the step to go back to;
/// <c>Status</c> e.g. [migrate, status], which prints one JSON object {"applied": 2, "latest": 3, "reversible": true}:
/// the newest step applied (0 for none), the newest step this release knows, and whether every step above
/// <c>applied</c> that this release knows has a down script.
/// </summary>
public sealed record MigrateSpec(IReadOnlyList<string> Up, IReadOnlyList<string>? Down, IReadOnlyList<string> Status);
