using ChainBridge.Engine.Events;
using ChainBridge.Engine.Gates;
using ChainBridge.Engine.Manifest;
using ChainBridge.Engine.Model;
using ChainBridge.Engine.Platforms;
using ChainBridge.Engine.State;
using ChainBridge.Engine.Traffic;
using StepBegun = ChainBridge.Engine.Events.StepBegun;
using StepEnded = ChainBridge.Engine.Events.StepEnded;

namespace ChainBridge.Engine.Steps;

/// <summary>One run of the runner: what its steps found out, and the line in the journal before and after each effect.</summary>
internal class DeploymentRun(FlowContext context, string verb)
{
    private readonly long _started = context.Runner.Time.GetTimestamp();
    private ReleaseGates? _gates;
    private bool _gatesAreNew;

    public FlowContext Context { get; } = context;

    public string Id { get; } =
        $"{context.Runner.Time.GetUtcNow().UtcDateTime:yyyyMMdd'T'HHmmss}-{Guid.NewGuid().ToString("N")[..6]}";

    public string Verb { get; } = verb;
    public string Version { get; set; } = "";
    public FencingToken Token { get; private set; }
    public RunJournal Journal { get; } = new(context.State.Journal, context.State.HistoryOf);
    public IPlatform Platform => Context.Platform;
    public ITraffic Traffic => Context.Platform.Traffic;

    /// <summary>What is deployed, before it is built.</summary>
    public Source? Source { get; set; }

    /// <summary>What was left out by command.</summary>
    public IReadOnlyList<string> Skipped { get; private set; } = [];

    /// <summary>What is deployed.</summary>
    public IReadOnlyDictionary<string, Artifact> Artifacts { get; set; } = new Dictionary<string, Artifact>();

    /// <summary>The release a rollback goes to.</summary>
    public Release? Chosen { get; set; }

    /// <summary>Databases that the release moves.</summary>
    public IReadOnlyList<PendingMigration> Pending { get; set; } = [];

    /// <summary>The current release was found dead.</summary>
    public bool CurrentIsDead { get; set; }

    /// <summary>The hosts were found with their traffic in different slots, and made to agree.</summary>
    public bool HostsDiffered { get; set; }

    /// <summary>The edges that cannot be asked to connect to a candidate were named.</summary>
    public bool ToldOfEarlierEdges { get; set; }

    /// <summary>
    /// Set before the environment is changed for the first time: from then on every line of the journal holds how to undo it.
    /// </summary>
    public Attempt? Attempt { get; set; }

    /// <summary>The attempt, once it was prepared.</summary>
    public Attempt Attempted => Attempt ?? throw new InvalidOperationException("the attempt is prepared first");

    /// <summary>The gates that judge the release.</summary>
    public ReleaseGates Gates => _gates ?? throw new InvalidOperationException("the gates are chosen first");

    /// <summary>What the edges had counted for the old release when the candidate's start began, of those that answered.</summary>
    public IReadOnlyDictionary<PlatformHost, SlotFigures>? Before { get; private set; }

    /// <summary>The release is recorded as stable: from then on nothing goes back.</summary>
    public bool Promoted { get; private set; }

    /// <summary>The longest smoke run; for the alerts.</summary>
    public TimeSpan LongestSmoke { get; private set; }

    public TimeSpan Elapsed => Context.Runner.Time.GetElapsedTime(_started);

    public void Report(RunnerEvent happened) => Context.Runner.Reporter.Report(happened);

    /// <summary>Writes the first line.</summary>
    /// <param name="plan">The names of the steps.</param>
    public void Begin(IReadOnlyList<string> plan, IReadOnlyList<string> skipped)
    {
        Skipped = skipped;
        Report(new RunBegun(Id, Verb, Context.Environment.Name, Platform.Description));
        Journal.Append(Entry(JournalEvent.DeploymentBegun) with
        {
            Plan = plan, Skipped = skipped.Count == 0 ? null : skipped,
        });
    }

    /// <summary>From now on the environment is this run's, as the last one left it.</summary>
    public void Hold(FencingToken token)
    {
        Token = token;
        Journal.Forget();
    }

    /// <summary>Reports which release it is about.</summary>
    /// <param name="before">The release that it follows; null for the last stable one.</param>
    public void Named(string version, string commit, string? before = null)
    {
        before ??= Journal.History().Stable.FirstOrDefault(other => other != version);
        Report(new ReleaseNamed(version, commit) { Before = before is null ? null : Context.State.Releases.Find(before) });
    }

    /// <summary>Has a step's effect between its two journal lines.</summary>
    /// <param name="mark">Adds what only this step records.</param>
    public virtual async Task<T> ChangeAsync<T>(
        StepKind step, Func<Task<T>> effect, Slot? slot = null, string? service = null, Func<JournalEntry, JournalEntry>? mark = null)
    {
        var begun = Entry(JournalEvent.StepBegun) with { Step = step, Slot = slot, Service = service };
        Journal.Append(mark?.Invoke(begun) ?? begun);
        Report(new StepBegun(step, slot, service));
        var started = Context.Runner.Time.GetTimestamp();
        var ended = Entry(JournalEvent.StepEnded) with { Step = step, Slot = slot, Service = service };
        T answer;
        try
        {
            answer = await effect();
        }
        catch (Exception failure)
        {
            var detail = Context.Runner.Redactor.Hide(failure is OperationCanceledException ? "interrupted" : failure.Message);
            Try(() => Journal.Append(
                ended with { At = Context.Runner.Time.GetUtcNow(), Outcome = Outcome.Failed, Detail = detail }));
            Report(new StepEnded(step, slot, service, Outcome.Failed, Context.Runner.Time.GetElapsedTime(started), detail));
            throw;
        }

        Journal.AppendWithNext(ended with { At = Context.Runner.Time.GetUtcNow(), Outcome = Outcome.Done });
        Report(new StepEnded(step, slot, service, Outcome.Done, Context.Runner.Time.GetElapsedTime(started), null));
        return answer;
    }

    /// <inheritdoc cref="ChangeAsync{T}"/>
    public Task ChangeAsync(
        StepKind step, Func<Task> effect, Slot? slot = null, string? service = null, Func<JournalEntry, JournalEntry>? mark = null) =>
        ChangeAsync(step, async () =>
        {
            await effect();
            return true;
        }, slot, service, mark);

    /// <summary>A step that only asks: what it asks for is not there while a plan is made.</summary>
    /// <param name="planned">What a plan prints for it; null for nothing.</param>
    public virtual Task AskAsync(StepKind step, Func<Task> ask, Slot? slot = null, Func<JournalEntry, JournalEntry>? mark = null,
        string? planned = null) => ChangeAsync(step, ask, slot, mark: mark);

    /// <summary>Addresses that exist only once the steps before had their effect.</summary>
    public virtual Task<IReadOnlyList<GateSubject>> SubjectsAsync(string version, Func<Task<IReadOnlyList<GateSubject>>> ask) => ask();

    /// <summary>Which slot has how much of the traffic, host by host.</summary>
    public virtual Task<ActiveSlots> ActiveSlotsAsync(CancellationToken cancellationToken) =>
        ActiveSlots.AskAsync(Platform, cancellationToken);

    /// <summary>
    /// Notes what the edge has counted for the old release; it is only reported later, so an edge that does not answer is no failure.
    /// </summary>
    public virtual async Task NoteBeforeAsync(CancellationToken cancellationToken)
    {
        if (Before is not null || Attempted.PreviousSlot is not { } old) return;
        var before = await LatencyWatch.BeforeAsync(Platform.Hosts, old, away => Report(new Note(away)), cancellationToken);
        if (before.Count > 0) Before = before;
    }

    /// <summary>Builds, while no other runner builds for this environment.</summary>
    public virtual Task<IReadOnlyDictionary<string, Artifact>> BuildAsync(BuildRequest request, CancellationToken cancellationToken) =>
        Building.RunAsync(Context, request, cancellationToken);

    /// <summary>Runs a gate on every host as a step; throws <see cref="GateException"/> unless it passes on each.</summary>
    public virtual Task<GateResult> GateAsync(StepKind step, string name, GateSpec gate, IReadOnlyList<GateSubject> subjects, Slot? slot,
        CancellationToken cancellationToken) =>
        JudgeAsync(step, () => Context.Gates.RunOnEachAsync(name, gate, subjects, cancellationToken), slot, []);

    /// <summary>Runs what gives a verdict as a step; throws <see cref="GateException"/> unless it passes.</summary>
    /// <param name="planned">What a plan prints for it.</param>
    public virtual Task<GateResult> JudgeAsync(
        StepKind step, Func<Task<GateResult>> judge, Slot? slot, IReadOnlyList<string> planned, string? service = null) =>
        ChangeAsync(step, async () =>
        {
            var result = await judge();
            Report(new GateFinished(result));
            return result.Verdict == Verdict.Pass ? result : throw new GateException(result);
        }, slot, service);

    /// <summary>Where a service's database stands, as its answer has it.</summary>
    public virtual PendingMigration PendingOf(string service, Func<PendingMigration> read) => read();

    public void UseGates(ReleaseGates gates, bool areNew) => (_gates, _gatesAreNew) = (gates, areNew);

    /// <summary>
    /// Records the gates with the release. Gates that came from the record are there already, and perhaps not whole here.
    /// </summary>
    public virtual void RecordGates()
    {
        if (_gatesAreNew) Context.State.Releases.SaveGates(Attempted.Release.Version, new RecordedGates(Context).Recordable(Gates));
    }

    /// <summary>Records the release, or finds it recorded.</summary>
    public virtual Release Save(Release draft) => Context.State.Releases.Save(draft);

    /// <summary>Which releases stay, and which go.</summary>
    public (IReadOnlyList<Release> Keep, IReadOnlyList<Release> Drop) Retention()
    {
        var (releases, history) = Remembered();
        return State.Retention.Decide(releases, history, Context.Environment.Retain);
    }

    /// <summary>Every release, newest first, and what the journal records of them.</summary>
    protected virtual (IReadOnlyList<Release> Releases, History History) Remembered() => (Context.State.Releases.All(), Journal.History());

    /// <summary>Removes the records of releases that are no longer kept.</summary>
    public virtual void Forget(IEnumerable<Release> dropped) =>
        Context.State.Releases.Remove(dropped.Select(release => release.Version));

    /// <summary>Records the release in the slot as stable; the record is the whole effect.</summary>
    public virtual void Promote(Slot slot)
    {
        Journal.AppendWithNext(Entry(JournalEvent.StepBegun) with { Step = StepKind.Promote, Slot = slot });
        Report(new StepBegun(StepKind.Promote, slot, null));
        Journal.Append(Entry(JournalEvent.StepEnded) with { Step = StepKind.Promote, Slot = slot, Outcome = Outcome.Done });
        Promoted = true;
        Report(new StepEnded(StepKind.Promote, slot, null, Outcome.Done, TimeSpan.Zero, null));
    }

    /// <summary>
    /// Makes an attempt of another run this one's. The databases that it moved are in this run's journal before any line records
    /// a candidate of this run: whenever the runner dies, the journal of one of the two runs holds how to undo all of it.
    /// </summary>
    public void TakeUp(Attempt attempt)
    {
        (Version, Artifacts) = (attempt.Release.Version, attempt.Release.Artifacts);
        Named(Version, attempt.Release.Commit);
        foreach (var (service, before) in attempt.Migrations)
        {
            var migrate = Entry(JournalEvent.StepBegun) with { Step = StepKind.Migrate, Service = service };
            Journal.AppendWithNext(migrate with { MigrationStep = before });
            Journal.Append(migrate with { Event = JournalEvent.StepEnded, Outcome = Outcome.Done });
        }

        Attempt = attempt with { Deployment = Id };
    }

    /// <summary>Records that another release than the one promoted last serves again, and is the current one.</summary>
    public void Restored(string version, Slot slot) => Journal.Append(
        Entry(JournalEvent.StepEnded)
            with { Verb = History.Rollback, Version = version, Step = StepKind.Promote, Slot = slot, Outcome = Outcome.Done });

    /// <summary>Records that a promoted release was found dead: no rollback takes it until it is promoted again.</summary>
    public void Died(string version, string how)
    {
        Journal.Append(Entry(JournalEvent.ReleaseDied) with { Version = version, Detail = how });
        Report(new Warning($"{version} was promoted and died: {how}; no rollback goes back to it"));
    }

    /// <summary>Notes how long a smoke run took.</summary>
    public void Smoked(TimeSpan duration) => LongestSmoke = duration > LongestSmoke ? duration : LongestSmoke;

    /// <summary>Writes how this run ended.</summary>
    /// <param name="until">Until when a candidate that waits may be promoted; null for any time.</param>
    public FlowResult End(Outcome outcome, FlowResult result, DateTimeOffset? until = null)
    {
        Try(() => Journal.Append(Entry(JournalEvent.DeploymentEnded) with
        {
            Until = until, Outcome = outcome, Ending = new(result.Failure), Detail = Context.Runner.Redactor.Hide(result.Summary),
        }));
        return result with { Outcome = outcome };
    }

    /// <summary>Writes how the run of a runner that died, or a candidate that waited, ended after all.</summary>
    public void EndOther(DeploymentRecord other, Outcome outcome, Failure? failure, string detail) => Journal.Append(
        Entry(JournalEvent.DeploymentEnded) with
        {
            Deployment = other.Id, Verb = other.Verb, Version = other.Version, Candidate = other.Change?.Candidate,
            PreviousSlot = other.Change?.PreviousSlot, PreviousVersion = other.Change?.PreviousVersion,
            Rolling = other.Change?.Rolling == true ? true : null,
            Outcome = outcome, Ending = new(failure), Detail = Context.Runner.Redactor.Hide(detail),
        });

    private JournalEntry Entry(JournalEvent happened) => new(Context.Runner.Time.GetUtcNow(), Id, happened, Verb, Version,
        $"{Context.Runner.Caller.User}@{Context.Runner.Caller.Host}", Token.Value)
    {
        Candidate = Attempt?.Candidate, PreviousSlot = Attempt?.PreviousSlot, PreviousVersion = Attempt?.Previous?.Version,
        Rolling = Attempt?.Rolling == true ? true : null,
    };

    /// <summary>A journal that cannot be written on the way out must not hide why the run goes out.</summary>
    private void Try(Action append)
    {
        try
        {
            append();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or EngineException)
        {
            Report(new Warning($"the journal could not be written: {failure.Message}"));
        }
    }
}
