using ChainBridge.Engine.Commands;
using ChainBridge.Engine.Hosts;
using ChainBridge.Engine.Manifest;
using ChainBridge.Engine.Model;
using ChainBridge.Engine.Secrets;
using ChainBridge.Engine.Traffic;
using ChainBridge.LocalServers;
using ChainBridge.Machine.Supervision;

namespace ChainBridge.Engine.Platforms.Process;

/// <summary>
/// Published builds as processes of this machine, beside an edge and accessories that are processes too, all kept
/// running by a supervisor that outlives the runner. Needs no Docker.
/// </summary>
internal sealed class ProcessPlatform : IPlatform
{
    private readonly DeploymentManifest _manifest;
    private readonly EnvironmentSpec _environment;
    private readonly IHost _host;
    private readonly EdgeTraffic _traffic;
    private readonly TimeProvider _time;
    private readonly ProcessFiles _files;
    private readonly Supervisor _supervisor;
    private readonly AccessoryServers _accessories;
    private readonly EdgeServer _edge;
    private readonly IReadOnlyList<DoorSpec> _doors;
    private readonly SlotServices _slots;

    /// <summary>Touches nothing yet.</summary>
    public ProcessPlatform(DeploymentManifest manifest, EnvironmentSpec environment, IHost host, Redactor redactor, TimeProvider time)
    {
        (_manifest, _environment, _host, _time) = (manifest, environment, host, time);
        // What a compose file holds in itself or in files beside it is in no variable of the runner's.
        foreach (var (name, value) in manifest.Compose is null ? [] : manifest.Services.Values.SelectMany(service => service.Environment)
            .Concat(manifest.Accessories.Values.SelectMany(accessory => accessory.Settings)))
            redactor.LearnSetting(name, References.Fill(value, _ => ""), manifest.Project);
        _files = new(environment.StateDirectory);
        _supervisor = new(environment.StateDirectory, time);
        var secrets = new AccessorySecrets(host.Files, environment.StateDirectory, redactor, host.OnlyPlans);
        _accessories = new(_files, _supervisor, new LocalExecutor(time), secrets, manifest);
        _doors = manifest.DoorsIn(environment);
        _edge = new(_files, _doors, _supervisor, secrets);
        _slots = new(manifest, environment, host, _files, _accessories, _supervisor, time);
        _traffic = new(host, _edge, _doors, time);
    }

    /// <inheritdoc/>
    public ITraffic Traffic => _traffic;

    /// <inheritdoc/>
    public string Description => "processes on this machine";

    /// <inheritdoc/>
    public Task EnsureReachableAsync(CancellationToken cancellationToken)
    {
        if (_supervisor.Obstacle is { } obstacle)
            throw new EngineException(Failure.Unreachable, obstacle,
                $"choose a shorter environments.{_environment.Name}.stateDirectory");
        try
        {
            _accessories.MustBeInstalled();
            return Task.CompletedTask;
        }
        catch (ServerNotFoundException missing)
        {
            throw new EngineException(Failure.Unreachable, missing.Message,
                "install it, or take the accessory out of the manifest, then try again", missing);
        }
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<string>> PreflightAsync(CancellationToken cancellationToken) =>
    [
        .. await PortsAsync(cancellationToken),
        .. _doors.Where(door => door.ServicePort != _manifest.Services[door.Service].Port).Select(door => $"the door {door.Name} leads to "
            + $"port {door.ServicePort} inside {door.Service}, and a process gets one port from the runner (take 'to' out)"),
    ];

    /// <inheritdoc/>
    public async Task<IReadOnlyList<string>> PortsAsync(CancellationToken cancellationToken) =>
        [.. await _edge.RunsAsync(cancellationToken)
            ? OpenPorts.Missing(_doors, await _edge.PortsAsync(cancellationToken))
            : OpenPorts.Taken(_doors, OpenPorts.Listening())];

    /// <inheritdoc/>
    public Task<IReadOnlyDictionary<string, Artifact>> BuildAsync(
        BuildRequest request, IProgress<BuildProgress> progress, CancellationToken cancellationToken) =>
        new PublishedBuild(_manifest, _files.State, _host, _time)
            .MakeAsync([.. _manifest.Services.Values.Where(service => request.Only.Count == 0 || request.Only.Contains(service.Name))],
                request, progress, cancellationToken);

    /// <inheritdoc/>
    public Task<string?> ComposeProjectAsync(CancellationToken cancellationToken) => Task.FromResult<string?>(null);

    public async Task PrepareAsync(FencingToken token, CancellationToken cancellationToken)
    {
        await _host.ChangeAsync(_accessories.Names.Count == 0 ? "start the edge where it does not run"
                : $"start {string.Join(", ", _accessories.Names)} and the edge where they do not run",
            () => Task.WhenAll(_accessories.EnsureAsync(token, cancellationToken), _edge.EnsureAsync(token, cancellationToken)));
        // Before anything is started that could not be switched to.
        await _host.AfterwardsAsync(() => _traffic.DoorsAsync(slot: null, cancellationToken));
        await _traffic.LimitAsync(_manifest.Edge, token, cancellationToken);
        await _host.AfterwardsAsync(() => OnceRuns.EndAsync(_files.State, OnceRuns.Longest, _time, cancellationToken));
    }

    /// <inheritdoc/>
    public async Task<RunOnceOutcome> RunOnceAsync(
        FencingToken token, Release release, string service, IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        await _host.AfterwardsAsync(() => _accessories.EnsureAsync(token, cancellationToken));
        var (spec, folder) = (release.Services[service], Path.Combine(_files.State, release.Artifacts[service].Location));
        var command = spec.Build.Run is { } run
            ? SlotServices.Filled(run, port: 0)
            : ["dotnet", await _host.AfterwardsAsync(() => Task.FromResult(SlotServices.Program(folder)),
                planned: Path.Combine(folder, PublishedBuild.ProgramOf(_manifest, service)))];
        var variables =
            await _host.AfterwardsAsync(() => Task.FromResult(_slots.Variables(spec, release, new Dictionary<string, Uri>())), planned: []);
        variables[OnceRuns.Mark] = _files.State;
        var ended = await _host.RunAsync(ServiceCommands.RunOnce(command, folder, arguments, MachineEnvironment.Only(variables)), null,
            cancellationToken);
        return new(ended.ExitCode, ended.Output, ended.Errors);
    }

    /// <inheritdoc/>
    public async Task StartSlotAsync(FencingToken token, Slot slot, Release release, CancellationToken cancellationToken)
    {
        await _slots.StartAsync(token, slot, release, cancellationToken);
        await _host.AfterwardsAsync(() => _edge.EnsureAsync(token, cancellationToken));
        await _traffic.PlaceAsync(slot, release, async () =>
        {
            var services = (await _slots.InAsync(slot, cancellationToken)).ToDictionary(service => service.Name);
            return door => services[door.Service].Address!;
        }, token, cancellationToken);
    }

    /// <inheritdoc/>
    /// <remarks>A process gets the addresses of what it calls at its start; the manifest's rules refuse the strategy.</remarks>
    public Task LayOutSlotAsync(FencingToken token, Slot slot, Release release, CancellationToken cancellationToken) =>
        throw new NotSupportedException("processes are not replaced one by one");

    /// <inheritdoc cref="LayOutSlotAsync"/>
    public Task MoveNamesAsync(FencingToken token, Slot slot, Release release, IReadOnlyCollection<string> services, Release beside,
        CancellationToken cancellationToken) => throw new NotSupportedException("processes are not replaced one by one");

    /// <inheritdoc/>
    public Task StartServicesAsync(
        FencingToken token, Slot slot, Release release, IReadOnlyCollection<string> services, CancellationToken cancellationToken) =>
        _slots.StartAsync(token, slot, release, services, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<KilledService>> StopServicesAsync(
        FencingToken token, Slot slot, IReadOnlyCollection<string> services, CancellationToken cancellationToken) =>
        _slots.StopAsync(token, slot, services, cancellationToken);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<string>> AliveAsync(Slot slot, CancellationToken cancellationToken) =>
        [.. (await _slots.InAsync(slot, cancellationToken)).Where(service => service.Unit.Phase != UnitPhase.Ended)
            .Select(service => service.Name)];

    /// <inheritdoc/>
    public async Task<IReadOnlyList<RunningService>> InspectAsync(Slot slot, CancellationToken cancellationToken)
    {
        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(5) };
        var found = new List<RunningService>();
        foreach (var service in await _slots.InAsync(slot, cancellationToken))
        {
            // Where the process really stands, not where it was told to.
            if (service.Unit.Process is not { Running: true } process
                || new FileInfo($"/proc/{process.Id}/cwd").LinkTarget is not { } folder) continue;
            bool? healthy = service.HealthPath.Length == 0 ? true : service.Address is { } address
                ? await new HttpHealth(client, service.HealthPath, service.Host).AskAsync(address, cancellationToken)
                : null;
            var digest = BuildFolder.Digest(BuildFolder.Around(_files.State, folder));
            found.Add(new(service.Name, service.Version, digest, healthy, service.Unit.Since, service.Unit.Restarts, service.Unit.LastEnd));
        }

        return found;
    }

    /// <inheritdoc/>
    public Task<string?> UnsupervisedAsync(CancellationToken cancellationToken) => _supervisor.AbsenceAsync(cancellationToken);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<DoorAddress>> CandidateDoorsAsync(Slot slot, Release release, CancellationToken cancellationToken)
    {
        var running = (await _slots.InAsync(slot, cancellationToken)).Where(service => service.Unit is { Process.Running: true })
            .ToDictionary(service => service.Name, service => service.Address);
        return [.. SlotDoors.Of(release, _doors).Where(door => running.GetValueOrDefault(door.Service) is not null)
            .Select(door => new DoorAddress(door.Name, running[door.Service]!, door.Path, door.Host))];
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyDictionary<string, ServiceAddress>> AddressesAsync(
        Slot slot, IReadOnlyCollection<string> services, CancellationToken cancellationToken) =>
        (await _slots.InAsync(slot, cancellationToken))
            .Where(service => services.Contains(service.Name) && service is { Unit.Process.Running: true, Address: not null })
            .ToDictionary(service => service.Name, service => new ServiceAddress(service.Address!, service.Address!));

    /// <inheritdoc/>
    public Task<IReadOnlyList<KilledService>> StopSlotAsync(FencingToken token, Slot slot, CancellationToken cancellationToken) =>
        _slots.StopAsync(token, slot, cancellationToken);

    /// <inheritdoc/>
    public async Task<IReadOnlyDictionary<string, IReadOnlyList<string>>> LogsAsync(
        Slot slot, int lines, CancellationToken cancellationToken) =>
        (await _slots.InAsync(slot, cancellationToken)).ToDictionary(service => service.Name,
            IReadOnlyList<string> (service) => [.. LogFile.Lines(_slots.Log(slot, service.Name)).TakeLast(lines)]);

    /// <inheritdoc/>
    public async Task RetainAsync(
        FencingToken token, IReadOnlyCollection<Release> keep, IReadOnlyCollection<Release> drop, CancellationToken cancellationToken)
    {
        await _host.AfterwardsAsync(() => _supervisor.FenceAsync(token, cancellationToken));
        var kept = keep.SelectMany(release => release.Artifacts.Values).Select(artifact => artifact.Location).ToHashSet();
        foreach (var folder in drop.SelectMany(release => release.Artifacts.Values).Select(artifact => artifact.Location)
            .Where(location => !kept.Contains(location))
            .Select(location => Path.Combine(_files.State, location)).Where(Directory.Exists))
            await _host.ChangeAsync($"remove {folder}", () =>
            {
                BuildFolder.Remove(folder);
                if (Path.GetDirectoryName(folder) is { } version && !Directory.EnumerateFileSystemEntries(version).Any())
                    Directory.Delete(version);
            });
    }

    /// <inheritdoc/>
    public async Task ForgetBuildsAsync(IReadOnlyCollection<Release> recorded, int newest, CancellationToken cancellationToken)
    {
        var builds = new DirectoryInfo(Path.Combine(_files.State, BuildFolder.Builds));
        if (!builds.Exists) return;
        // A release may have services of another version's build.
        var used = recorded.SelectMany(release => release.Artifacts.Values)
            .Select(artifact => Path.GetFileName(Path.GetDirectoryName(artifact.Location))).ToHashSet();
        foreach (var old in builds.GetDirectories().Where(folder => !used.Contains(folder.Name))
            .OrderByDescending(folder => folder.LastWriteTimeUtc).Skip(newest))
            await _host.ChangeAsync($"remove {old.FullName}", () => old.Delete(recursive: true));
    }

    /// <inheritdoc/>
    public async Task DownAsync(FencingToken token, bool removeData, CancellationToken cancellationToken)
    {
        await _supervisor.EndAsync(token, cancellationToken);
        await OnceRuns.EndAsync(_files.State, TimeSpan.Zero, _time, cancellationToken);
        if (!removeData) return;
        _accessories.Forget();
        _supervisor.Forget();
        _files.Forget();
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _traffic.Dispose();
        _supervisor.Dispose();
        return ValueTask.CompletedTask;
    }
}
