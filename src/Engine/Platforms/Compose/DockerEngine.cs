using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using ChainBridge.Engine.Commands;
using ChainBridge.Engine.Hosts;
using ChainBridge.Engine.Model;

namespace ChainBridge.Engine.Platforms.Compose;

/// <summary>A Docker engine, asked through its command line.</summary>
/// <param name="say">Gets a line when the engine is slow; null to report nothing.</param>
/// <param name="place">The host it is on, where that is another machine; null for this one.</param>
internal sealed class DockerEngine(IExecutor executor, Action<string>? say = null, string? place = null)
{
    private static readonly TimeSpan SilentFor = TimeSpan.FromSeconds(2);

    /// <summary>What a restart may take, with the containers that it stops and starts again.</summary>
    private static readonly TimeSpan Restart = TimeSpan.FromSeconds(45);

    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(250);

    /// <summary>It does not change while an engine is asked.</summary>
    private ImagePlatform? _platform;

    /// <summary>The containers that each list command named last.</summary>
    private readonly ConcurrentDictionary<string, string[]> _named = new(StringComparer.Ordinal);

    private string SetUp => place is null
        ? "start it (sudo eng/docker-engine.sh installs and starts one on Debian), or use the process target"
        : $"look at it on {place} (systemctl status docker there), and at docker, compose and buildx on this machine";

    private string Name => place is null ? "the Docker engine" : $"the Docker engine of {place}";

    /// <summary>
    /// Done when the engine and its plugins have answered. A refused socket or a missing program is known at once; an engine
    /// that is slow is waited for, up to <see cref="DockerCommands.Patience"/>, with a line that says so.
    /// </summary>
    /// <exception cref="EngineException"><see cref="Failure.Unreachable"/>: no engine answers, or a plugin is missing.</exception>
    public async Task EnsureReachableAsync(CancellationToken cancellationToken)
    {
        var answers = await AskAsync([DockerCommands.EngineVersion(), DockerCommands.ComposeVersion(), DockerCommands.BuildxVersion()],
            cancellationToken);
        if (answers.FirstOrDefault(answer => !answer.Succeeded) is { } silent)
            throw new EngineException(Failure.Unreachable, $"{Name} cannot be used: {silent.Evidence}", SetUp);
    }

    /// <summary>Whether an engine answers. Waits for one that is slow.</summary>
    /// <exception cref="EngineException">
    /// <see cref="Failure.Unreachable"/>: it neither answered nor refused within <see cref="DockerCommands.Patience"/>.
    /// </exception>
    public async Task<bool> AnswersAsync(CancellationToken cancellationToken)
    {
        var answer = (await AskAsync([DockerCommands.EngineVersion()], cancellationToken))[0];
        return answer.ExitCode != CommandResult.TimedOut
            ? answer.Succeeded
            : throw new EngineException(Failure.Unreachable, $"{Name} neither answers nor refuses: {answer.Evidence}",
                "see what keeps it busy (docker info, systemctl status docker), then try again");
    }

    /// <summary>Done when the engine answers. One that is being restarted is waited for, with a line that says so.</summary>
    /// <exception cref="EngineException"><see cref="Failure.Unreachable"/>: it did not come back.</exception>
    public async Task ReturnAsync(TimeProvider time, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        for (var looks = 0; !await AnswersAsync(cancellationToken); looks++)
        {
            if (time.GetElapsedTime(began) > Restart)
                throw new EngineException(Failure.Unreachable, $"{Name} did not come back within {Restart.TotalSeconds:0} s", SetUp);
            if (looks == 0) say?.Invoke($"{Name} does not answer; waiting up to {Restart.TotalSeconds:0} s for it to come back");
            await Task.Delay(LookAgain, time, cancellationToken);
        }
    }

    private async Task<CommandResult[]> AskAsync(IReadOnlyList<Command> questions, CancellationToken cancellationToken)
    {
        var asked = questions.Select(question => TryAsync(question, cancellationToken)).ToList();
        var answers = Task.WhenAll(asked);
        using var silence = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAny(answers, Task.Delay(SilentFor, silence.Token));
        var slow = questions.Zip(asked).Where(pair => !pair.Second.IsCompleted).Select(pair => $"'{pair.First}'").ToList();
        if (slow.Count > 0 && !cancellationToken.IsCancellationRequested)
            say?.Invoke($"{Name} is slow: {string.Join(", ", slow)} did not end within {SilentFor.TotalSeconds:0} s; "
                + $"waiting up to {DockerCommands.Patience.TotalMinutes:0} min");
        await silence.CancelAsync();
        return await answers;
    }

    public Task<CommandResult> TryAsync(Command command, CancellationToken cancellationToken) =>
        executor.RunAsync(command, null, cancellationToken);

    /// <summary>The output of a command that must succeed.</summary>
    /// <exception cref="EngineException">
    /// It failed, with its last lines: <see cref="Failure.Unreachable"/> when the engine does not answer any more, else
    /// <paramref name="otherwise"/>.
    /// </exception>
    public Task<string> MustAsync(
        Command command, Failure otherwise, string nextStep, CancellationToken cancellationToken, Action<string>? onLine = null) =>
        MustAsync(command, result => new EngineException(otherwise, result.Evidence, nextStep), cancellationToken, onLine);

    /// <inheritdoc cref="MustAsync(Command, Failure, string, CancellationToken, Action{string})"/>
    /// <param name="trouble">What it means that it failed, of an engine that answers.</param>
    public async Task<string> MustAsync(Command command, Func<CommandResult, EngineException> trouble, CancellationToken cancellationToken,
        Action<string>? onLine = null)
    {
        var result = await executor.RunAsync(command, onLine, cancellationToken);
        if (result.Succeeded) return result.Output;
        var away = !await AnswersAsync(cancellationToken);
        throw away
            ? new EngineException(Failure.Unreachable, $"{Name} does not answer any more: {result.Evidence}", SetUp)
            : trouble(result);
    }

    /// <summary>
    /// The containers a list command names. Those that it named last are asked about beside it, which saves a way to a host that is far.
    /// </summary>
    public async Task<IReadOnlyList<Container>> ContainersAsync(Command list, CancellationToken cancellationToken)
    {
        const string next = "look at it with docker ps --all";
        var asked = _named.GetValueOrDefault($"{list}", []);
        var guess = asked.Length == 0 ? null : TryAsync(DockerCommands.InspectContainers(asked), cancellationToken);
        var listing = StillThereAsync(list, cancellationToken);
        await Task.WhenAll(listing, guess ?? Task.CompletedTask);
        var ids = _named[$"{list}"] = await listing;
        if (guess is not null && await guess is { Succeeded: true } known && ids.SequenceEqual(asked)) return Container.Read(known.Output);
        if (ids.Length == 0) return [];
        // One that goes away between the two questions fails the second; it is asked again without it.
        var answer = await TryAsync(DockerCommands.InspectContainers(ids), cancellationToken);
        if (answer.Succeeded) return Container.Read(answer.Output);
        var rest = await StillThereAsync(list, cancellationToken);
        return rest.Length == 0
            ? []
            : Container.Read(await MustAsync(DockerCommands.InspectContainers(rest), Failure.Unreachable, next, cancellationToken));
    }

    /// <summary>The image's id and size; null when the engine does not have it.</summary>
    public async Task<ImageInfo?> ImageAsync(string name, CancellationToken cancellationToken)
    {
        var answer = await TryAsync(DockerCommands.InspectImage(name), cancellationToken);
        if (answer.Succeeded) return ImageInfo.Read(answer.Output);
        // It is an answer, so the engine is not silent.
        if (answer.ExitCode == 1 && answer.Errors.Contains("No such image", StringComparison.OrdinalIgnoreCase)) return null;
        return await AnswersAsync(cancellationToken)
            ? null
            : throw new EngineException(Failure.Unreachable, $"{Name} cannot be used: {answer.Evidence}", SetUp);
    }

    /// <summary>System and architecture of its machine.</summary>
    /// <exception cref="EngineException"><see cref="Failure.Inconclusive"/>: it answers something else.</exception>
    public async Task<ImagePlatform> PlatformAsync(CancellationToken cancellationToken)
    {
        if (_platform is not null) return _platform;
        var answer = await MustAsync(DockerCommands.EnginePlatform(), Failure.Unreachable, SetUp, cancellationToken);
        return _platform = ImagePlatform.Parse(answer) ?? throw new EngineException(Failure.Inconclusive,
            $"{Name} does not say which architecture it runs on: it answers '{answer.Trim()}'", "look at docker version");
    }

    /// <summary>An image for another architecture would end as soon as it is started, or run in an emulator.</summary>
    /// <param name="platform">What the image is for; null where it does not say.</param>
    /// <exception cref="EngineException"><see cref="Failure.Refused"/>: it is for another one, naming both.</exception>
    public async Task RefuseOtherAsync(string image, ImagePlatform? platform, CancellationToken cancellationToken)
    {
        if (platform is null) return;
        var own = await PlatformAsync(cancellationToken);
        if (!own.Runs(platform)) throw OtherArchitecture(image, $"{platform}", own);
    }

    /// <param name="has">The platforms there are of it.</param>
    public EngineException OtherArchitecture(string image, string has, ImagePlatform own) => new(Failure.Refused,
        $"{image} is for {has}, and {place ?? "this machine"} is {own}",
        $"build it for {own} (build: {{ platforms: [{own}] }} in the environment), or of an image that is pulled take one for it "
            + $"(docker pull --platform {own})");

    /// <summary>The image's id and size; null also where no engine answers: it need not be there at all.</summary>
    public async Task<ImageInfo?> FindAsync(string name, CancellationToken cancellationToken) =>
        await TryAsync(DockerCommands.InspectImage(name), cancellationToken) is { Succeeded: true } answer
            ? ImageInfo.Read(answer.Output)
            : null;

    /// <summary>All images it has; empty where it does not say.</summary>
    public async Task<IReadOnlyList<ImageInfo>> ImagesAsync(CancellationToken cancellationToken)
    {
        var ids = (await TryAsync(DockerCommands.ImageIds(), cancellationToken)).Output
            .Split('\n', StringSplitOptions.RemoveEmptyEntries).Distinct().ToList();
        if (ids.Count == 0) return [];
        var answer = await TryAsync(DockerCommands.InspectImages(ids), cancellationToken);
        return answer.Succeeded ? ImageInfo.ReadAll(answer.Output) : [];
    }

    /// <summary>Whether it keeps images in containerd's store: by other ids, and packed as a registry gives them.</summary>
    public async Task<bool> HasContainerdStoreAsync(CancellationToken cancellationToken) =>
        (await MustAsync(DockerCommands.StoreStatus(), Failure.Unreachable, "look at docker info", cancellationToken))
            .Contains("io.containerd.snapshotter", StringComparison.Ordinal);

    private async Task<string[]> StillThereAsync(Command list, CancellationToken cancellationToken) =>
        (await MustAsync(list, Failure.Unreachable, "look at it with docker ps --all", cancellationToken))
            .Split('\n', StringSplitOptions.RemoveEmptyEntries);
}

/// <summary>A container as the engine describes it.</summary>
/// <param name="Image">Id of the image it really runs: <c>sha256:…</c></param>
/// <param name="Ports">Port inside → port on its host's loopback.</param>
internal sealed record Container(
    string Id, string Name, string Image, IReadOnlyDictionary<string, string> Labels, ContainerState State,
    IReadOnlyDictionary<int, int> Ports)
{
    /// <summary>Its service in the compose file; empty when it has none.</summary>
    public string Service => Labels.GetValueOrDefault("com.docker.compose.service", "");

    /// <summary>The port of the host's loopback at which a slot's service answers; null when it does not run.</summary>
    public int? Port => State.Running && InnerPort is { } inner && Ports.TryGetValue(inner, out var port) ? port : null;

    /// <summary>The port at which its siblings reach it; null for a service without one.</summary>
    public int? InnerPort => int.TryParse(Labels.GetValueOrDefault(ComposeNames.PortLabel), CultureInfo.InvariantCulture, out var inner)
        && inner > 0 ? inner : null;

    /// <summary>How long it may take to end, as the team's file says; null when it says nothing.</summary>
    public TimeSpan? Grace { get; init; }

    /// <summary>The networks it has joined, also while it does not run.</summary>
    public IReadOnlyCollection<string> Networks { get; init; } = [];

    /// <summary>Reads the answer of <c>docker inspect</c>.</summary>
    public static IReadOnlyList<Container> Read(string json)
    {
        using var document = JsonDocument.Parse(json);
        return [.. document.RootElement.EnumerateArray().Select(One)];
    }

    private static Container One(JsonElement container)
    {
        var state = container.GetProperty("State");
        // An image may say that it has no check, which is then "none".
        var health = state.TryGetProperty("Health", out var check) && check.GetProperty("Status").GetString() is { } status and not "none"
            ? status
            : null;
        var (running, restarting) = (state.GetProperty("Running").GetBoolean(), state.GetProperty("Restarting").GetBoolean());
        return new Container(
            container.GetProperty("Id").GetString()!, container.GetProperty("Name").GetString()!.TrimStart('/'),
            container.GetProperty("Image").GetString()!, Labelled(container.GetProperty("Config")),
            new(running && !restarting, running || restarting, state.GetProperty("ExitCode").GetInt32(),
                container.GetProperty("RestartCount").GetInt32(), state.GetProperty("StartedAt").GetDateTimeOffset(), health),
            PortsOf(container.GetProperty("NetworkSettings").GetProperty("Ports")))
        {
            Networks = container.GetProperty("NetworkSettings").TryGetProperty("Networks", out var networks)
                && networks.ValueKind == JsonValueKind.Object ? [.. networks.EnumerateObject().Select(network => network.Name)] : [],
            Grace = container.GetProperty("Config").TryGetProperty("StopTimeout", out var stop) && stop.ValueKind == JsonValueKind.Number
                ? TimeSpan.FromSeconds(stop.GetInt32())
                : null,
        };
    }

    internal static Dictionary<string, string> Labelled(JsonElement config) =>
        config.TryGetProperty("Labels", out var labels) && labels.ValueKind == JsonValueKind.Object
            ? labels.EnumerateObject().ToDictionary(label => label.Name, label => label.Value.GetString() ?? "")
            : [];

    private static Dictionary<int, int> PortsOf(JsonElement ports)
    {
        var found = new Dictionary<int, int>();
        if (ports.ValueKind != JsonValueKind.Object) return found;
        foreach (var port in ports.EnumerateObject()
            .Where(port => port.Value.ValueKind == JsonValueKind.Array && port.Value.GetArrayLength() > 0))
            found[int.Parse(port.Name.Split('/')[0], System.Globalization.CultureInfo.InvariantCulture)] =
                int.Parse(port.Value[0].GetProperty("HostPort").GetString()!, System.Globalization.CultureInfo.InvariantCulture);
        return found;
    }
}

/// <summary>Whether a container runs, and how it came to that.</summary>
/// <param name="Alive">It runs, or the engine is about to start it again.</param>
/// <param name="Since">Its last start.</param>
/// <param name="Health">The status of its health check, e.g. <c>healthy</c>; null when it has none.</param>
internal sealed record ContainerState(
    bool Running, bool Alive, int ExitCode, int Restarts, DateTimeOffset Since, string? Health)
{
    /// <summary>It runs, and its health check has not passed yet.</summary>
    public bool Starting => Health == "starting";
}
