using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using ChainBridge.Engine.Hosts;
using ChainBridge.Engine.Manifest;
using ChainBridge.Engine.Model;

namespace ChainBridge.Engine.State;

/// <summary>The releases a target knows, one immutable file each: <c>releases/VERSION/release.json</c>.</summary>
/// <param name="files">Of the host that the environment lives on.</param>
public sealed class ReleaseStore(IHostFiles files, string stateDirectory)
{
    private readonly string _folder = Path.Combine(stateDirectory, "releases");

    /// <summary>Read before: a release never changes, and to read one costs a way to the host and back.</summary>
    private readonly ConcurrentDictionary<string, Release> _known = new(StringComparer.Ordinal);

    /// <summary>
    /// Records a release. Recording the same content again answers the first record, and only adds to it what was left out this time.
    /// </summary>
    /// <exception cref="EngineException"><see cref="Failure.Refused"/>: the version exists with other content.</exception>
    public Release Save(Release release)
    {
        // Not the one read before: another runner may have added to it what it left out.
        if (VersionName.IsValid(release.Version) && Of(release.Version, files.Read(PathOf(release.Version))) is { } existing)
        {
            if (!Same(existing, release))
                throw new EngineException(Failure.Refused,
                    $"the release {release.Version} was recorded at {existing.CreatedAt:u} "
                        + $"with other content ({Difference(existing, release)}); a release never changes",
                    "commit the change, or name this one with --version");
            if (!release.Skipped.Except(existing.Skipped).Any()) return existing;
            release = existing with { Skipped = [.. existing.Skipped.Union(release.Skipped).Order(StringComparer.Ordinal)] };
        }

        files.Write(PathOf(release.Version), ReleaseText.Of(release), DurableFile.OwnerOnly);
        return _known[release.Version] = release;
    }

    /// <summary>The release of that version, or null.</summary>
    /// <exception cref="EngineException"><see cref="Failure.PersonNeeded"/>: its record is unreadable.</exception>
    public Release? Find(string version)
    {
        if (!VersionName.IsValid(version)) return null;
        return _known.TryGetValue(version, out var known) ? known : Of(version, files.Read(PathOf(version)));
    }

    private Release? Of(string version, string? text)
    {
        if (Read(PathOf(version), text, ReleaseText.Read) is not { } release) return null;
        return release is { Artifacts: not null, Services: not null } ? _known[version] = release : throw Unreadable(PathOf(version), null);
    }

    /// <summary>Whether there is a record of that version, readable or not.</summary>
    public bool Has(string version) =>
        VersionName.IsValid(version) && (_known.ContainsKey(version) || files.Exists(PathOf(version)));

    /// <summary>Every release recorded, newest first.</summary>
    public IReadOnlyList<Release> All()
    {
        var versions = files.Folders(_folder).Where(VersionName.IsValid).ToList();
        var unknown = versions.Where(version => !_known.ContainsKey(version)).ToList();
        foreach (var (version, text) in unknown.Zip(files.ReadEach([.. unknown.Select(PathOf)]))) Of(version, text);
        return [.. versions.Select(version => _known.GetValueOrDefault(version)).OfType<Release>()
            .OrderByDescending(release => release.CreatedAt)];
    }

    /// <summary>Records what the release is proved by, for the day it must serve again.</summary>
    public void SaveGates(string version, ReleaseGates gates) =>
        files.Write(GatesPath(version), JsonSerializer.Serialize(gates, ReleaseJson.Default.ReleaseGates));

    /// <summary>What the release is proved by; null when nothing was recorded.</summary>
    /// <exception cref="EngineException"><see cref="Failure.PersonNeeded"/>: the record is unreadable.</exception>
    public ReleaseGates? GatesOf(string version) => Read(GatesPath(version), Of(ReleaseJson.Default.ReleaseGates)) is { } gates
        ? gates is { Smoke: { Probes: not null, Commands: not null }, Observe: not null }
            ? gates
            : throw Unreadable(GatesPath(version), null)
        : null;

    /// <summary>
    /// The probes an earlier runner, which recorded nothing else of the gates, kept of the release; empty when there are none.
    /// </summary>
    /// <exception cref="EngineException"><see cref="Failure.PersonNeeded"/>: the record is unreadable.</exception>
    public IReadOnlyList<ProbeSpec> ProbesOf(string version) =>
        Read(ProbesPath(version), Of(ReleaseJson.Default.IReadOnlyListProbeSpec)) ?? [];

    /// <summary>Forgets releases that are no longer kept.</summary>
    public void Remove(IEnumerable<string> versions) => files.Change(changes =>
    {
        foreach (var version in versions)
        {
            _known.TryRemove(version, out _);
            foreach (var file in new[] { PathOf(version), GatesPath(version), ProbesPath(version) }) changes.Delete(file);
            changes.DeleteFolder(Path.GetDirectoryName(PathOf(version))!, onlyEmpty: true);
        }
    });

    private string PathOf(string version) => Path.Combine(_folder, version, "release.json");

    private string GatesPath(string version) => Path.Combine(_folder, version, "gates.json");

    private string ProbesPath(string version) => Path.Combine(_folder, version, "smoke.json");

    private static Func<string, T?> Of<T>(JsonTypeInfo<T> type) => text => JsonSerializer.Deserialize(text, type);

    private T? Read<T>(string path, Func<string, T?> parse) where T : class => Read(path, files.Read(path), parse);

    private static T? Read<T>(string path, string? text, Func<string, T?> parse) where T : class
    {
        if (text is null) return null;
        try
        {
            return parse(text) ?? throw Unreadable(path, null);
        }
        catch (JsonException broken)
        {
            throw Unreadable(path, broken);
        }
    }

    private static EngineException Unreadable(string path, Exception? inner) =>
        new(Failure.PersonNeeded, $"the release record {path} is unreadable: {inner?.Message ?? "it holds no release"}",
            "restore it from a backup, or remove its folder", inner);

    private static bool Same(Release left, Release right) => Difference(left, right).Length == 0;

    private static string Difference(Release old, Release now)
    {
        var differences = now.Artifacts
            .Where(artifact => !old.Artifacts.TryGetValue(artifact.Key, out var before) || before.Digest != artifact.Value.Digest)
            .Select(artifact => $"the digest of {artifact.Key}").ToList();
        differences.AddRange(old.Artifacts.Keys.Except(now.Artifacts.Keys).Select(name => $"{name} is gone"));
        if (old.Commit != now.Commit) differences.Add("the commit");
        if (old.ComposeHash != now.ComposeHash) differences.Add("the compose file");
        if (old.ConfigurationHash != now.ConfigurationHash) differences.Add("the configuration");
        return string.Join(", ", differences);
    }
}
