using System.Net.NetworkInformation;
using ChainBridge.DeployRunner.Manifest;
using ChainBridge.DeployRunner.Releases;
using ChainBridge.LocalServers;

namespace ChainBridge.DeployRunner.Targets.Process;

/// <summary>Published builds as processes of this machine, beside an edge and accessories that are processes too. Needs no Docker.</summary>
public sealed class ProcessTarget : ITarget
{
    private readonly DeploymentManifest _manifest;
    private readonly EnvironmentSpec _environment;
    private readonly TimeProvider _time;
    private readonly ProcessFiles _files;
    private readonly AccessoryServers _accessories;
    private readonly EdgeServer _edge;
    private readonly SlotServices _slots;

    /// <summary>Touches nothing yet.</summary>
    public ProcessTarget(DeploymentManifest manifest, EnvironmentSpec environment, TimeProvider time)
    {
        (_manifest, _environment, _time) = (manifest, environment, time);
        _files = new(environment.StateDirectory);
        _accessories = new(_files, time);
        _edge = new(_files, environment, time);
        _slots = new(manifest, environment, _files, _accessories, time);
    }

    /// <inheritdoc/>
    public string Description => "processes on this machine";

    /// <inheritdoc/>
    public Task EnsureReachableAsync(CancellationToken cancellationToken)
    {
        try
        {
            ServerPrograms.PostgresFolder();
            ServerPrograms.RedisServer();
            return Task.CompletedTask;
        }
        catch (ServerNotFoundException missing)
        {
            throw new RunnerException(ExitCode.TargetUnreachable, missing.Message, "install it (eng/native-servers.sh does), then try again", missing);
        }
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<string>> PreflightAsync(CancellationToken cancellationToken)
    {
        var taken = _environment.Port != 0 && _edge.Known is not { Process.Running: true }
            && IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners().Any(listener => listener.Port == _environment.Port);
        return Task.FromResult<IReadOnlyList<string>>(taken ? [$"port {_environment.Port} of the public door is taken by another program (ss -ltnp sport = :{_environment.Port} names it)"] : []);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyDictionary<string, Artifact>> BuildAsync(BuildRequest request, IProgress<string> progress, CancellationToken cancellationToken)
    {
        var build = new PublishedBuild(_manifest, _files.State);
        var built = new Dictionary<string, Artifact>(StringComparer.Ordinal);
        // One after the other: the services share projects, and two builds of one project would meet in its folder.
        foreach (var service in _manifest.Services.Values.Where(service => request.Only.Count == 0 || request.Only.Contains(service.Name)))
            built[service.Name] = await build.MakeAsync(service, request, progress, cancellationToken);
        return built;
    }

    /// <inheritdoc/>
    public async Task PrepareAsync(FencingToken token, CancellationToken cancellationToken)
    {
        await _accessories.EnsureAsync(cancellationToken);
        await _edge.EnsureAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<RunOnceOutcome> RunOnceAsync(FencingToken token, Release release, string service, IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        var spec = release.Services[service];
        var folder = Path.Combine(_files.State, release.Artifacts[service].Location);
        var variables = _slots.Variables(spec, release, await _accessories.EnsureAsync(cancellationToken), []);
        var ended = await Shell.RunAsync(["dotnet", Path.Combine(folder, _slots.Program(spec)), .. arguments], folder, TimeSpan.FromMinutes(5), ExitCode.RolledBack, cancellationToken,
            mayFail: true, variables.ToDictionary(variable => variable.Key, variable => (string?)variable.Value));
        return new(ended.ExitCode, ended.StandardOutput, ended.StandardError);
    }

    /// <inheritdoc/>
    public async Task StartSlotAsync(FencingToken token, Slot slot, Release release, CancellationToken cancellationToken)
    {
        await _slots.StartAsync(slot, release, cancellationToken);
        using var edge = new EdgeClient((await _edge.EnsureAsync(cancellationToken)).Admin);
        await edge.PlaceAsync(slot, Public(slot)!, token, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<RunningService>> InspectAsync(Slot slot, CancellationToken cancellationToken)
    {
        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(5) };
        var found = new List<RunningService>();
        foreach (var service in _slots.In(slot).Where(service => service.Process.Running))
        {
            // Where the process really stands, not where the record says it was started.
            var folder = new FileInfo($"/proc/{service.Process.Id}/cwd").LinkTarget ?? service.Folder;
            var healthy = await SlotServices.HealthyAsync(client, new Uri(service.Address, _manifest.Services[service.Name].HealthPath), cancellationToken);
            found.Add(new(service.Name, service.Version, PublishedBuild.Digest(folder), healthy, service.Since));
        }

        return found;
    }

    /// <inheritdoc/>
    public Task<Uri?> CandidateAddressAsync(Slot slot, CancellationToken cancellationToken) => Task.FromResult(Public(slot));

    /// <inheritdoc/>
    public async Task<Uri> PublicAddressAsync(CancellationToken cancellationToken) => _edge.Known?.Public ?? (await _edge.EnsureAsync(cancellationToken)).Public;

    /// <inheritdoc/>
    public async Task<Slot?> ActiveSlotAsync(CancellationToken cancellationToken)
    {
        if (_edge.Known is not { } known) return null;
        using var edge = new EdgeClient(known.Admin);
        return await edge.ActiveAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public async Task SwitchAsync(FencingToken token, Slot slot, CancellationToken cancellationToken)
    {
        using var edge = new EdgeClient((await _edge.EnsureAsync(cancellationToken)).Admin);
        await edge.SwitchAsync(slot, token, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<int> DrainAsync(Slot slot, TimeSpan deadline, CancellationToken cancellationToken)
    {
        using var edge = new EdgeClient((await _edge.EnsureAsync(cancellationToken)).Admin);
        var began = _time.GetTimestamp();
        while (true)
        {
            var left = await edge.InFlightAsync(slot, cancellationToken);
            if (left == 0 || _time.GetElapsedTime(began) > deadline) return left;
            await Task.Delay(TimeSpan.FromMilliseconds(20), _time, cancellationToken);
        }
    }

    /// <inheritdoc/>
    public Task StopSlotAsync(FencingToken token, Slot slot, CancellationToken cancellationToken) => _slots.StopAsync(slot, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyDictionary<string, IReadOnlyList<string>>> LogsAsync(Slot slot, int lines, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyDictionary<string, IReadOnlyList<string>>>(_slots.In(slot).ToDictionary(service => service.Name,
            IReadOnlyList<string> (service) => [.. SlotServices.Lines(_files.Log($"{EdgeClient.Name(slot)}-{service.Name}")).TakeLast(lines)]));

    /// <inheritdoc/>
    public Task RetainAsync(FencingToken token, IReadOnlyCollection<Release> keep, IReadOnlyCollection<Release> drop, CancellationToken cancellationToken)
    {
        var kept = keep.SelectMany(release => release.Artifacts.Values).Select(artifact => artifact.Location).ToHashSet();
        foreach (var location in drop.SelectMany(release => release.Artifacts.Values).Select(artifact => artifact.Location).Where(location => !kept.Contains(location)))
            if (Directory.Exists(Path.Combine(_files.State, location))) Directory.Delete(Path.Combine(_files.State, location), recursive: true);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task DownAsync(FencingToken token, bool removeData, CancellationToken cancellationToken)
    {
        foreach (var slot in Enum.GetValues<Slot>()) await _slots.StopAsync(slot, cancellationToken);
        await _edge.DownAsync(cancellationToken);
        await _accessories.DownAsync(removeData, cancellationToken);
        if (removeData) _files.Forget();
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Describe(PlannedStep step) => step.Kind switch
    {
        StepKind.Build => [.. _manifest.Services.Values.Select(service => $"dotnet publish {service.ProjectFile} -c Release -o builds/{step.Version}/{service.Name}")],
        StepKind.StartSlot => [.. _manifest.Services.Keys.Select(name => $"start builds/{step.Version}/{name} in {step.Slot}")],
        StepKind.Prepare => ["start postgres, redis-server and the edge, where they do not run"],
        StepKind.Switch => [$"PUT /active {step.Slot} on the edge"],
        StepKind.StopSlot => [$"SIGTERM, then SIGKILL, to the services in {step.Slot}"],
        _ => [],
    };

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private Uri? Public(Slot slot) => _slots.In(slot).FirstOrDefault(service => _manifest.Services[service.Name].Public && service.Process.Running)?.Address;
}
