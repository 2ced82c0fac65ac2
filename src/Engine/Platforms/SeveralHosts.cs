using ChainBridge.Engine.Model;
using ChainBridge.Engine.Traffic;

namespace ChainBridge.Engine.Platforms;

/// <summary>
/// Several hosts as one platform: a change goes to all of them, and what all must prove is asked of each (<see cref="Hosts"/>). Steps,
/// journal and way back are those of one host.
/// </summary>
internal sealed class SeveralHosts : IPlatform
{
    private readonly SeveralParts _parts;

    /// <param name="group">At least two hosts, each with a name.</param>
    public SeveralHosts(HostGroup group, SeveralParts parts)
    {
        (Hosts, _parts) = (group, parts);
        Traffic = new SeveralTraffic(() => Hosts);
    }

    /// <summary>Those that are not left out.</summary>
    public HostGroup Hosts { get; private set; }

    public ITraffic Traffic { get; }

    public string Description => string.Join(", ", Hosts.All.Select((host, index) =>
        index == 0 ? host.Platform.Description : host.Platform.Description.Split(' ')[^1]));

    public bool LeaveOut(IReadOnlyCollection<string> names)
    {
        var rest = Hosts.All.Where(host => !names.Contains(host.Name)).ToList();
        if (rest.Count == 0 || rest.Count == Hosts.All.Count) return false;
        Hosts = Hosts with { All = rest };
        return true;
    }

    public Task EnsureReachableAsync(CancellationToken cancellationToken) =>
        Hosts.DoAsync(host => host.EnsureReachableAsync(cancellationToken), cancellationToken);

    public async Task<IReadOnlyList<string>> PreflightAsync(CancellationToken cancellationToken) =>
        [.. await _parts.Reasons(cancellationToken),
            .. await ReasonsAsync(host => host.PreflightAsync(cancellationToken), cancellationToken)];

    public Task<IReadOnlyList<string>> PortsAsync(CancellationToken cancellationToken) =>
        ReasonsAsync(host => host.PortsAsync(cancellationToken), cancellationToken);

    public Task<IReadOnlyDictionary<string, Artifact>> BuildAsync(
        BuildRequest request, IProgress<BuildProgress> progress, CancellationToken cancellationToken) =>
        _parts.Build(request, progress, cancellationToken);

    /// <summary>The release records the first host's; the others are asked, so that they have the images that it pins.</summary>
    public async Task<string?> ComposeProjectAsync(CancellationToken cancellationToken) =>
        (await Hosts.AskAsync(host => host.ComposeProjectAsync(cancellationToken), cancellationToken))[0].Answer;

    public Task PrepareAsync(FencingToken token, CancellationToken cancellationToken) =>
        Hosts.DoAsync(host => host.PrepareAsync(token, cancellationToken), cancellationToken);

    /// <summary>On one host: what a release does once, it does not once per host.</summary>
    public async Task<RunOnceOutcome> RunOnceAsync(
        FencingToken token, Release release, string service, IReadOnlyList<string> arguments, CancellationToken cancellationToken) =>
        (await (Hosts with { All = [Hosts.All[0]] }).AskAsync(host =>
            host.RunOnceAsync(token, release, service, arguments, cancellationToken), cancellationToken))[0].Answer;

    /// <summary>
    /// A release with services that run once starts on the first host, then on the others. A host whose traffic the slot has, and which
    /// runs the release there, is left alone: a deployment that is resumed may have been switched on some hosts.
    /// </summary>
    public Task StartSlotAsync(FencingToken token, Slot slot, Release release, CancellationToken cancellationToken) =>
        InWavesAsync(release, async host =>
        {
            if (!await ServesAsync(host, slot, release, cancellationToken))
                await host.StartSlotAsync(token, slot, release, cancellationToken);
        }, cancellationToken);

    public Task LayOutSlotAsync(FencingToken token, Slot slot, Release release, CancellationToken cancellationToken) =>
        InWavesAsync(release, host => host.LayOutSlotAsync(token, slot, release, cancellationToken), cancellationToken);

    public Task MoveNamesAsync(FencingToken token, Slot slot, Release release, IReadOnlyCollection<string> services, Release beside,
        CancellationToken cancellationToken) =>
        Hosts.DoAsync(host => host.MoveNamesAsync(token, slot, release, services, beside, cancellationToken), cancellationToken);

    public Task StartServicesAsync(
        FencingToken token, Slot slot, Release release, IReadOnlyCollection<string> services, CancellationToken cancellationToken) =>
        Hosts.DoAsync(host => host.StartServicesAsync(token, slot, release, services, cancellationToken), cancellationToken);

    public Task<IReadOnlyList<KilledService>> StopServicesAsync(
        FencingToken token, Slot slot, IReadOnlyCollection<string> services, CancellationToken cancellationToken) =>
        KilledAsync(host => host.StopServicesAsync(token, slot, services, cancellationToken), cancellationToken);

    /// <summary>On any host.</summary>
    public async Task<IReadOnlyList<string>> AliveAsync(Slot slot, CancellationToken cancellationToken) =>
        [.. (await Hosts.AskAsync(host => host.AliveAsync(slot, cancellationToken), cancellationToken))
            .SelectMany(alive => alive.Answer).Distinct()];

    /// <summary>On all hosts together.</summary>
    public async Task<IReadOnlyList<RunningService>> InspectAsync(Slot slot, CancellationToken cancellationToken) =>
        [.. (await Hosts.AskAsync(host => host.InspectAsync(slot, cancellationToken), cancellationToken))
            .SelectMany(running => running.Answer)];

    public async Task<string?> UnsupervisedAsync(CancellationToken cancellationToken) =>
        string.Join("; ", (await Hosts.AskAsync(host => host.UnsupervisedAsync(cancellationToken), cancellationToken))
            .Where(answer => answer.Answer is not null).Select(answer => answer.Host.Says(answer.Answer!))) is { Length: > 0 } reasons
            ? reasons
            : null;

    /// <summary>Of the first host; a gate asks each one itself.</summary>
    public Task<IReadOnlyList<DoorAddress>> CandidateDoorsAsync(Slot slot, Release release, CancellationToken cancellationToken) =>
        Hosts.All[0].Platform.CandidateDoorsAsync(slot, release, cancellationToken);

    /// <inheritdoc cref="CandidateDoorsAsync"/>
    public Task<IReadOnlyDictionary<string, ServiceAddress>> AddressesAsync(
        Slot slot, IReadOnlyCollection<string> services, CancellationToken cancellationToken) =>
        Hosts.All[0].Platform.AddressesAsync(slot, services, cancellationToken);

    public Task<IReadOnlyList<KilledService>> StopSlotAsync(FencingToken token, Slot slot, CancellationToken cancellationToken) =>
        KilledAsync(host => host.StopSlotAsync(token, slot, cancellationToken), cancellationToken);

    private async Task<IReadOnlyList<KilledService>> KilledAsync(
        Func<IPlatform, Task<IReadOnlyList<KilledService>>> stop, CancellationToken cancellationToken) =>
        [.. (await Hosts.AskAsync(stop, cancellationToken))
            .SelectMany(host => host.Answer.Select(killed => killed with { Name = host.Host.Of(killed.Name) }))];

    /// <summary>
    /// <c>SERVICE@HOST</c> → its lines. A host that does not answer has the reason in their place, unless none answers.
    /// </summary>
    public async Task<IReadOnlyDictionary<string, IReadOnlyList<string>>> LogsAsync(
        Slot slot, int lines, CancellationToken cancellationToken)
    {
        var logs = new Dictionary<string, IReadOnlyList<string>>();
        EngineException? last = null;
        foreach (var host in Hosts.All)
            try
            {
                foreach (var (service, written) in await host.Platform.LogsAsync(slot, lines, cancellationToken))
                    logs[$"{service}@{host.Name}"] = written;
            }
            catch (EngineException away)
            {
                (last, logs[host.Name!]) = (away, [$"its logs could not be fetched: {away.Message}"]);
            }

        return last is null || logs.Keys.Any(name => name.Contains('@', StringComparison.Ordinal)) ? logs : throw last;
    }

    /// <summary>One host after the other: their builds lie on one machine too.</summary>
    public Task RetainAsync(FencingToken token, IReadOnlyCollection<Release> keep, IReadOnlyCollection<Release> drop,
        CancellationToken cancellationToken) =>
        (Hosts with { InTurn = true }).DoAsync(host => host.RetainAsync(token, keep, drop, cancellationToken), cancellationToken);

    /// <inheritdoc cref="RetainAsync"/>
    public Task ForgetBuildsAsync(IReadOnlyCollection<Release> recorded, int newest, CancellationToken cancellationToken) =>
        (Hosts with { InTurn = true }).DoAsync(host => host.ForgetBuildsAsync(recorded, newest, cancellationToken), cancellationToken);

    public Task DownAsync(FencingToken token, bool removeData, CancellationToken cancellationToken) =>
        (Hosts with { InTurn = true }).DoAsync(host => host.DownAsync(token, removeData, cancellationToken), cancellationToken);

    public async ValueTask DisposeAsync()
    {
        foreach (var host in _parts.All) await host.Platform.DisposeAsync();
    }

    private async Task InWavesAsync(Release release, Func<IPlatform, Task> change, CancellationToken cancellationToken)
    {
        var waves = _parts.RunsOnce(release) ? new[] { Hosts.All.Take(1), Hosts.All.Skip(1) } : [Hosts.All];
        foreach (var wave in waves.Select(hosts => hosts.ToList()).Where(hosts => hosts.Count > 0))
            await (Hosts with { All = wave }).DoAsync(change, cancellationToken);
    }

    private async Task<IReadOnlyList<string>> ReasonsAsync(
        Func<IPlatform, Task<IReadOnlyList<string>>> ask, CancellationToken cancellationToken)
    {
        var answers = await Hosts.AskAsync(ask, cancellationToken);
        // What is so on every host is about what is deployed.
        var common = answers.Select(answer => answer.Answer.AsEnumerable()).Aggregate((one, other) => one.Intersect(other)).ToList();
        return [.. common, .. answers.SelectMany(answer => answer.Answer.Except(common).Select(answer.Host.Says))];
    }

    private static async Task<bool> ServesAsync(IPlatform host, Slot slot, Release release, CancellationToken cancellationToken)
    {
        try
        {
            if ((await host.Traffic.SharesAsync(cancellationToken)).Of(slot) == 0) return false;
        }
        catch (EngineException silent) when (silent.Failure == Failure.Unreachable)
        {
            // Through an edge that does not answer no request comes that a start could break.
            return false;
        }

        var running = await host.InspectAsync(slot, cancellationToken);
        return release.Services.Values.All(service => service.Worker || running.Any(one => one.Name == service.Name))
            && running.All(one => release.Services.ContainsKey(one.Name) && release.Artifacts[one.Name].Digest == one.Digest);
    }
}

/// <summary>What the platform of several hosts is made of.</summary>
/// <param name="All">Every host, also one that is left out.</param>
/// <param name="Build">Builds once, and brings what was built to every host.</param>
/// <param name="RunsOnce">Whether services of the release run once, before those that wait for them.</param>
/// <param name="Reasons">Why these hosts cannot be used together; empty when they can.</param>
internal sealed record SeveralParts(
    IReadOnlyList<PlatformHost> All,
    Func<BuildRequest, IProgress<BuildProgress>, CancellationToken, Task<IReadOnlyDictionary<string, Artifact>>> Build,
    Func<Release, bool> RunsOnce, Func<CancellationToken, Task<IReadOnlyList<string>>> Reasons);
