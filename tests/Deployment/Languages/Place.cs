using ChainBridge.Engine.Hosts;
using ChainBridge.Engine.Manifest;
using ChainBridge.Engine.Model;
using ChainBridge.Engine.Platforms;
using ChainBridge.Engine.Platforms.Process;
using ChainBridge.Engine.Secrets;
using ChainBridge.Tests.Deployment.Harness;
using Xunit;

namespace ChainBridge.Tests.Deployment.Languages;

/// <summary>A repository with one service that is a command, and its releases on the process target.</summary>
internal sealed class Place : IAsyncDisposable
{
    private static readonly FencingToken First = new(1);
    private readonly ProcessPlatform _platform;
    private readonly DeploymentManifest _manifest;

    private Place(string folder, DeploymentManifest manifest)
    {
        (Folder, _manifest) = (folder, manifest);
        _platform = new(manifest, manifest.Environments["staging"], new LocalHost(new LocalExecutor(TimeProvider.System)),
            Redactor.FromEnvironment(new Dictionary<string, string>(), _ => null), TimeProvider.System);
    }

    public string Folder { get; }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static async Task<Place> MakeAsync(string file, string program, string run, string readyTimeout = "90s")
    {
        var folder = await FolderAsync((file, program));
        return new(folder, Read(folder, $$"""
            project: words
            services:
              web: { image: words/web, run: {{run}}, public: true, health: / }
            gates:
              smoke: { probes: [ { path: / } ] }
            environments:
              staging: { target: process, port: 0, readyTimeout: {{readyTimeout}} }
            """));
    }

    /// <summary>One whose services, Redis and PostgreSQL stand in a compose file.</summary>
    public static async Task<Place> OfComposeAsync(string compose, string manifest, params (string File, string Text)[] files)
    {
        var folder = await FolderAsync([("compose.yml", compose), .. files]);
        var (filled, problems) =
            new TeamComposeFile(Read(folder, manifest), Path.Combine(folder, "compose.yml"), _ => null).ServicesAsProcesses();
        return problems.Count == 0 ? new(folder, filled) : throw new InvalidOperationException(string.Join('\n', problems));
    }

    private static async Task<string> FolderAsync(params (string File, string Text)[] files)
    {
        var folder = Directory.CreateTempSubdirectory("cb-run-").FullName;
        foreach (var (file, text) in files.Append(("page.txt", "one")).Append((".gitignore", ".chainbridge/\n")))
            await File.WriteAllTextAsync(Path.Combine(folder, file), text, Stop);
        await Shell.RunAsync(folder, Stop, "git", "init", "-q");
        return folder;
    }

    private static DeploymentManifest Read(string folder, string text)
    {
        var reading = ManifestReader.Parse(text, "chainbridge.yml", Path.Combine(folder, "chainbridge.yml"), _ => null);
        return reading.Manifest ?? throw new InvalidOperationException(string.Join('\n', reading.Problems));
    }

    /// <summary>Starts what releases share.</summary>
    public Task PrepareAsync() => _platform.PrepareAsync(First, Stop);

    /// <summary>Builds what is in the folder now.</summary>
    public async Task<Release> ReleaseAsync(string version, string page)
    {
        await File.WriteAllTextAsync(Path.Combine(Folder, "page.txt"), page, Stop);
        var artifacts = await _platform.BuildAsync(
            new(version, "abc", Clean: false, Force: false, []), new Progress<BuildProgress>(), Stop);
        return Record(version, artifacts);
    }

    public Task StartAsync(Slot slot, Release release) => _platform.StartSlotAsync(First, slot, release, Stop);

    public async Task<Uri?> AddressAsync(Slot slot) =>
        (await _platform.CandidateDoorsAsync(slot, Record("any", new Dictionary<string, Artifact>()), Stop)).FirstOrDefault()?.Address;

    public async Task<RunningService?> InspectAsync(Slot slot) => (await _platform.InspectAsync(slot, Stop)).SingleOrDefault();

    private Release Record(string version, IReadOnlyDictionary<string, Artifact> artifacts) =>
        new(version, "abc", artifacts, _manifest.Services, null, true, "ann", DateTimeOffset.UnixEpoch) { Doors = _manifest.Doors };

    public async Task<string?> PageAsync(Slot slot)
    {
        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(5) };
        try
        {
            return await AddressAsync(slot) is { } address ? await client.GetStringAsync(address, Stop) : null;
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    /// <summary>Kills what listens, as a crash would.</summary>
    public async Task KillAsync(Slot slot)
    {
        using var supervisor = new ChainBridge.Engine.Platforms.Process.Supervisor(
            _manifest.Environments["staging"].StateDirectory, TimeProvider.System);
        (await supervisor.UnitsAsync(Stop)).Single(unit => unit.Name == $"{slot.Name()}-web").Process!.Signal(9);
    }

    public async ValueTask DisposeAsync()
    {
        await _platform.DownAsync(new FencingToken(long.MaxValue), removeData: true, CancellationToken.None);
        await _platform.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }
}
