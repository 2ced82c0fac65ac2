using System.Security.Cryptography;
using System.Text;

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
/// Service name → how it is run, as the manifest had it when the release was made, so that going back brings back the configuration too.
/// Values of secrets are left out; they come from today's manifest.
/// </param>
/// <param name="ComposeFile">
/// The team's compose file as Compose resolved it when the release was made (anchors, <c>extends</c>, <c>include</c>, <c>env_file</c> and
/// variables filled in), secrets as names only; null on targets without one.
/// </param>
/// <param name="MigrationsReversible">Whether every migration this release would apply can be undone.</param>
public sealed record Release(
    string Version,
    string Commit,
    IReadOnlyDictionary<string, Artifact> Artifacts,
    IReadOnlyDictionary<string, ServiceSpec> Services,
    string? ComposeFile,
    bool MigrationsReversible,
    string CreatedBy,
    DateTimeOffset CreatedAt)
{
    /// <summary>In <see cref="Skipped"/>: deployed without its preflight checks.</summary>
    public const string SkippedPreflight = "preflight";

    /// <summary>In <see cref="Skipped"/>: deployed without the integration gate.</summary>
    public const string SkippedTests = "tests";

    private readonly IReadOnlyList<DoorSpec>? _doors;

    /// <summary>What was left out in a deployment of it, by command: an entry is added and never taken away.</summary>
    public IReadOnlyList<string> Skipped
    {
        get => field ?? [];
        init;
    }

    /// <summary>The same for people, to put behind its version; empty when nothing was left out.</summary>
    public string SkippedInWords() =>
        Skipped.Count == 0 ? "" : $" (deployed with {string.Join(", ", Skipped.Select(what => $"--skip-{what}"))})";

    /// <summary>SHA-256 of <see cref="ComposeFile"/>, hex; empty on targets without one.</summary>
    public string ComposeHash => ComposeFile is null ? "" : Hash(ComposeFile);

    /// <summary>SHA-256 over the recorded environment of every service, hex; secrets enter only as their names.</summary>
    public string ConfigurationHash => Hash(string.Join('\n',
        Services.Values.SelectMany(service => service.Environment.Select(setting => $"{service.Name}\0{setting.Key}\0{setting.Value}"))
            .Order(StringComparer.Ordinal)));

    /// <summary>
    /// Which service is behind each door, the first door first. A record of an earlier runner has one door, to its public service.
    /// </summary>
    public IReadOnlyList<DoorSpec> Doors
    {
        get => _doors ?? [.. Services.Values.Where(service => service.Public).Take(1)
            .Select(service => new DoorSpec(DoorSpec.Default, service.Name, service.Port))];
        init => _doors = value;
    }

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}

/// <summary>One built service.</summary>
/// <param name="Digest"><c>sha256:…</c>: the image's digest, or of a published build the digest over its files.</param>
/// <param name="Location">Where the target finds it: an image reference, or a folder relative to the state directory.</param>
/// <param name="Bytes">Size of the image or folder.</param>
public sealed record Artifact(string Digest, string Location, long Bytes)
{
    /// <summary>Where a registry has it, by the digest there; null for what was built into an engine or a folder.</summary>
    [System.Text.Json.Serialization.JsonIgnore(Condition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull)]
    public string? Remote { get; init; }
}
