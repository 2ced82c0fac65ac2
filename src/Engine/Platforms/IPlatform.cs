using ChainBridge.Engine.Hosts;
using ChainBridge.Engine.Model;
using ChainBridge.Engine.Traffic;

namespace ChainBridge.Engine.Platforms;

/// <summary>
/// A place where releases run. Small on purpose and the same for every kind: flows are written once against it,
/// and one scenario file must pass on each. Every call is safe to repeat: a runner that died half-way calls again.
/// </summary>
public interface IPlatform : IAsyncDisposable
{
    /// <summary>E.g. <c>process on this machine</c>; for people.</summary>
    string Description { get; }

    /// <summary>The public door and what goes through it.</summary>
    ITraffic Traffic { get; }

    /// <summary>The hosts that releases run on: this platform alone, unless it is made of several.</summary>
    HostGroup Hosts => HostGroup.Only(this);

    /// <summary>The connection to the host; null where it is the runner's own machine.</summary>
    HostWay? Way => null;

    /// <summary>
    /// Leaves hosts out of all that follows, so that the way back can do what it can on the others. False when they are none of this
    /// platform's, or no other host would be left.
    /// </summary>
    bool LeaveOut(IReadOnlyCollection<string> names) => false;

    /// <summary>
    /// Throws <see cref="EngineException"/> with <see cref="Failure.Unreachable"/> when the target cannot be used, saying how to set
    /// it up. One that is slow is waited for.
    /// </summary>
    Task EnsureReachableAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Reasons not to start now (port taken by a stranger, image missing, disk full); empty when there are none. Changes nothing.
    /// </summary>
    Task<IReadOnlyList<string>> PreflightAsync(CancellationToken cancellationToken);

    /// <summary>Those of these reasons that are about the ports of the public doors.</summary>
    Task<IReadOnlyList<string>> PortsAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Builds every service at this version, in parallel, and answers what was built, by digest. Reuses an untouched build of the same
    /// clean commit, and what a recorded release has of a service that did not change, unless forced.
    /// </summary>
    Task<IReadOnlyDictionary<string, Artifact>> BuildAsync(
        BuildRequest request, IProgress<BuildProgress> progress, CancellationToken cancellationToken);

    /// <summary>
    /// The compose project that a release made now is recorded with, as Compose resolves the team's files, secrets as names only; null on
    /// targets without one. Changes nothing.
    /// </summary>
    Task<string?> ComposeProjectAsync(CancellationToken cancellationToken);

    /// <summary>Brings up the edge and the accessories, or finds them up. Never replaces a running accessory.</summary>
    Task PrepareAsync(FencingToken token, CancellationToken cancellationToken);

    /// <summary>
    /// Runs a service of the release once with these arguments (migrations), beside the accessories, and answers how it ended.
    /// </summary>
    Task<RunOnceOutcome> RunOnceAsync(
        FencingToken token, Release release, string service, IReadOnlyList<string> arguments, CancellationToken cancellationToken);

    /// <summary>
    /// Starts every service of the release in the slot but its workers, in dependency order, each ready before the next. What stood in the
    /// slot is removed first. Throws with the last output of the culprit when one does not become ready.
    /// </summary>
    Task StartSlotAsync(FencingToken token, Slot slot, Release release, CancellationToken cancellationToken);

    /// <summary>
    /// Makes every service of the release in the slot and starts none; what runs once per release has come to its end. What stood in the
    /// slot is removed first. Of <see cref="StartSlotAsync"/> only the starts are left.
    /// </summary>
    Task LayOutSlotAsync(FencingToken token, Slot slot, Release release, CancellationToken cancellationToken);

    /// <summary>
    /// Has the names of these services lead to this slot's, for the services of both slots: a caller that looks one up from now on
    /// finds that one alone. Connections that are open stay where they are.
    /// </summary>
    /// <param name="release">What is in the slot.</param>
    /// <param name="beside">What is in the other slot.</param>
    Task MoveNamesAsync(FencingToken token, Slot slot, Release release, IReadOnlyCollection<string> services, Release beside,
        CancellationToken cancellationToken);

    /// <summary>
    /// Starts these services of the release, as far as it has them, in its slot, where the rest of it runs already; each ready before the
    /// next. Those that run are waited for. Throws with the last output of the culprit when one does not become ready.
    /// </summary>
    Task StartServicesAsync(
        FencingToken token, Slot slot, Release release, IReadOnlyCollection<string> services, CancellationToken cancellationToken);

    /// <summary>
    /// Tells these services of the slot to end, and waits until each has ended what it has in hand, as long as the team gives it. They can
    /// be started again.
    /// </summary>
    /// <returns>Those that had to be killed.</returns>
    Task<IReadOnlyList<KilledService>> StopServicesAsync(
        FencingToken token, Slot slot, IReadOnlyCollection<string> services, CancellationToken cancellationToken);

    /// <summary>The slot's services that run now, or will when their next start comes; asked of what runs.</summary>
    Task<IReadOnlyList<string>> AliveAsync(Slot slot, CancellationToken cancellationToken);

    /// <summary>
    /// What really runs in the slot now, asked of the processes or containers, never read from a record. Empty when nothing runs.
    /// </summary>
    Task<IReadOnlyList<RunningService>> InspectAsync(Slot slot, CancellationToken cancellationToken);

    /// <summary>
    /// Why nothing that dies here would be started again; null when it would, or when nothing is to run. Changes nothing.
    /// </summary>
    Task<string?> UnsupervisedAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Where the services behind today's doors can be asked directly, before they have traffic; the first door first, those that do not
    /// run left out.
    /// </summary>
    Task<IReadOnlyList<DoorAddress>> CandidateDoorsAsync(Slot slot, Release release, CancellationToken cancellationToken);

    /// <summary>
    /// Where these services of the slot can be asked, one by one; those that do not run or have no port are left out.
    /// </summary>
    Task<IReadOnlyDictionary<string, ServiceAddress>> AddressesAsync(
        Slot slot, IReadOnlyCollection<string> services, CancellationToken cancellationToken);

    /// <summary>Stops everything in the slot; done when nothing of it is left.</summary>
    /// <returns>The services that had to be killed.</returns>
    Task<IReadOnlyList<KilledService>> StopSlotAsync(FencingToken token, Slot slot, CancellationToken cancellationToken);

    /// <summary>The newest lines of every service of the slot, service name → lines.</summary>
    Task<IReadOnlyDictionary<string, IReadOnlyList<string>>> LogsAsync(Slot slot, int lines, CancellationToken cancellationToken);

    /// <summary>Removes builds of releases that are no longer kept.</summary>
    Task RetainAsync(
        FencingToken token, IReadOnlyCollection<Release> keep, IReadOnlyCollection<Release> drop, CancellationToken cancellationToken);

    /// <summary>Removes builds that no release was recorded with, because a gate failed before: all but the newest ones.</summary>
    /// <param name="recorded">Every release that is recorded.</param>
    /// <param name="newest">How many builds without a record stay.</param>
    Task ForgetBuildsAsync(IReadOnlyCollection<Release> recorded, int newest, CancellationToken cancellationToken);

    /// <summary>
    /// Stops both slots, the edge, the accessories and whatever else was started for this environment; done when nothing of it is left.
    /// Keeps the accessories' data unless told.
    /// </summary>
    /// <param name="removeData">Remove the accessories' data and every build too.</param>
    Task DownAsync(FencingToken token, bool removeData, CancellationToken cancellationToken);
}

/// <summary>What to build.</summary>
/// <param name="Clean">The working tree is the commit: nothing else of it is built.</param>
public sealed record BuildRequest(string Version, string Commit, bool Clean, bool Force, IReadOnlyCollection<string> Only)
{
    /// <summary>When the commit was made; null where that is not known.</summary>
    public DateTimeOffset? CommittedAt { get; init; }

    /// <summary>Where the source is read by people, without a login; null where that is not known.</summary>
    public Uri? Repository { get; init; }

    /// <summary>The releases that may lend what they have of services which did not change, the newest first.</summary>
    public IReadOnlyList<Release> Recorded { get; init; } = [];
}

/// <summary>How far a build is.</summary>
/// <param name="Service">Null for what is about no single service.</param>
/// <param name="Passing">The step that a service is at; the next one takes its place. Everything else stays to be read.</param>
public sealed record BuildProgress(string? Service, string Text, bool Passing = false)
{
    /// <summary>For people.</summary>
    public string Line => Service is null ? Text : $"{Service}: {Text}";
}

/// <summary>How a one-off run ended.</summary>
public sealed record RunOnceOutcome(int ExitCode, string Output, string Errors);

/// <summary>A service found running.</summary>
/// <param name="Digest">Asked of the running thing itself.</param>
/// <param name="Healthy">True or false as its health route says; null when it could not be asked.</param>
/// <param name="Restarts">How often it died and was started again.</param>
/// <param name="LastEnd">How it died the last time, e.g. <c>exit code 139 (SIGSEGV)</c>; null when it never did.</param>
public sealed record RunningService(
    string Name, string Version, string Digest, bool? Healthy, DateTimeOffset Since, int Restarts = 0, string? LastEnd = null);
