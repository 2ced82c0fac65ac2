using ChainBridge.Engine.Commands;
using ChainBridge.Engine.Hosts;
using ChainBridge.Engine.Manifest;
using ChainBridge.Engine.Model;
using ChainBridge.Engine.Platforms;
using ChainBridge.Engine.Platforms.Compose;
using ChainBridge.Engine.State;

namespace ChainBridge.Engine.Checks;

/// <summary>Looks at all that a deployment to an environment needs, and changes nothing.</summary>
public sealed class Checkup
{
    private const string ManifestName = "manifest", VariablesName = "variables", HostName = "host", TargetName = "target",
        EngineName = "engine", ComposeName = "compose", ServicesName = "services", ServersName = "servers", PortsName = "ports";

    /// <summary>Longer than a connection over SSH may take.</summary>
    private static readonly TimeSpan HostDeadline = TimeSpan.FromSeconds(75);

    private readonly ICheckupSource _source;
    private readonly TimeProvider _time;
    private readonly IExecutor _here;
    private HostHandle? _host;
    private DeploymentManifest? _manifest;
    private EnvironmentSpec? _environment;
    private IPlatform? _platform;
    private IReadOnlyList<string> _ports = [];

    /// <summary>Touches nothing yet.</summary>
    public Checkup(ICheckupSource source, TimeProvider time) : this(source, time, new LocalExecutor(time))
    {
    }

    /// <param name="here">Runs programs of this machine.</param>
    internal Checkup(ICheckupSource source, TimeProvider time, IExecutor here) => (_source, _time, _here) = (source, time, here);

    private HostHandle Host => _host!;

    private EnvironmentSpec Environment => _environment!;

    /// <summary>Every check, in an order in which none needs a later one.</summary>
    public async Task<IReadOnlyList<CheckResult>> RunAsync(CancellationToken cancellationToken)
    {
        var reading = _source.Read();
        _manifest = reading.Manifest;
        _environment = _manifest is null ? null : _source.Choose(_manifest);
        var examination = new Examination(_time);
        await examination.AskAsync([
            new(VariablesName, () => new VariablesCheck(reading)), new(ManifestName, () => new ManifestCheck(reading)), .. OfHost(),
        ], cancellationToken);
        return await examination.AskAsync(_environment?.Target switch
        {
            TargetKind.Process => OfProcesses(),
            TargetKind.Compose => OfEngine(),
            _ => [],
        }, cancellationToken);
    }

    private IEnumerable<Question> OfHost() =>
    [
        Tried(HostName, [VariablesName, ManifestName], async stop =>
        {
            (_host, _environment) = await _source.OpenAsync(Environment, stop);
            return Host.Host.Name;
        }) with { Deadline = HostDeadline },
        .. (_environment?.Hosts ?? []).Skip(1).Select(OtherHost),
        .. OfEach("clock", null, one => new ClockCheck(Opened(one).Clock, _time, Environment.Preflight.Clock, Opened(one).Host.Name)),
        .. OfEach("disk", null, one => StateDisk(Opened(one), Written), here: true),
        .. OfEach("memory", null, one => new MemoryCheck(Opened(one).Files, Environment.Preflight.Memory ?? PreflightSpec.UsualMemory),
            here: true),
        Tried("journal", [HostName], _ =>
        {
            var journal = new Journal(Host.Files, Environment.StateDirectory).Read();
            return Task.FromResult($"{Plural.Of(journal.Whole().Count, "entry, as it was", "entries, as they were")} written"
                + string.Concat(journal.Ignored.Select(torn => $"; {torn}")));
        }),
        Tried(TargetName, [HostName], async stop =>
        {
            _environment = await _source.SettleAsync(Host, Environment, stop);
            return Environment.Target.ToString().ToLowerInvariant();
        }),
    ];

    private IEnumerable<Question> OfProcesses() =>
        [Services([TargetName]), Tried(ServersName, [ServicesName], async stop =>
        {
            await _platform!.EnsureReachableAsync(stop);
            return "what the accessories need is installed";
        }), .. OfPlatform([ServersName])];

    private IEnumerable<Question> OfEngine() =>
    [
        .. OfEach(EngineName, TargetName, one => new EngineCheck(Engine(one), Place(one)), here: true),
        // Of the machine where releases are built, whatever the host is like.
        new(ComposeName, () => new ToolCheck(_here, DockerCommands.ComposeVersion(), ComposeName, ToolCheck.OldestCompose)),
        new("buildx", () => new ToolCheck(_here, DockerCommands.BuildxVersion(), "buildx", ToolCheck.OldestBuildx)),
        new("base of the edge", () => new EdgeBaseCheck(_manifest!, new(Host.Host.Workshop), [.. Places.Select(one => (Engine(one),
            new ComposeNames(_manifest!, OnIt(one))))])) { Needs = [.. Named(EngineName)], Deadline = EdgeBaseCheck.Deadline },
        .. OfEach("disk of the engine", EngineName, one => EngineDisk(Opened(one).Host, Engine(one), Environment), here: true),
        Services([TargetName, ComposeName]),
        .. OfEach("siblings", EngineName, one => new SiblingsCheck(Engine(one), new(_manifest!, OnIt(one))), here: true),
        .. OfPlatform([.. Named(EngineName), ServicesName]),
    ];

    private Question Services(string[] needs) => Tried(ServicesName, needs, async stop =>
    {
        (_manifest, _platform) = await _source.PlatformAsync(_manifest!, Environment, Host, stop);
        return $"{string.Join(", ", _manifest.Services.Keys)} on {_platform.Description}";
    });

    private IEnumerable<Question> OfPlatform(string[] needs) =>
    [
        new("edge", () => new EdgeCheck(_platform!.Traffic)) { Needs = needs },
        new(PortsName, () => new ReasonsCheck(async stop => _ports = await _platform!.PortsAsync(stop), "the doors are open or can be"))
            { Needs = needs },
        // What it names of ports has its own line.
        new("files", () => new ReasonsCheck(async stop => (await _platform!.PreflightAsync(stop)).Except(_ports),
            "what a release is made of is there")) { Needs = needs },
    ];

    /// <summary>A host beside the one with the state: opened with it, or named with its reason.</summary>
    private Question OtherHost(HostSpec host) => Tried(Named(HostName, host), [HostName], _ => Task.FromResult(Opened(host).Host.Name));

    /// <summary>A check of each host, which is reached before; of this machine where it is wanted there too.</summary>
    /// <param name="needs">A check of the same host that must have ended well; null for none.</param>
    private IEnumerable<Question> OfEach(string name, string? needs, Func<HostSpec?, ICheck> check, bool here = false) =>
        _environment is { Hosts.Count: > 0 } known
            ? known.Hosts.Select(host => new Question(Named(name, host), () => check(host))
            {
                Needs = [Named(HostName, host), .. needs is null ? [] : new[] { needs == TargetName ? needs : Named(needs, host) }],
            })
            : here ? [new(name, () => check(null)) { Needs = [needs ?? HostName] }] : [];

    /// <summary>Of several hosts the first has the names that an only one has.</summary>
    private string Named(string check, HostSpec host) =>
        ReferenceEquals(host, _environment!.Hosts[0]) ? check : $"{check} of {host.Address.Place}";

    private IEnumerable<HostSpec?> Places =>
        _environment is { Hosts.Count: > 0 } known ? known.Hosts.Cast<HostSpec?>() : new HostSpec?[] { null };

    private IEnumerable<string> Named(string check) =>
        _environment is { Hosts.Count: > 0 } known ? known.Hosts.Select(host => Named(check, host)) : [check];

    /// <exception cref="EngineException">It does not answer.</exception>
    private HostHandle Opened(HostSpec? host) => host is null || _environment!.Hosts.Count == 1 ? Host
        : Host.All.FirstOrDefault(one => one.Address == host.Address)
            ?? throw Host.Away.First(away => away.Hosts.Contains(host.Address.Place));

    /// <summary>The environment as the manifest has it: the path of its state begins in the home of each host.</summary>
    private EnvironmentSpec Written => _manifest!.Environments[Environment.Name];

    private EnvironmentSpec OnIt(HostSpec? host) => Environment with { StateDirectory = Opened(host).StateOf(Written) };

    private string? Place(HostSpec? host) => Opened(host).Host.IsElsewhere() ? Opened(host).Host.Name : null;

    private DockerEngine Engine(HostSpec? host) => new(Opened(host).Host, place: Place(host));

    /// <summary>The disk of the state directory.</summary>
    internal static DiskCheck StateDisk(HostHandle host, EnvironmentSpec environment) => new(host.Files,
        _ => Task.FromResult(host.StateOf(environment)), environment.Preflight.Disk,
        "remove what is not needed there; preflight.disk of the manifest is the limit");

    /// <summary>The disk of the engine's images and volumes.</summary>
    internal static DiskCheck EngineDisk(IHost host, DockerEngine engine, EnvironmentSpec environment) => new(host.Files,
        async stop => (await engine.MustAsync(DockerCommands.DataRoot(), Failure.Unreachable, "try it by hand: docker info", stop)).Trim(),
        environment.Preflight.Disk, "docker system df shows what takes it, docker image prune and docker builder prune remove what no "
            + "container uses; preflight.disk of the manifest is the limit");

    private static Question Tried(string name, string[] needs, Func<CancellationToken, Task<string>> attempt) =>
        new(name, () => new TriedCheck(attempt)) { Needs = needs };
}
