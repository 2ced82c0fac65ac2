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
        .. _environment?.Host is null ? Array.Empty<Question>()
            : [new("clock", () => new ClockCheck(Host.Clock, _time, Environment.Preflight.Clock, Host.Host.Name)) { Needs = [HostName] }],
        new("disk", () => StateDisk(Host.Files, Environment)) { Needs = [HostName] },
        new("memory", () => new MemoryCheck(Host.Files, Environment.Preflight.Memory ?? PreflightSpec.UsualMemory)) { Needs = [HostName] },
        Tried("journal", [HostName], _ =>
        {
            var journal = new Journal(Host.Files, Environment.StateDirectory).Read();
            return Task.FromResult($"{journal.Whole().Count} entries, as they were written"
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
        new(EngineName, () => new EngineCheck(Engine(), Place)) { Needs = [TargetName] },
        // Of the machine where releases are built, whatever the host is like.
        new(ComposeName, () => new ToolCheck(_here, DockerCommands.ComposeVersion(), ComposeName, ToolCheck.OldestCompose)),
        new("buildx", () => new ToolCheck(_here, DockerCommands.BuildxVersion(), "buildx", ToolCheck.OldestBuildx)),
        new("disk of the engine", () => EngineDisk(Host.Host, Engine(), Environment)) { Needs = [EngineName] },
        Services([TargetName, ComposeName]),
        new("siblings", () => new SiblingsCheck(Engine(), new(_manifest!, Environment))) { Needs = [EngineName] },
        .. OfPlatform([EngineName, ServicesName]),
    ];

    private Question Services(string[] needs) => Tried(ServicesName, needs, async stop =>
    {
        (_manifest, _platform) = await _source.PlatformAsync(_manifest!, Environment, Host, stop);
        return $"{string.Join(", ", _manifest.Services.Keys)} on {_platform.Description}";
    });

    private IEnumerable<Question> OfPlatform(string[] needs) =>
    [
        new(PortsName, () => new ReasonsCheck(async stop => _ports = await _platform!.PortsAsync(stop), "the doors are open or can be"))
            { Needs = needs },
        // What it names of ports has its own line.
        new("files", () => new ReasonsCheck(async stop => (await _platform!.PreflightAsync(stop)).Except(_ports),
            "what a release is made of is there")) { Needs = needs },
    ];

    private string? Place => Host.Host.IsElsewhere() ? Host.Host.Name : null;

    private DockerEngine Engine() => new(Host.Host, place: Place);

    /// <summary>The disk of the state directory.</summary>
    internal static DiskCheck StateDisk(IHostFiles files, EnvironmentSpec environment) => new(files,
        _ => Task.FromResult(environment.StateDirectory), environment.Preflight.Disk,
        "remove what is not needed there; preflight.disk of the manifest is the limit");

    /// <summary>The disk of the engine's images and volumes.</summary>
    internal static DiskCheck EngineDisk(IHost host, DockerEngine engine, EnvironmentSpec environment) => new(host.Files,
        async stop => (await engine.MustAsync(DockerCommands.DataRoot(), Failure.Unreachable, "try it by hand: docker info", stop)).Trim(),
        environment.Preflight.Disk, "docker system df shows what takes it, docker image prune and docker builder prune remove what no "
            + "container uses; preflight.disk of the manifest is the limit");

    private static Question Tried(string name, string[] needs, Func<CancellationToken, Task<string>> attempt) =>
        new(name, () => new TriedCheck(attempt)) { Needs = needs };
}
