namespace ChainBridge.Engine.Model;

/// <summary>
/// What is deployed and what is rolled back to: the whole set, never one service of it. Immutable once recorded.
/// </summary>
/// <param name="Version">E.g. <c>staging-20261124-1a2b3c4</c>.</param>
/// <param name="Commit">Full commit id the builds were made from.</param>
/// <param name="Artifacts">
/// Service name → what runs, by digest; those among them that run once per release are not in <paramref name="Services"/>.
/// </param>
/// <param name="Services">
/// Service name → how it is run, as the manifest said when the release was made, so that going back brings back the configuration too.
/// Values of secrets are left out; they come from today's manifest.
/// </param>
/// <param name="ComposeFile">
/// The team's compose file as Compose resolved it when the release was made (anchors, <c>extends</c>, <c>include</c>, <c>env_file</c> and
/// variables filled in), secrets as names only; null on targets without one.
/// </param>
/// <param name="ComposeHash">SHA-256 of <paramref name="ComposeFile"/>, hex; empty on targets without one.</param>
/// <param name="ConfigurationHash">
/// SHA-256 over the environment's configuration (services' environment, variables), hex; secrets enter only as their names.
/// </param>
/// <param name="MigrationsReversible">Whether every migration this release would apply can be undone.</param>
public sealed record Release(
    string Version,
    string Commit,
    IReadOnlyDictionary<string, Artifact> Artifacts,
    IReadOnlyDictionary<string, ServiceSpec> Services,
    string? ComposeFile,
    string ComposeHash,
    string ConfigurationHash,
    bool MigrationsReversible,
    string CreatedBy,
    DateTimeOffset CreatedAt)
{
    private readonly IReadOnlyList<DoorSpec>? _doors;

    /// <summary>
    /// Which service is behind each door, the first door first. A record of an earlier runner has one door, to its public service.
    /// </summary>
    public IReadOnlyList<DoorSpec> Doors
    {
        get => _doors ?? [.. Services.Values.Where(service => service.Public).Take(1)
            .Select(service => new DoorSpec(DoorSpec.Default, service.Name, service.Port))];
        init => _doors = value;
    }
}

/// <summary>One built service.</summary>
/// <param name="Digest"><c>sha256:…</c>: the image's digest, or of a published build the digest over its files.</param>
/// <param name="Location">Where the target finds it: an image reference, or a folder relative to the state directory.</param>
/// <param name="Bytes">Size of the image or folder.</param>
public sealed record Artifact(string Digest, string Location, long Bytes);
