using ChainBridge.Engine.Model;

namespace ChainBridge.Engine.Manifest;

/// <summary>The content of <c>chainbridge.yml</c>, after every rule was checked and every <c>${NAME}</c> expanded.</summary>
/// <param name="Path">Full path of the file it was read from; relative paths in it are relative to its folder.</param>
/// <param name="Project">Name that prefixes everything made on a target (compose projects, volumes). Lower case.</param>
public sealed record DeploymentManifest(
    string Path,
    string Project,
    IReadOnlyDictionary<string, ServiceSpec> Services,
    IReadOnlyDictionary<string, AccessorySpec> Accessories,
    EdgeSpec Edge,
    GatesSpec Gates,
    IReadOnlyDictionary<string, EnvironmentSpec> Environments,
    AlertsSpec Alerts)
{
    /// <summary>The public doors, the first door first; at least one.</summary>
    public IReadOnlyList<DoorSpec> Doors { get; init; } = [];

    /// <summary>The doors with their ports in an environment; null still for those on the first door's port.</summary>
    public IReadOnlyList<DoorSpec> DoorsIn(EnvironmentSpec environment) => environment.Doors(Doors);

    /// <summary>The environment of a command that names none; null where the only one is meant, or a command must name one.</summary>
    public string? DefaultEnvironment { get; init; }

    /// <summary>The compose file that defines the services; null for a manifest that lists them itself.</summary>
    public ComposeSpec? Compose { get; init; }

    /// <summary>
    /// Services of that file that run once per release with an image of their own; those with a service's image are not among them.
    /// </summary>
    public IReadOnlyDictionary<string, ServiceSpec> Jobs { get; init; } = new Dictionary<string, ServiceSpec>();

    /// <summary>Commands of the team around the parts of a plan, in the order they are run.</summary>
    public IReadOnlyList<HookSpec> Hooks { get; init; } = [];

    /// <summary>The models of a release and where they are registered; null for none.</summary>
    public ModelsSpec? Models { get; init; }

    /// <summary>Secrets that commands print.</summary>
    public IReadOnlyList<SecretCommandSpec> Secrets { get; init; } = [];

    /// <summary>Where notifications of runs go.</summary>
    public IReadOnlyList<NotifySpec> Notify { get; init; } = [];

    /// <summary>The folder the manifest stands in.</summary>
    public string Root => System.IO.Path.GetDirectoryName(Path)!;
}

/// <summary>Which server an accessory is.</summary>
public enum AccessoryKind
{
    /// <summary>PostgreSQL.</summary>
    Postgres,
    /// <summary>Redis.</summary>
    Redis,
    /// <summary>A service of the compose file that is neither.</summary>
    Other,
}

/// <summary>A server shared by all releases of an environment and never replaced by one.</summary>
/// <param name="Image">The image on container targets. The process target starts the installed server instead.</param>
public sealed record AccessorySpec(string Name, AccessoryKind Kind, string Image)
{
    /// <summary>The setting of a PostgreSQL image that holds the password.</summary>
    internal const string PasswordSetting = "POSTGRES_PASSWORD";

    /// <summary>What the compose file gives it in its environment, for the process target; empty elsewhere.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    /// <summary>Where its image listens.</summary>
    internal int UsualPort => Kind == AccessoryKind.Redis ? 6379 : 5432;
}

/// <summary>The image of the front door on container targets, and what the front door limits on every target.</summary>
/// <param name="Dockerfile">Null for the edge that the runner carries, whose image takes <c>RUNTIME_IMAGE</c> as an argument.</param>
/// <param name="MaxBody">The most bytes a request's body may have; null for any number.</param>
/// <param name="IdleTimeout">How long a request or its answer may go without a byte in either direction; null for any time.</param>
public sealed record EdgeSpec(string Image, string Context, string? Dockerfile, IReadOnlyDictionary<string, string> BuildArgs,
    long? MaxBody = null, TimeSpan? IdleTimeout = null);

/// <summary>The gates of the pipeline.</summary>
public sealed record GatesSpec(GateSpec? Integration, GateSpec Smoke, ObserveSpec Observe)
{
    /// <summary>The old release is smoke-tested once the databases were moved, before the new one starts. Default false.</summary>
    public bool SmokePrevious { get; init; }
}

/// <summary>How a release is watched between the switch and its promotion.</summary>
/// <param name="For">How long. Default 10 s; 0 switches the observation off.</param>
/// <param name="Every">From one probe to the next. Default 100 ms.</param>
/// <param name="MaxFailedShare">The share of probes, and of the requests the edge counted, that may fail. Default 0.02.</param>
public sealed record ObserveSpec(TimeSpan For, TimeSpan Every, double MaxFailedShare)
{
    /// <summary>The values where the manifest sets none.</summary>
    public static ObserveSpec Default { get; } = new(TimeSpan.FromSeconds(10), TimeSpan.FromMilliseconds(100), 0.02);

    /// <summary>99 of 100 answers may take this long, as the edge measures; null for any time.</summary>
    public TimeSpan? MaxP99 { get; init; }

    /// <summary>Nothing is watched.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public bool IsOff => For == TimeSpan.Zero;
}

/// <summary>One gate: HTTP probes, commands with result files, and the time it may take.</summary>
/// <param name="Budget">For the whole gate. Default 180 s for integration, 60 s for smoke.</param>
/// <param name="MaxSkipped">Skipped tests beyond this number fail the gate. Default 0.</param>
/// <param name="MaxFlaky">
/// Tests that passed only when they were run again fail the gate beyond this number. Default: any number passes.
/// </param>
public sealed record GateSpec(
    IReadOnlyList<ProbeSpec> Probes, IReadOnlyList<GateCommandSpec> Commands, TimeSpan Budget, int MaxSkipped, int MaxFlaky = int.MaxValue);

/// <summary>One HTTP question put to the release.</summary>
/// <param name="Method">Default GET.</param>
/// <param name="Body">Sent as application/json when given.</param>
/// <param name="Status">The status expected. Default 200.</param>
/// <param name="Contains">Text the answer's body must hold, or null.</param>
/// <param name="Timeout">For one answer. Default 5 s.</param>
/// <param name="VersionHeader">
/// Header in which the release states its version itself. Default <c>X-ChainBridge-Version</c>, and then it may be missing.
/// </param>
public sealed record ProbeSpec(
    string Name, string Method, string Path, string? Body, int Status, string? Contains, TimeSpan Timeout, string VersionHeader)
{
    /// <summary>The door it is put to; null for the first one.</summary>
    public string? Door { get; init; }

    /// <summary>Sent as <c>Host</c>. Default the door's host, else its service's; null for the address that is asked.</summary>
    public string? Host { get; init; }

    /// <summary>The manifest names the header with the version: every answer must have it.</summary>
    public bool VersionRequired { get; init; }

    /// <summary>The service's own version route, below no door's path: it answers JSON whose <c>version</c> must be that.</summary>
    public bool StatesVersion { get; init; }
}

/// <summary>
/// One command and the result file that is its evidence. The command gets CHAINBRIDGE_BASE_URL, CHAINBRIDGE_DOOR_… for each door and
/// CHAINBRIDGE_EXPECT_VERSION in its environment (smoke), CHAINBRIDGE_STABLE_VERSION and what else a candidate can be held against with
/// (<see cref="Gates.Predecessor"/>), and CHAINBRIDGE_RESULTS, a folder of its own.
/// <c>{results}</c> in <see cref="Run"/> and <see cref="Results"/> stands for that folder.
/// </summary>
/// <param name="Results">Glob of the result files, e.g. <c>{results}/*.trx</c>.</param>
/// <param name="Reruns">
/// A test that a result file lists again was run again, and its last entry counts. Default false: each entry is a test.
/// </param>
/// <param name="Counts">What the suites of a JUnit file count in <c>tests</c>. Default tests.</param>
public sealed record GateCommandSpec(
    string Name, IReadOnlyList<string> Run, string Results, ResultFormat Format, TimeSpan Timeout, bool Reruns = false,
    ResultCounts Counts = ResultCounts.Tests);

/// <summary>What the suites of a JUnit file count in their attribute <c>tests</c>.</summary>
public enum ResultCounts
{
    /// <summary>Tests: the file must hold as many as it claims.</summary>
    Tests,
    /// <summary>Assertions or parts of tests, which have no entry of their own: the number is not compared.</summary>
    Assertions,
}

/// <summary>Format of a result file.</summary>
public enum ResultFormat
{
    /// <summary>Visual Studio TRX.</summary>
    Trx,
    /// <summary>JUnit XML.</summary>
    Junit,
    /// <summary>Common Test Report Format (JSON).</summary>
    Ctrf,
}

/// <summary>Where an environment runs.</summary>
public enum TargetKind
{
    /// <summary>Published builds as child processes of a supervisor on this machine.</summary>
    Process,
    /// <summary>Docker Compose, one project per slot, on this machine's engine.</summary>
    Compose,
    /// <summary>
    /// Compose when a Docker engine answers and there is a compose file, else process; kept from the first deployment on.
    /// </summary>
    Auto,
}

/// <summary>A place releases are deployed to.</summary>
/// <param name="StateDirectory">
/// Journal, lock, releases and slots live here; full path. Of an environment with a host a path there, which begins in the user's home
/// when it is no full one.
/// </param>
/// <param name="Port">
/// The public port of the first door on the machine that the environment lives on. 0 means a free one, chosen once and kept.
/// </param>
/// <param name="ComposeFile">The team's compose file, with the services of a slot; full path; compose target only.</param>
/// <param name="Retain">How many releases are kept. Default 5.</param>
/// <param name="Variables">Extra environment for every service of this environment.</param>
public sealed record EnvironmentSpec(
    string Name,
    TargetKind Target,
    string StateDirectory,
    int Port,
    string? ComposeFile,
    int Retain,
    SlotTimeouts Timeouts,
    IReadOnlyDictionary<string, string> Variables)
{
    /// <summary>The machines that its releases run on, the one with its state first; empty for the runner's own.</summary>
    public IReadOnlyList<HostSpec> Hosts { get; init; } = [];

    /// <summary>The machine that holds its state; null for the runner's own.</summary>
    public HostAddress? Host => Hosts.Count == 0 ? null : Hosts[0].Address;

    /// <summary>Where its users find it, for links; null where the manifest does not name it.</summary>
    public Uri? Url { get; init; }

    /// <summary>The registry through which images reach the host; null where they travel over SSH.</summary>
    public RegistrySpec? Registry { get; init; }

    /// <summary>How its images are built; null for buildx as it is, into the engine's own store.</summary>
    public BuilderSpec? Build { get; init; }

    /// <summary>A configuration of ssh to use in the place of the user's and the machine's; full path; null for those.</summary>
    public string? SshConfig { get; init; }

    /// <summary>
    /// Where the runner's machine keeps results of gates and what commands read; full path. The state directory where there is no host.
    /// </summary>
    public string WorkDirectory
    {
        get => field ?? StateDirectory;
        init;
    }

    /// <summary>How a candidate gets the traffic in shares; null where it gets all at once.</summary>
    public CanarySpec? Canary { get; init; }

    /// <summary>
    /// How a release takes the place of another one service by service, on hosts without room for two; null where it does not.
    /// </summary>
    public RollingSpec? Rolling { get; init; }

    /// <summary>What must be so before a deployment begins.</summary>
    public PreflightSpec Preflight { get; init; } = PreflightSpec.Default;

    /// <summary>How long a candidate that waits for a person may be promoted; null for any time.</summary>
    public TimeSpan? ApproveWithin { get; init; }

    /// <summary>Further doors whose port is another one in this environment: door → port.</summary>
    public IReadOnlyDictionary<string, int> Ports { get; init; } = new Dictionary<string, int>();

    /// <summary>Whether the manifest sets the port of the first door.</summary>
    internal bool HasPort { get; init; }

    /// <summary>These doors with their ports here.</summary>
    internal IReadOnlyList<DoorSpec> Doors(IReadOnlyList<DoorSpec> doors) => [.. doors.Select((door, index) => door with
    {
        Port = index == 0 ? Port : Ports.TryGetValue(door.Name, out var own) ? own : door.Port,
    })];

    /// <summary>
    /// Volumes of the compose file that each slot has for itself, new with every release. All others outlive releases and
    /// are shared by both slots.
    /// </summary>
    public IReadOnlyList<string> SlotVolumes { get; init; } = [];
}

/// <summary>A machine that releases run on.</summary>
/// <param name="Port">The port of the first door there; null for the environment's.</param>
public sealed record HostSpec(HostAddress Address, int? Port = null);

/// <summary>How long what a slot does may take.</summary>
/// <param name="Ready">To become ready. Default 60 s.</param>
/// <param name="Drain">To end the requests in flight. Default 30 s.</param>
public sealed record SlotTimeouts(TimeSpan Ready, TimeSpan Drain);

/// <summary>Limits on the deployment itself; passing one raises an alert, once per deployment.</summary>
/// <param name="DeploymentLongerThan">Default 15 min.</param>
/// <param name="ImageLargerThanBytes">Default 1 GB (10^9 bytes).</param>
/// <param name="SmokeLongerThan">Default 60 s.</param>
/// <param name="RolledBackShare">Default 0.10 of the deployments in the window.</param>
/// <param name="RolledBackWindow">Default 7 days.</param>
/// <param name="RolledBackMinimum">Fewer deployments than this in the window raise nothing. Default 10.</param>
public sealed record AlertsSpec(
    TimeSpan DeploymentLongerThan, long ImageLargerThanBytes, TimeSpan SmokeLongerThan,
    double RolledBackShare, TimeSpan RolledBackWindow, int RolledBackMinimum);
