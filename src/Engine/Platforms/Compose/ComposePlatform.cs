using ChainBridge.Engine.Commands;
using ChainBridge.Engine.Hosts;
using ChainBridge.Engine.Manifest;
using ChainBridge.Engine.Model;
using ChainBridge.Engine.Secrets;
using ChainBridge.Engine.Traffic;
using ChainBridge.Machine;

namespace ChainBridge.Engine.Platforms.Compose;

/// <summary>
/// A Docker engine, on this machine or on a host: one compose project per slot, one for the accessories and the edge. What runs is
/// pinned by image id.
/// </summary>
internal sealed class ComposePlatform : IPlatform
{
    /// <summary>The folder for logins to a registry, beside what commands read and write.</summary>
    public const string LoginFolder = "docker-login";

    private readonly DeploymentManifest _manifest;
    private readonly EnvironmentSpec _environment;
    private readonly IHost _host;
    private readonly ComposeNames _names;
    private readonly DockerEngine _engine;
    private readonly DockerEngine _workshop;
    private readonly BuiltImages _here;
    private readonly BuiltImages _kept;
    private readonly ReleaseBuild _release;
    private readonly SharedProject _shared;
    private readonly TeamProject _team;
    private readonly SlotProject _slots;
    private readonly RunningServices _services;
    private readonly Fence _fence;
    private readonly EdgeTraffic _traffic;
    private readonly IReadOnlyList<DoorSpec> _doors;
    private readonly TimeProvider _time;

    /// <summary>Touches nothing yet.</summary>
    /// <param name="say">Gets a line when the engine is slow.</param>
    /// <param name="first">
    /// Of one host of several, the environment on the first one, which builds for all and runs what runs once; null on that host itself.
    /// </param>
    public ComposePlatform(DeploymentManifest manifest, EnvironmentSpec environment, IHost host, Redactor redactor, TimeProvider time,
        Action<string>? say = null, EnvironmentSpec? first = null)
    {
        (_manifest, _environment, _doors, _time) = (manifest, environment, manifest.DoorsIn(environment), time);
        _names = new(manifest, environment);
        var builtFor = first is null ? _names : new ComposeNames(manifest, first);
        // Where host and workshop are one machine, so are their engines.
        _engine = new(host, say, host.IsElsewhere() ? host.Name : null);
        _workshop = host.IsElsewhere() ? new(host.Workshop, say) : _engine;
        (_here, _kept) = (new(builtFor, _workshop), new(builtFor, _engine));
        RegistryLogins? logins = null;
        RegistryTransport? pulls = null;
        if (environment.Registry is { } registry)
        {
            logins = new(host, _workshop, registry, Path.Combine(environment.WorkDirectory, LoginFolder),
                name => Known(redactor, name.Read(Environment.GetEnvironmentVariable, SecretFile.Read)));
            pulls = new(host, _engine, _workshop, registry, logins, time);
        }

        var transport = new ImageTransport(host, _engine, _workshop, pulls, say);
        var parts = new BuildParts(host.Workshop, _workshop, _here, _kept, redactor, environment.Registry, time);
        var secrets = new AccessorySecrets(host.Files, environment.StateDirectory, redactor, host.OnlyPlans);
        _team = new(manifest, environment, _names, host, _engine, transport, redactor);
        _shared = new(manifest, environment, _names, host, _engine, transport, secrets,
            manifest.Compose is null ? null : new AccessoryFile(manifest, _names, _team, redactor));
        _slots = new(manifest, environment, _names, host, _engine, transport, _team, secrets, redactor, time, first is not null);
        _release = new()
        {
            Manifest = manifest, Names = _names, Host = host, Engine = _engine, Workshop = _workshop, Shared = _shared,
            Builder = new(environment.Build, environment.Registry, _workshop), Logins = logins, Pulls = pulls, Transport = transport,
            Images = new(manifest, environment, builtFor, parts),
            Project = new(manifest, environment, _names, parts, _team, new(host.Workshop, _workshop, _engine)),
        };
        _fence = new(host.Files, environment.StateDirectory, time, host.OnlyPlans);
        (_host, _services, _traffic) = (host, new(host, _slots), new(host, _shared, _doors, time));
    }

    public ITraffic Traffic => _traffic;
    public HostWay? Way => _host.Way;

    public string Description => $"docker compose on {_host.Name}";

    public Task EnsureReachableAsync(CancellationToken cancellationToken) => _engine.EnsureReachableAsync(cancellationToken);

    public async Task<IReadOnlyList<string>> PreflightAsync(CancellationToken cancellationToken)
    {
        var reasons = new List<string>(await PortsAsync(cancellationToken));
        reasons.AddRange((_manifest.Compose is null ? _manifest.Services.Values : [])
            .Select(service => Path.Combine(_manifest.Root, service.Build.Dockerfile))
            .Append(Path.Combine(_manifest.Root, ImageBuilds.EdgeDockerfile(_manifest)))
            .Where(file => !File.Exists(file)).Select(file => $"there is no Dockerfile {file}"));
        reasons.AddRange(await _team.ObstaclesAsync(cancellationToken));
        return reasons;
    }

    public async Task<IReadOnlyList<string>> PortsAsync(CancellationToken cancellationToken)
    {
        if (await _shared.OpenAsync(cancellationToken) is { } open) return [.. OpenPorts.Missing(_doors, open)];
        var listening = _host.IsElsewhere() ? Listening(_host.Files) : OpenPorts.Listening();
        var containers = new Dictionary<int, string>();
        foreach (var port in _doors.Select(door => door.Port).OfType<int>().Distinct().Where(listening.Contains))
            if ((await _engine.ContainersAsync(DockerCommands.Publishing(port), cancellationToken))
                .FirstOrDefault(container => container.State.Alive) is { } holder)
                containers[port] = holder.Name;
        return [.. OpenPorts.Taken(_doors, listening, containers)];
    }

    public Task<IReadOnlyDictionary<string, Artifact>> BuildAsync(
        BuildRequest request, IProgress<BuildProgress> progress, CancellationToken cancellationToken) =>
        BuildForAsync([this], request, progress, cancellationToken);

    /// <summary>Builds once, and brings what was built to every host, one after the other.</summary>
    /// <param name="hosts">At least one; they have one workshop.</param>
    public static Task<IReadOnlyDictionary<string, Artifact>> BuildForAsync(IReadOnlyList<ComposePlatform> hosts,
        BuildRequest request, IProgress<BuildProgress> progress, CancellationToken cancellationToken) =>
        ReleaseBuild.ForAsync([.. hosts.Select(host => host._release)], request, progress, cancellationToken);

    /// <summary>Why hosts cannot be used as several: two addresses lead to one and the same place. Empty when they can.</summary>
    public static async Task<IReadOnlyList<string>> SameAsync(
        IReadOnlyList<(string Name, ComposePlatform Part)> hosts, CancellationToken cancellationToken)
    {
        var places = await Task.WhenAll(hosts.Select(async host => (host.Name, Engine: await host.Part._engine.MustAsync(
            DockerCommands.EngineId(), Failure.Unreachable, "try it by hand: docker info", cancellationToken),
            State: host.Part._environment.StateDirectory)));
        return [.. places.GroupBy(place => (place.Engine, place.State)).Where(same => same.Count() > 1)
            .Select(same => $"{string.Join(" and ", same.Select(place => place.Name))} are one and the same host: take one out of hosts")];
    }

    /// <summary>Whether services of the release run once, before those that wait for them.</summary>
    public static bool RunsOnce(Release release) =>
        release.ComposeFile is { } text && (RecordedProject.Read(text) is not { } project || project.OneShots.Count > 0);

    private static IReadOnlySet<int> Listening(IHostFiles files) => ((string[])["/proc/net/tcp", "/proc/net/tcp6"])
        .SelectMany(table => TcpSocket.Parse(files.Read(table) ?? "")).Where(socket => socket.Listens).Select(socket => socket.LocalPort)
        .ToHashSet();

    private static string? Known(Redactor redactor, string? secret)
    {
        if (secret is not null) redactor.Learn(secret);
        return secret;
    }

    public async Task<string?> ComposeProjectAsync(CancellationToken cancellationToken) => await _team.RecordAsync(cancellationToken);

    public async Task PrepareAsync(FencingToken token, CancellationToken cancellationToken)
    {
        using var change = await _fence.EnterAsync(token, cancellationToken);
        await _engine.ReturnAsync(_time, cancellationToken);
        await _slots.EndOnceAsync(OnceRuns.Longest, cancellationToken);
        await _shared.EnsureAsync(cancellationToken);
        // Before anything is started that could not be switched to.
        await _host.AfterwardsAsync(() => _traffic.DoorsAsync(slot: null, cancellationToken));
        await _traffic.LimitAsync(_manifest.Edge, token, cancellationToken);
    }

    public async Task<RunOnceOutcome> RunOnceAsync(
        FencingToken token, Release release, string service, IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        using var change = await _fence.EnterAsync(token, cancellationToken);
        return await _slots.RunOnceAsync(release, service, arguments, cancellationToken);
    }

    public Task StartSlotAsync(FencingToken token, Slot slot, Release release, CancellationToken cancellationToken) =>
        FillAsync(token, slot, release, _slots.StartAsync, cancellationToken);

    public Task LayOutSlotAsync(FencingToken token, Slot slot, Release release, CancellationToken cancellationToken) =>
        FillAsync(token, slot, release, _slots.LayOutAsync, cancellationToken);

    public async Task MoveNamesAsync(FencingToken token, Slot slot, Release release, IReadOnlyCollection<string> services, Release beside,
        CancellationToken cancellationToken)
    {
        using var change = await _fence.EnterAsync(token, cancellationToken);
        await _slots.MoveNamesAsync(slot, release, services, beside, cancellationToken);
    }

    private async Task FillAsync(FencingToken token, Slot slot, Release release, Func<Slot, Release, CancellationToken, Task> fill,
        CancellationToken cancellationToken)
    {
        using var change = await _fence.EnterAsync(token, cancellationToken);
        await fill(slot, release, cancellationToken);
        await _traffic.PlaceAsync(slot, release, () => Task.FromResult<Func<DoorSpec, Uri>>(door =>
            new($"http://{_names.ContainerOf(slot, door.Service)}:{door.ServicePort}")), token, cancellationToken);
    }

    public async Task StartServicesAsync(
        FencingToken token, Slot slot, Release release, IReadOnlyCollection<string> services, CancellationToken cancellationToken)
    {
        using var change = await _fence.EnterAsync(token, cancellationToken);
        await _slots.StartServicesAsync(slot, release, services, cancellationToken);
    }

    public Task<IReadOnlyList<KilledService>> StopServicesAsync(
        FencingToken token, Slot slot, IReadOnlyCollection<string> services, CancellationToken cancellationToken) =>
        StopAsync(token, () => _slots.StopServicesAsync(slot, services, cancellationToken), cancellationToken);

    public async Task<IReadOnlyList<string>> AliveAsync(Slot slot, CancellationToken cancellationToken) =>
        [.. (await _slots.AliveAsync(slot, cancellationToken)).Select(container => container.Service)];

    public Task<IReadOnlyList<RunningService>> InspectAsync(Slot slot, CancellationToken cancellationToken) =>
        _services.InspectAsync(slot, cancellationToken);

    /// <summary>An engine that answers is the supervisor.</summary>
    public Task<string?> UnsupervisedAsync(CancellationToken cancellationToken) => Task.FromResult<string?>(null);

    public async Task<IReadOnlyList<DoorAddress>> CandidateDoorsAsync(Slot slot, Release release, CancellationToken cancellationToken)
    {
        var running = (await _slots.ContainersAsync(slot, cancellationToken)).Where(container => container.State.Running).ToList();
        var addresses = new List<DoorAddress>();
        foreach (var door in SlotDoors.Of(release, _doors))
            if (running.Where(one => one.Service == door.Service).Select(one => one.Ports.GetValueOrDefault(door.ServicePort))
                .FirstOrDefault() is > 0 and var port)
                addresses.Add(new(door.Name, await _host.ReachAsync(port, cancellationToken), door.Path, door.Host));
        return addresses;
    }

    public async Task<IReadOnlyDictionary<string, ServiceAddress>> AddressesAsync(
        Slot slot, IReadOnlyCollection<string> services, CancellationToken cancellationToken)
    {
        var addresses = new Dictionary<string, ServiceAddress>();
        foreach (var container in await _slots.ContainersAsync(slot, cancellationToken))
            if (services.Contains(container.Service) && container.Port is { } port)
                addresses[container.Service] = new(
                    await _host.ReachAsync(port, cancellationToken), new($"http://{container.Service}:{container.InnerPort}"));
        return addresses;
    }

    public Task<IReadOnlyList<KilledService>> StopSlotAsync(FencingToken token, Slot slot, CancellationToken cancellationToken) =>
        StopAsync(token, () => _slots.StopAsync(slot, cancellationToken), cancellationToken);

    /// <summary>
    /// Begins with a look at what is there, so it can be done again after the connection to the host was cut under it: once the fence of
    /// the new connection has shown that no other runner came in.
    /// </summary>
    private Task<IReadOnlyList<KilledService>> StopAsync(
        FencingToken token, Func<Task<IReadOnlyList<KilledService>>> stop, CancellationToken cancellationToken)
    {
        return _host.Way is { } way ? way.DespiteACutAsync(FencedAsync, cancellationToken) : FencedAsync();

        async Task<IReadOnlyList<KilledService>> FencedAsync()
        {
            using var change = await _fence.EnterAsync(token, cancellationToken);
            return await stop();
        }
    }

    public Task<IReadOnlyDictionary<string, IReadOnlyList<string>>> LogsAsync(Slot slot, int lines, CancellationToken cancellationToken) =>
        _slots.LogsAsync(slot, lines, cancellationToken);

    public async Task RetainAsync(
        FencingToken token, IReadOnlyCollection<Release> keep, IReadOnlyCollection<Release> drop, CancellationToken cancellationToken)
    {
        using var change = await _fence.EnterAsync(token, cancellationToken);
        await _kept.RetainAsync(drop, keep, cancellationToken);
        if (await BuildsAreElsewhereAsync(cancellationToken)) await _here.RetainAsync(drop, keep, cancellationToken);
        foreach (var release in drop)
            await _host.ChangeAsync($"forget the one-shot services of {release.Version}", () => _slots.Forget(release));
    }

    public async Task ForgetBuildsAsync(IReadOnlyCollection<Release> recorded, int newest, CancellationToken cancellationToken)
    {
        await _kept.ForgetAsync(recorded, newest, _manifest.Edge.Image, cancellationToken);
        if (await BuildsAreElsewhereAsync(cancellationToken))
            await _here.ForgetAsync(recorded, newest, _manifest.Edge.Image, cancellationToken);
    }

    public async Task DownAsync(FencingToken token, bool removeData, CancellationToken cancellationToken)
    {
        await EnsureReachableAsync(cancellationToken);
        using (await _fence.EnterAsync(token, cancellationToken))
        {
            await _slots.EndOnceAsync(TimeSpan.Zero, cancellationToken);
            foreach (var slot in Enum.GetValues<Slot>()) await _slots.StopAsync(slot, cancellationToken);
            await _slots.DownAsync(cancellationToken);
            await _shared.DownAsync(removeData, cancellationToken);
            if (!removeData) return;
            await _slots.RemoveAllAsync(cancellationToken);
            await _kept.RemoveAllAsync(cancellationToken);
            if (await BuildsAreElsewhereAsync(cancellationToken)) await _here.RemoveAllAsync(cancellationToken);
        }

        _fence.Remove();
        _host.Files.DeleteFolder(_environment.StateDirectory, onlyEmpty: true);
    }

    public ValueTask DisposeAsync()
    {
        _traffic.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>Whether this machine has an engine with the builds of a host's releases; it need not.</summary>
    private async Task<bool> BuildsAreElsewhereAsync(CancellationToken cancellationToken) =>
        _host.IsElsewhere() && await _workshop.AnswersAsync(cancellationToken);
}
