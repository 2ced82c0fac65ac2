using System.Globalization;
using ChainBridge.Engine.Hosts;
using ChainBridge.Engine.Manifest;
using ChainBridge.Engine.Model;
using ChainBridge.Engine.Traffic;
using ChainBridge.Machine;
using ChainBridge.Machine.Supervision;

namespace ChainBridge.Engine.Platforms.Process;

/// <summary>Starts and stops the services of a slot: a unit each, named <c>SLOT-SERVICE</c>.</summary>
internal sealed class SlotServices(DeploymentManifest manifest, EnvironmentSpec environment, IHost host, ProcessFiles files,
    AccessoryServers accessories, Supervisor supervisor, TimeProvider time)
{
    private const string Service = "service", Version = "version", Place = "slot", Health = "health", Host = "host",
        Offered = "port";
    private static readonly Uri Later = new("http://127.0.0.1");
    private static readonly TimeSpan StopGrace = TimeSpan.FromSeconds(30);

    /// <summary>What was started in the slot and not stopped, running or not.</summary>
    public async Task<IReadOnlyList<SlotService>> InAsync(Slot slot, CancellationToken cancellationToken) =>
        [.. (await supervisor.UnitsAsync(cancellationToken)).Where(unit => unit.Labels.GetValueOrDefault(Place) == slot.Name())
            .Select(unit => new SlotService(unit.Labels[Service], unit.Labels[Version], unit.Labels[Health],
                unit.Labels.GetValueOrDefault(Host), unit, AddressOf(unit)))];

    public async Task StartAsync(FencingToken token, Slot slot, Release release, CancellationToken cancellationToken)
    {
        await StopAsync(token, slot, cancellationToken);
        var started = new Dictionary<string, Uri>(StringComparer.Ordinal);
        foreach (var service in ServiceOrder.DependenciesFirst(release.Services.Values).Where(service => !service.Worker))
            await StartOneAsync(token, slot, release, service, started, cancellationToken);
    }

    /// <summary>Starts services of the release beside those that run; these are left alone.</summary>
    public async Task StartAsync(
        FencingToken token, Slot slot, Release release, IReadOnlyCollection<string> services, CancellationToken cancellationToken)
    {
        var running = await InAsync(slot, cancellationToken);
        var started = running.Where(service => service.Address is not null)
            .ToDictionary(service => service.Name, service => service.Address!, StringComparer.Ordinal);
        foreach (var service in ServiceOrder.DependenciesFirst(release.Services.Values).Where(service => services.Contains(service.Name)
            && running.All(known => known.Name != service.Name || known.Unit.Process is not { Running: true })))
            await StartOneAsync(token, slot, release, service, started, cancellationToken);
    }

    /// <summary>Stops these services of the slot, and nothing else of it.</summary>
    public Task<IReadOnlyList<KilledService>> StopAsync(
        FencingToken token, Slot slot, IReadOnlyCollection<string> services, CancellationToken cancellationToken) =>
        StopAsync(token, slot, service => services.Contains(service.Name), cancellationToken);

    public Task<IReadOnlyList<KilledService>> StopAsync(FencingToken token, Slot slot, CancellationToken cancellationToken) =>
        StopAsync(token, slot, _ => true, cancellationToken);

    private async Task<IReadOnlyList<KilledService>> StopAsync(
        FencingToken token, Slot slot, Func<SlotService, bool> which, CancellationToken cancellationToken)
    {
        var killed = new List<KilledService>();
        foreach (var service in (await InAsync(slot, cancellationToken)).Where(which).Reverse())
            if (await host.ChangeAsync($"stop {service.Unit.Name}",
                () => supervisor.StopAsync(token, service.Unit.Name, StopGrace, cancellationToken), planned: false))
                killed.Add(new(service.Name, StopGrace));
        return killed;
    }

    private async Task StartOneAsync(FencingToken token, Slot slot, Release release, ServiceSpec service, Dictionary<string, Uri> started,
        CancellationToken cancellationToken)
    {
        var artifact = release.Artifacts[service.Name];
        var folder = Path.Combine(files.State, artifact.Location);
        await host.AfterwardsAsync(() => Check(service, artifact, folder));
        started[service.Name] = await host.ChangeAsync($"start {UnitName(slot, service.Name)}, {service.Name} of {release.Version}",
            async () => await StartAsync(token, slot, release, service, folder, started, cancellationToken), planned: Later);
    }

    public string Log(Slot slot, string service) => files.Log(UnitName(slot, service));

    /// <summary>The environment of a service, references filled in.</summary>
    public Dictionary<string, string> Variables(ServiceSpec service, Release release, IReadOnlyDictionary<string, Uri> started) =>
        new SlotSettings(manifest, environment).Of(
            release, service, Accessory,
            name => started.TryGetValue(name, out var address) ? address.ToString().TrimEnd('/') : "");

    /// <summary>The program in a published folder: the one with a runtimeconfig.</summary>
    public static string Program(string folder) => Directory.EnumerateFiles(folder, "*.runtimeconfig.json").FirstOrDefault() is { } config
        ? config.Replace(".runtimeconfig.json", ".dll", StringComparison.Ordinal)
        : throw new EngineException(Failure.CandidateFailed, $"{folder} holds no program (no *.runtimeconfig.json)",
            "name the project of an executable as projectFile");

    /// <summary>The command of a service with the port that it is offered.</summary>
    public static IReadOnlyList<string> Filled(IEnumerable<string> run, int port) =>
        [.. run.Select(word => word.Replace("{port}", port.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal))];

    /// <summary>Where it told that it listens or, of a command of any language, where it does.</summary>
    private static Uri? AddressOf(UnitReport unit) => unit.Address is { } told ? told
        : unit.Process is { Running: true } process && unit.Labels.GetValueOrDefault(Offered) is { } offered
            ? new FoundPort(int.Parse(offered, CultureInfo.InvariantCulture)).Find(process.Id)
            : null;

    private static Task Check(ServiceSpec service, Artifact artifact, string folder) =>
        BuildFolder.Digest(folder) is var digest && digest == artifact.Digest
            ? Task.CompletedTask
            : throw new EngineException(Failure.PersonNeeded,
                $"{service.Name}: {artifact.Location} holds {digest}, the release {artifact.Digest}",
                "the build was changed after it was recorded: deploy with --force-rebuild under another --version");

    private async Task<Uri> StartAsync(
        FencingToken token, Slot slot, Release release, ServiceSpec service, string folder, IReadOnlyDictionary<string, Uri> started,
        CancellationToken cancellationToken)
    {
        var labels = new Dictionary<string, string>
        {
            [Place] = slot.Name(), [Service] = service.Name, [Version] = release.Version, [Health] = service.Ready.HealthPath ?? "",
            [Host] = service.Host ?? "",
        };
        var variables = MachineEnvironment.With(Variables(service, release, started));
        // The port stays the one of the unit: started again, a service is where the edge knows it.
        var port = service.Build.Run is null ? null : new FoundPort(Offer(variables, labels));
        var spec = new UnitSpec(UnitName(slot, service.Name),
            service.Build.Run is { } run ? Filled(run, port!.Offered) : ["dotnet", Program(folder)], folder, variables,
            Log(slot, service.Name), labels)
        {
            AddressVariable = port is null ? "ASPNETCORE_URLS" : null, StopGrace = StopGrace,
        };
        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(5) };
        var health = service.Ready.HealthPath is { } path ? new HttpHealth(client, path, service.Host) : null;
        Uri? found = null;
        await supervisor.StartAsync(token, spec,
            async (running, stop) => (found = port is null ? running.Address : port.Find(running.Process!.Id)) is { } address
                && health is not null ? await health.AskAsync(address, stop) == true
                : health is null && time.GetUtcNow() - running.Since >= service.Ready.Steady,
            environment.Timeouts.Ready, Failure.CandidateFailed, "correct the service and deploy again", cancellationToken,
            () => health is null ? null : port?.Obstacle ?? (health.LastAnswer is { } answer ? $"it last answered: {answer}" : null));
        return found ?? Later;
    }

    /// <summary>Offers a port that is free now, in the variable and as a label for who asks later.</summary>
    private static int Offer(Dictionary<string, string> variables, Dictionary<string, string> labels)
    {
        var port = FreePort.Next();
        variables[FoundPort.Variable] = labels[Offered] = port.ToString(CultureInfo.InvariantCulture);
        return port;
    }

    private AccessoryAddress Accessory(AccessorySpec accessory) => accessories.Known is var known && accessory.Kind == AccessoryKind.Redis
        ? new(known.Host, known.RedisPort, () => "")
        : new(known.Host, known.PostgresPort, () => accessories.Password);

    private static string UnitName(Slot slot, string service) => $"{slot.Name()}-{service}";
}

/// <summary>A service of a slot, as the supervisor has it.</summary>
/// <param name="Address">Where it listens; null while it listens nowhere.</param>
internal sealed record SlotService(
    string Name, string Version, string HealthPath, string? Host, UnitReport Unit, Uri? Address);
