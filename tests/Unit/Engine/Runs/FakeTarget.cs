using ChainBridge.Engine.Model;
using ChainBridge.Engine.Platforms;
using ChainBridge.Engine.Traffic;

namespace ChainBridge.Tests.Unit.Engine.Runs;

/// <summary>A target in memory. It outlives the runners that use it, like a real one, and writes down what it was asked.</summary>
internal sealed partial class FakeTarget : IPlatform, ITraffic
{
    public List<string> Calls { get; } = [];
    public Dictionary<Slot, Release> Running { get; } = [];
    /// <summary>The slots whose worker, post, takes work. Two of them at once would do work twice.</summary>
    public HashSet<Slot> Working { get; } = [];
    /// <summary>The services of slots that are replaced one by one; the others run as a whole.</summary>
    public InnerServices Inner { get; } = new();
    /// <summary>Releases whose worker ends as soon as it is started.</summary>
    public HashSet<string> LazyWorkers { get; } = [];
    /// <summary>Services that do not end when they are asked to.</summary>
    public List<KilledService> Stubborn { get; } = [];
    public Dictionary<string, int> Database { get; } = new() { ["pay"] = 0 };
    public Dictionary<string, int> LatestStep { get; } = [];
    public HashSet<string> FailsToStart { get; } = [];
    public HashSet<string> Tampered { get; } = [];
    public HashSet<string> CrashLoops { get; } = [];
    /// <summary>Releases whose service door ended and is not started again.</summary>
    public HashSet<string> Dead { get; } = [];
    /// <summary>Whether a release answers its health route, asked anew at each look.</summary>
    public Func<string, bool?> Health { get; set; } = _ => true;
    /// <summary>What the edge counted for a slot.</summary>
    public Func<Slot, SlotFigures> Counted { get; set; } = _ => new SlotFigures("first start", 0, 0, 0);
    /// <summary>Called when the edge is asked for its doors; may throw.</summary>
    public Action AskedForDoors { get; set; } = () => { };
    public HashSet<string> Irreversible { get; } = [];
    public List<string> Reasons { get; } = [];
    public Slot? Active => Shares.Active;
    public Shares Shares { get; private set; } = Shares.None;
    public bool Unreachable { get; set; }
    public string? Unsupervised { get; set; }
    public bool FailsToLetGo { get; set; }
    /// <summary>What the call under way was given to be cancelled with.</summary>
    public CancellationToken Given { get; private set; }
    public long HighestToken { get; set; }
    /// <summary>The host does not answer: every call fails.</summary>
    public bool Away { get; set; }
    /// <summary>Why a call fails before it has its effect; null for one that does not.</summary>
    public Func<string, EngineException?> Trouble { get; set; } = _ => null;
    /// <summary>Called before each call has its effect; may throw.</summary>
    public Action<string> Before { get; set; } = _ => { };
    /// <summary>Called while builds are removed; may throw.</summary>
    public Action Retaining { get; set; } = () => { };
    /// <summary>Called while a database is moved up.</summary>
    public Action DuringMigration { get; set; } = () => { };

    /// <summary>The host that it stands for.</summary>
    public string Host { get; init; } = "one";

    public string Description => "fake";
    public ITraffic Traffic => this;

    public Task EnsureReachableAsync(CancellationToken cancellationToken) => Do("reach", cancellationToken,
        () => _ = Unreachable ? throw new EngineException(Failure.Unreachable, "the fake is away", "bring it back") : 0);

    public Task<IReadOnlyList<string>> PreflightAsync(CancellationToken cancellationToken) =>
        Do<IReadOnlyList<string>>("preflight", cancellationToken, () => Reasons);

    public Task<IReadOnlyList<string>> PortsAsync(CancellationToken cancellationToken) =>
        Do<IReadOnlyList<string>>("ports", cancellationToken, () => [.. Reasons.Where(reason => reason.Contains("port"))]);

    public Task<IReadOnlyDictionary<string, Artifact>> BuildAsync(
        BuildRequest request, IProgress<BuildProgress> progress, CancellationToken cancellationToken) =>
        Do<IReadOnlyDictionary<string, Artifact>>($"build {request.Version}", cancellationToken, () => Inner.Names.Append("post")
            .Where(name => request.Only.Count == 0 || request.Only.Contains(name))
            .ToDictionary(name => name, name => new Artifact($"sha256:{name}-{request.Version}", $"builds/{name}", 1000)));

    public Task<string?> ComposeProjectAsync(CancellationToken cancellationToken) => Task.FromResult<string?>(null);

    public Task PrepareAsync(FencingToken token, CancellationToken cancellationToken) =>
        Do("prepare", cancellationToken, () => Fence(token));

    public Task<RunOnceOutcome> RunOnceAsync(
        FencingToken token, Release release, string service, IReadOnlyList<string> arguments, CancellationToken cancellationToken) =>
        Do($"run {service} of {release.Version}: {string.Join(' ', arguments)}", cancellationToken, () =>
        {
            Fence(token);
            var latest = LatestStep.GetValueOrDefault(release.Version);
            if (arguments[0] == "status")
            {
                var reversible = Irreversible.Contains(release.Version) ? "false" : "true";
                return new RunOnceOutcome(0,
                    $"a log line\n{{\"applied\":{Database[service]},\"latest\":{latest},\"reversible\":{reversible}}}", "");
            }

            if (arguments[0] == "up") DuringMigration();
            Database[service] = arguments[0] == "up" ? latest : int.Parse(arguments[1], System.Globalization.CultureInfo.InvariantCulture);
            return new RunOnceOutcome(0, "", "");
        });

    public Task StartSlotAsync(FencingToken token, Slot slot, Release release, CancellationToken cancellationToken) =>
        Do($"start {slot} {release.Version}", cancellationToken, () =>
        {
            Fence(token);
            Running[slot] = release;
            Working.Remove(slot);
            Inner.Started(slot, Inner.Names);
            // A release from before post was a worker starts it with the rest.
            if (release.Services.TryGetValue("post", out var post) && !post.Worker) Working.Add(slot);
            if (FailsToStart.Contains(release.Version))
                throw new EngineException(Failure.CandidateFailed, $"door of {release.Version} ended with 139", "read its log");
        });

    public Task LayOutSlotAsync(FencingToken token, Slot slot, Release release, CancellationToken cancellationToken) =>
        Do($"lay out {slot} {release.Version}", cancellationToken, () =>
        {
            Fence(token);
            Running[slot] = release;
            Working.Remove(slot);
            Inner.Removed(slot);
        });

    public Task MoveNamesAsync(FencingToken token, Slot slot, Release release, IReadOnlyCollection<string> services, Release beside,
        CancellationToken cancellationToken) =>
        Do($"lead {string.Join(' ', services)} to {slot}", cancellationToken, () =>
        {
            Fence(token);
            Inner.Lead(slot, services);
            MustBeAnswered();
        });

    public Task StartServicesAsync(
        FencingToken token, Slot slot, Release release, IReadOnlyCollection<string> services, CancellationToken cancellationToken) =>
        Do($"start {string.Join(' ', services)} of {slot} {release.Version}", cancellationToken, () =>
        {
            Fence(token);
            if (Running.GetValueOrDefault(slot)?.Version != release.Version)
                throw new EngineException(Failure.PersonNeeded, $"{slot} does not run {release.Version}", "start it first");
            if (!services.Contains("post"))
            {
                Inner.Started(slot, services);
                if (FailsToStart.Contains(release.Version))
                    throw new EngineException(Failure.CandidateFailed, $"{services.First()} of {release.Version} ended", "read its log");
                return;
            }

            Working.Add(slot);
            if (Working.Count > 1) throw new InvalidOperationException("two releases take work at the same time");
            if (LazyWorkers.Contains(release.Version))
                throw new EngineException(Failure.CandidateFailed, $"post of {release.Version} ended with 1", "read its log");
        });

    public Task<IReadOnlyList<KilledService>> StopServicesAsync(
        FencingToken token, Slot slot, IReadOnlyCollection<string> services, CancellationToken cancellationToken) =>
        Stopped($"stop {string.Join(' ', services)} of {slot}", cancellationToken, () =>
        {
            Fence(token);
            if (services.Contains("post")) Working.Remove(slot);
            Inner.Stopped(slot, services);
        });

    public Task<IReadOnlyList<string>> AliveAsync(Slot slot, CancellationToken cancellationToken) =>
        Do<IReadOnlyList<string>>($"alive in {slot}?", cancellationToken, 
            () => !Running.ContainsKey(slot) ? [] : [.. Inner.Up(slot), .. Working.Contains(slot) ? ["post"] : Array.Empty<string>()]);

    public Task<IReadOnlyList<RunningService>> InspectAsync(Slot slot, CancellationToken cancellationToken) =>
        Do<IReadOnlyList<RunningService>>($"inspect {slot}", cancellationToken, () =>
            !Running.TryGetValue(slot, out var release)
                ? []
                : [.. release.Artifacts.Where(artifact => (artifact.Key != "door" || !Dead.Contains(release.Version))
                    && (artifact.Key == "post" ? Working.Contains(slot) : Inner.Up(slot).Contains(artifact.Key))).Select(artifact =>
                    new RunningService(artifact.Key, release.Version,
                        Tampered.Contains(release.Version) ? "sha256:other" : artifact.Value.Digest,
                        Health(release.Version), release.CreatedAt, CrashLoops.Contains(release.Version) ? 2 : 0))]);

    public Task<string?> UnsupervisedAsync(CancellationToken cancellationToken) => Do("supervised?", cancellationToken, () => Unsupervised);

    public Task<IReadOnlyList<DoorAddress>> CandidateDoorsAsync(Slot slot, Release release, CancellationToken cancellationToken) =>
        Do<IReadOnlyList<DoorAddress>>($"address of {slot}", cancellationToken,
            () => Running.ContainsKey(slot) ? [new("default", new Uri($"http://{slot}.test"))] : []);

    public Task<IReadOnlyDictionary<string, ServiceAddress>> AddressesAsync(
        Slot slot, IReadOnlyCollection<string> services, CancellationToken cancellationToken) =>
        Do<IReadOnlyDictionary<string, ServiceAddress>>($"addresses in {slot}", cancellationToken, () =>
            (Running.TryGetValue(slot, out var release) ? services.Intersect(release.Artifacts.Keys) : []).ToDictionary(
                name => name, name => new ServiceAddress(new($"http://{slot}.{Host}.test:1"), new($"http://{name}:2"))));

    public Task<IReadOnlyList<KilledService>> StopSlotAsync(FencingToken token, Slot slot, CancellationToken cancellationToken) =>
        Stopped($"stop {slot}", cancellationToken, () =>
        {
            Fence(token);
            // While two slots have traffic none of them may be stopped or started anew under it.
            Never(Shares.AreSplit, $"{slot} has {Shares.Of(slot)} % of the traffic");
            Running.Remove(slot);
            Working.Remove(slot);
            Inner.Removed(slot);
        });

    public Task<IReadOnlyDictionary<string, IReadOnlyList<string>>> LogsAsync(Slot slot, int lines, CancellationToken cancellationToken) =>
        Do<IReadOnlyDictionary<string, IReadOnlyList<string>>>($"logs of {slot}", cancellationToken,
            () => new Dictionary<string, IReadOnlyList<string>> { ["door"] = ["it hurts"] });

    public Task RetainAsync(
        FencingToken token, IReadOnlyCollection<Release> keep, IReadOnlyCollection<Release> drop, CancellationToken cancellationToken) =>
        Do($"retain {string.Join(',', keep.Select(release => release.Version))} "
            + $"drop {string.Join(',', drop.Select(release => release.Version))}", cancellationToken, () =>
            {
                Fence(token);
                Retaining();
            });

    public Task ForgetBuildsAsync(IReadOnlyCollection<Release> recorded, int newest, CancellationToken cancellationToken) =>
        Do("forget builds", cancellationToken, () => { });

    public Task DownAsync(FencingToken token, bool removeData, CancellationToken cancellationToken) =>
        Do($"down{(removeData ? " with data" : "")}", cancellationToken, () =>
        {
            Fence(token);
            Running.Clear();
            Working.Clear();
            foreach (var slot in Enum.GetValues<Slot>()) Inner.Removed(slot);
            Shares = Shares.None;
        });

    public ValueTask DisposeAsync() => FailsToLetGo ? throw new IOException("stuck") : ValueTask.CompletedTask;

    private static Slot Other(Slot slot) => slot == Slot.Blue ? Slot.Green : Slot.Blue;

    private void MustRun(Slot slot) => Never(!Running.ContainsKey(slot), $"{slot} is empty and would get requests");

    /// <summary>Requests meet a service behind the door, and that one a service by the name that it calls.</summary>
    private void MustBeAnswered() => Never(
        Active is { } active && Running.ContainsKey(active) && !Inner.Answers(active), $"requests to {Active} find no service");

    private async Task<IReadOnlyList<KilledService>> Stopped(string call, CancellationToken cancellationToken, Action effect)
    {
        await Do(call, cancellationToken, effect + MustBeAnswered);
        return [.. Stubborn];
    }

    private static void Never(bool happens, string what)
    {
        if (happens) throw new InvalidOperationException(what);
    }

    private void Fence(FencingToken token)
    {
        if (token.Value < HighestToken)
            throw new EngineException(Failure.Locked, $"token {token.Value} is older than {HighestToken}", "stop");
        HighestToken = token.Value;
    }

    private Task Do(string call, CancellationToken cancellationToken, Action effect) => Do(call, cancellationToken, () =>
    {
        effect();
        return true;
    });

    private Task<T> Do<T>(string call, CancellationToken cancellationToken, Func<T> effect)
    {
        try
        {
            cancellationToken.ThrowIfCancellationRequested();
            Given = cancellationToken;
            Before(call);
            if (Away) throw new EngineException(Failure.Unreachable, "the connection was cut", "look at the network");
            if (Trouble(call) is { } trouble) throw trouble;
            Calls.Add(call);
            return Task.FromResult(effect());
        }
        catch (Exception failure)
        {
            return Task.FromException<T>(failure);
        }
    }
}
