using ChainBridge.Engine.Commands;
using ChainBridge.Engine.Hosts;
using ChainBridge.Engine.Manifest;
using ChainBridge.Engine.Model;
using ChainBridge.Engine.Secrets;
using ChainBridge.Engine.Traffic;

namespace ChainBridge.Engine.Platforms.Compose;

/// <summary>A slot: the team's compose file, the override, a network of its own that the accessories join.</summary>
internal sealed class SlotProject(DeploymentManifest manifest, EnvironmentSpec environment, ComposeNames names, IHost host,
    DockerEngine engine, ImageTransport transport, TeamProject team, AccessorySecrets secrets, Redactor redactor, TimeProvider time,
    bool onceElsewhere = false)
{
    private const string ProjectLabel = "com.docker.compose.project";
    private static readonly TimeSpan GoneTimeout = TimeSpan.FromSeconds(30);
    private readonly SlotFiles _files = new(manifest, environment, names, host, team, secrets, redactor, onceElsewhere);
    private readonly OneShotRuns _oneShots = new(environment.StateDirectory, host, engine);
    private readonly ContainerStop _stop = new(engine, time);
    private readonly MovedNames _names = new(names, host, engine);
    private readonly SlotReadiness _readiness = new(environment, names, host, engine, time);
    private const string Look = "docker ps --all shows what is there";

    /// <summary>
    /// Starts the release; every service is ready when this returns, but its workers, which are only made. What stood in the slot is
    /// removed first.
    /// </summary>
    public async Task StartAsync(Slot slot, Release release, CancellationToken cancellationToken)
    {
        var plan = await MakeAsync(slot, release, cancellationToken);
        foreach (var name in plan.Order)
        {
            if (plan.OneShots.Contains(name))
            {
                await _oneShots.RunAsync(release, name, names.ContainerOf(slot, name), cancellationToken);
                continue;
            }

            if (release.Services[name].Worker) continue;
            await engine.MustAsync(DockerCommands.Start(names.ContainerOf(slot, name)), Failure.CandidateFailed, Look, cancellationToken);
            await host.AfterwardsAsync(() => _readiness.WaitAsync(slot, release.Services[name], cancellationToken));
        }
    }

    /// <summary>The same without its services: they are made, and what runs once has come to its end.</summary>
    public async Task LayOutAsync(Slot slot, Release release, CancellationToken cancellationToken)
    {
        var plan = await MakeAsync(slot, release, cancellationToken);
        await _names.KeepRoomAsync(slot, $"{ProjectLabel}={names.Project(slot)}", cancellationToken);
        foreach (var name in plan.Order.Where(plan.OneShots.Contains))
            await _oneShots.RunAsync(release, name, names.ContainerOf(slot, name), cancellationToken);
    }

    /// <summary>Has names lead to the slot's services, for both slots.</summary>
    public async Task MoveNamesAsync(Slot slot, Release release, IReadOnlyCollection<string> services, Release beside,
        CancellationToken cancellationToken)
    {
        var project = await team.OfAsync(release, Path.Combine(environment.WorkDirectory, "compose", slot.Name()), cancellationToken);
        await _names.MoveAsync(slot, services.ToDictionary(service => service, project.NamesOf), beside.Services.Keys, cancellationToken);
        // A caller that looked a name up just before has connected by then, and one that renews its connections has none to the old one.
        if (environment.Rolling is { Settle: var settle }) await host.AfterwardsAsync(() => Task.Delay(settle, time, cancellationToken));
    }

    /// <summary>Makes the slot's containers. What stood in the slot is removed first.</summary>
    private async Task<SlotPlan> MakeAsync(Slot slot, Release release, CancellationToken cancellationToken)
    {
        await StopAsync(slot, cancellationToken);
        var files = FilesAsync();
        await Task.WhenAll(host.AfterwardsAsync(() => HaveImagesAsync(release, cancellationToken)), files);
        var plan = await files;
        foreach (var volume in plan.Volumes)
            await engine.MustAsync(DockerCommands.CreateVolume(volume.Name, volume.Driver, volume.Options, volume.Labels),
                Failure.CandidateFailed, $"correct the volume in {environment.ComposeFile}, then deploy again", cancellationToken);
        await engine.MustAsync(DockerCommands.CreateNetwork(names.Project(slot), names.LabelPair), Failure.CandidateFailed, Look,
            cancellationToken);
        foreach (var accessory in manifest.Accessories.Keys)
            await engine.MustAsync(DockerCommands.Connect(names.Project(slot), names.Shared(accessory), accessory), Failure.CandidateFailed,
                Look, cancellationToken);
        await engine.MustAsync(plan.Create, Failure.CandidateFailed, $"correct {environment.ComposeFile}, then deploy again",
            cancellationToken);
        if (environment.Rolling is not null) await JoinWayOutAsync(slot, plan.Order, cancellationToken);
        foreach (var (container, network, aliases) in plan.Joins)
            await engine.MustAsync(DockerCommands.Connect(network, container, aliases), Failure.CandidateFailed,
                $"make the network {network}, which {environment.ComposeFile} calls external", cancellationToken);
        foreach (var open in release.Doors.Select(door => door.Service).Distinct())
            await engine.MustAsync(DockerCommands.Connect(names.PublicNetwork, names.ContainerOf(slot, open)), Failure.CandidateFailed,
                Look, cancellationToken);
        return plan;

        // A task also where it fails at once: neither of the two is left alone with what it does.
        async Task<SlotPlan> FilesAsync() => await _files.WriteAsync(slot, release, _oneShots.Done(release), cancellationToken);
    }

    /// <summary>
    /// The network that is every container's way out, before it starts. Not in the compose file, where Compose would give the service's
    /// name in it to both slots.
    /// </summary>
    private async Task JoinWayOutAsync(Slot slot, IEnumerable<string> services, CancellationToken cancellationToken)
    {
        if (!(await engine.TryAsync(DockerCommands.InspectNetwork(names.WayOut), cancellationToken)).Succeeded)
            await engine.MustAsync(DockerCommands.CreateNetwork(names.WayOut, names.LabelPair), Failure.CandidateFailed, Look,
                cancellationToken);
        foreach (var service in services)
            await engine.MustAsync(DockerCommands.Connect(names.WayOut, names.ContainerOf(slot, service)), Failure.CandidateFailed, Look,
                cancellationToken);
    }

    /// <summary>Removes what outlives slots and is no accessory: the way out.</summary>
    public async Task DownAsync(CancellationToken cancellationToken)
    {
        if ((await engine.TryAsync(DockerCommands.InspectNetwork(names.WayOut), cancellationToken)).Succeeded)
            await engine.MustAsync(DockerCommands.RemoveNetwork(names.WayOut), Failure.PersonNeeded, Look, cancellationToken);
    }

    /// <summary>Starts services of the release that were made with the slot, and waits for all of them.</summary>
    public async Task StartServicesAsync(
        Slot slot, Release release, IReadOnlyCollection<string> services, CancellationToken cancellationToken)
    {
        var standing = (await AliveAsync(slot, cancellationToken)).ToDictionary(container => container.Service);
        foreach (var service in ServiceOrder.DependenciesFirst(release.Services.Values).Where(service => services.Contains(service.Name)))
        {
            var known = standing.GetValueOrDefault(service.Name);
            // One that died and was started again has had its time to become ready.
            if (known is { State: { Running: true, Restarts: > 0 } }) continue;
            if (known?.State.Running != true)
                await engine.MustAsync(DockerCommands.Start(names.ContainerOf(slot, service.Name)), Failure.CandidateFailed, Look,
                    cancellationToken);
            await host.AfterwardsAsync(() => _readiness.WaitAsync(slot, service, cancellationToken));
        }
    }

    /// <summary>Stops services of the slot and keeps their containers.</summary>
    public async Task<IReadOnlyList<KilledService>> StopServicesAsync(
        Slot slot, IReadOnlyCollection<string> services, CancellationToken cancellationToken)
    {
        var containers = (await AliveAsync(slot, cancellationToken)).Where(container => services.Contains(container.Service)).ToList();
        return containers.Count > 0 ? await _stop.StopAsync(containers, cancellationToken) : [];
    }

    /// <summary>The slot's containers that run, or that the engine is about to start again.</summary>
    public async Task<IReadOnlyList<Container>> AliveAsync(Slot slot, CancellationToken cancellationToken) =>
        [.. (await ContainersAsync(slot, cancellationToken)).Where(container => container.State.Alive)];

    /// <summary>Done when nothing of the slot is left.</summary>
    public async Task<IReadOnlyList<KilledService>> StopAsync(Slot slot, CancellationToken cancellationToken)
    {
        // Asked at once: on a host that is far each question takes its time.
        var (standing, own, leading) = (ContainersAsync(slot, cancellationToken),
            engine.TryAsync(DockerCommands.InspectNetwork(names.Project(slot)), cancellationToken),
            _names.LeadingToAsync(slot, cancellationToken));
        var left = Task.WhenAll(ListAsync(DockerCommands.Networks($"{ProjectLabel}={names.Project(slot)}"), cancellationToken),
            ListAsync(DockerCommands.Volumes(names.LabelPair, $"{ComposeNames.SlotLabel}={slot.Name()}"), cancellationToken));
        await Task.WhenAll(standing, own, leading, left);
        var (stopped, networks, volumes) = (await standing, (await left)[0], (await left)[1]);
        IReadOnlyList<KilledService> killed = [];
        if (stopped.Count > 0)
        {
            killed = await _stop.StopAsync(stopped, cancellationToken);
            await engine.MustAsync(DockerCommands.Remove(stopped.Select(container => container.Id)), Failure.PersonNeeded, Look,
                cancellationToken);
        }

        IReadOnlyList<string> gone = [.. stopped.Select(container => container.Name)];
        foreach (var network in networks.Where(network => network != names.Project(slot)))
            await RemoveNetworkAsync(network, gone, cancellationToken);
        await RemoveNetworkAsync(names.Project(slot), await own, gone, cancellationToken);
        await _names.RemoveAsync(slot, await leading, cancellationToken);
        if (volumes.Length > 0)
            await engine.MustAsync(DockerCommands.RemoveVolumes(volumes), Failure.PersonNeeded, "docker volume ls shows what is there",
                cancellationToken);
        return killed;
    }

    /// <summary>
    /// Removes every volume of the environment that its compose file named, those that earlier runners made for a slot, and networks that a
    /// runner which was killed left.
    /// </summary>
    public async Task RemoveAllAsync(CancellationToken cancellationToken)
    {
        foreach (var network in await ListAsync(DockerCommands.Networks(names.LabelPair), cancellationToken))
            await RemoveNetworkAsync(network, [], cancellationToken);
        var labels = Enum.GetValues<Slot>().Select(slot => $"{ProjectLabel}={names.Project(slot)}").Prepend(names.LabelPair);
        var left = (await Task.WhenAll(labels.Select(label => ListAsync(DockerCommands.Volumes(label), cancellationToken))))
            .SelectMany(volumes => volumes).ToHashSet();
        if (left.Count > 0)
            await engine.MustAsync(DockerCommands.RemoveVolumes(left), Failure.PersonNeeded,
                "docker volume ls shows what is left, docker ps --all what uses it", cancellationToken);
    }

    /// <summary>Forgets which one-shot services of a release are done.</summary>
    public void Forget(Release release) => _oneShots.Forget(release);

    /// <summary>The slot's containers, running or not.</summary>
    public Task<IReadOnlyList<Container>> ContainersAsync(Slot slot, CancellationToken cancellationToken) =>
        engine.ContainersAsync(DockerCommands.ContainersOf(names.Project(slot)), cancellationToken);

    /// <summary>The last lines that each of the slot's containers wrote.</summary>
    public async Task<IReadOnlyDictionary<string, IReadOnlyList<string>>> LogsAsync(
        Slot slot, int lines, CancellationToken cancellationToken)
    {
        var logs = new Dictionary<string, IReadOnlyList<string>>();
        var containers = await ContainersAsync(slot, cancellationToken);
        var answers = await Task.WhenAll(
            containers.Select(container => engine.TryAsync(DockerCommands.Logs(container.Id, lines), cancellationToken)));
        foreach (var (container, answer) in containers.Zip(answers))
            logs[container.Service] = [.. $"{answer.Output}\n{answer.Errors}".Split('\n', StringSplitOptions.RemoveEmptyEntries)];

        return logs;
    }

    /// <summary>Runs a service of the release once, beside the accessories.</summary>
    public async Task<RunOnceOutcome> RunOnceAsync(
        Release release, string service, IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        await host.AfterwardsAsync(() => HaveImagesAsync(release, cancellationToken));
        // What a killed runner left of that name was removed when the environment was prepared.
        var name = names.Once(service, arguments);
        var settings = await _files.OnceAsync(release, release.Services[service], cancellationToken);
        try
        {
            var ended = await engine.TryAsync(DockerCommands.RunOnce(name, release.Artifacts[service].Digest, names.OnceNetwork,
                names.LabelPair, settings, arguments), cancellationToken);
            return new RunOnceOutcome(ended.ExitCode, ended.Output, ended.Errors);
        }
        finally
        {
            // Ending the command line does not end the container it started.
            using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(20), time);
            await engine.TryAsync(DockerCommands.Remove([name]), deadline.Token);
        }
    }

    /// <summary>
    /// Removes one-off runs that a runner left when it died. A migration gets the time it had, to come to its end: one that
    /// went on would go over the one that undoes it, and the database finishes a statement whose sender is gone.
    /// </summary>
    public async Task EndOnceAsync(TimeSpan patience, CancellationToken cancellationToken)
    {
        var left = (await engine.ContainersAsync(DockerCommands.Containers(names.LabelPair), cancellationToken)).Where(container =>
            container.Service.Length == 0 || (container.State.Running && container.Labels.ContainsKey(ComposeNames.OneShotLabel))).ToList();
        if (left.Count == 0) return;
        var running = left.Where(container => container.State.Running).Select(container => container.Id).ToList();
        if (running.Count > 0 && patience > TimeSpan.Zero) await engine.TryAsync(DockerCommands.Wait(running, patience), cancellationToken);
        await GoneAsync(left.Select(container => container.Id).ToHashSet(), cancellationToken);
    }

    /// <summary>
    /// Removes them. One that has just ended is being removed by the engine, which then refuses us: what counts is that they go.
    /// </summary>
    private async Task GoneAsync(HashSet<string> ids, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        while (true)
        {
            var answer = await engine.TryAsync(DockerCommands.Remove(ids), cancellationToken);
            ids.IntersectWith((await engine.ContainersAsync(DockerCommands.Containers(names.LabelPair), cancellationToken))
                .Select(container => container.Id));
            if (ids.Count == 0) return;
            if (time.GetElapsedTime(began) > GoneTimeout)
                throw new EngineException(Failure.PersonNeeded, "containers of a runner that died are still there after "
                    + $"{GoneTimeout.TotalSeconds:0} s ({string.Join(", ", ids)}): {answer.Errors.Trim()}", Look);
            await Task.Delay(TimeSpan.FromMilliseconds(200), time, cancellationToken);
        }
    }

    /// <param name="gone">Containers that were removed since its members were asked for, or are still there while a plan is made.</param>
    private async Task RemoveNetworkAsync(string name, IReadOnlyCollection<string> gone, CancellationToken cancellationToken) =>
        await RemoveNetworkAsync(name, await engine.TryAsync(DockerCommands.InspectNetwork(name), cancellationToken), gone,
            cancellationToken);

    /// <param name="network">Its running members; a failure where it is not there.</param>
    private async Task RemoveNetworkAsync(
        string name, CommandResult network, IReadOnlyCollection<string> gone, CancellationToken cancellationToken)
    {
        if (!network.Succeeded) return;
        var members = network.Output.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries);
        foreach (var member in members.Except(gone))
            await engine.MustAsync(DockerCommands.Disconnect(name, member), Failure.PersonNeeded, Look, cancellationToken);
        // The engine names running members only, and lets the network go: an accessory that is stopped just now could
        // then never be started again.
        foreach (var accessory in manifest.Accessories.Keys.Select(names.Shared).Except(members))
            await engine.TryAsync(DockerCommands.Disconnect(name, accessory), cancellationToken);
        await engine.MustAsync(DockerCommands.RemoveNetwork(name), Failure.PersonNeeded, Look, cancellationToken);
    }

    private async Task<string[]> ListAsync(Command list, CancellationToken cancellationToken) =>
        (await engine.MustAsync(list, Failure.Unreachable, Look, cancellationToken))
            .Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private async Task HaveImagesAsync(Release release, CancellationToken cancellationToken)
    {
        var lacking = await transport.LackingAsync([.. release.Artifacts.Values], cancellationToken);
        foreach (var (service, artifact) in release.Artifacts.Where(artifact => lacking.Contains(artifact.Value)))
            if (!await transport.BringAsync(artifact, cancellationToken))
                throw new EngineException(Failure.PersonNeeded,
                    $"the engine no longer has the image of {service} in {release.Version}: {artifact.Digest} ({artifact.Location})",
                    "load it again, or deploy with --force-rebuild under another --version");
    }
}
