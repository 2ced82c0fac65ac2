using ChainBridge.Engine.Gates;
using ChainBridge.Engine.Manifest;
using ChainBridge.Engine.Model;
using ChainBridge.Engine.Platforms;
using ChainBridge.Engine.State;
using ChainBridge.Engine.Events;

namespace ChainBridge.Engine.Steps;

/// <summary>
/// A run that is only planned: the same steps on a platform whose host writes changes down. It keeps no journal and no
/// record, and takes what is only known later as it would be when all goes well.
/// </summary>
internal sealed class PlannedRun(FlowContext context, string verb, PlanLog log) : DeploymentRun(context, verb)
{
    /// <summary>Stands for an address that a service gets when it starts.</summary>
    private static readonly Uri Later = new("http://127.0.0.1");

    public override Task<T> ChangeAsync<T>(
        StepKind step, Func<Task<T>> effect, Slot? slot = null, string? service = null, Func<JournalEntry, JournalEntry>? mark = null)
    {
        log.Begin(step, slot, service);
        if (step == StepKind.Migrate) log.Note("only when the new build reports that its database lacks a migration");
        return effect();
    }

    public override Task AskAsync(StepKind step, Func<Task> ask, Slot? slot = null, Func<JournalEntry, JournalEntry>? mark = null,
        string? planned = null)
    {
        log.Begin(step, slot, null);
        if (planned is not null) log.Note(planned);
        return Task.CompletedTask;
    }

    public override Task<IReadOnlyList<GateSubject>> SubjectsAsync(string version, Func<Task<IReadOnlyList<GateSubject>>> ask) =>
        Task.FromResult<IReadOnlyList<GateSubject>>([new GateSubject(Later, version)]);

    /// <summary>An edge that is silent now is started again by the deployment; a plan for it is wanted all the same.</summary>
    public override async Task<ActiveSlots> ActiveSlotsAsync(CancellationToken cancellationToken)
    {
        if (Journal.History().Current is null) return As(Shares.None);
        try
        {
            var active = await base.ActiveSlotsAsync(cancellationToken);
            if (active.Differ) Report(new Warning($"the hosts differ ({active}); a deployment first has all serve the same release"));
            // A canary that is under way now has ended when the plan is carried out.
            return active is { Differ: false, AreSplit: true, First.Active: { } most } ? As(Shares.All(most)) : active;
        }
        catch (Exception silent) when (silent is EngineException or HttpRequestException)
        {
            Report(new Warning($"the edge does not report which slot is active ({silent.Message}); planned as if it were blue"));
            return As(Shares.All(Slot.Blue));
        }

        ActiveSlots As(Shares shares) => new([.. Platform.Hosts.All.Select(host => new HostAnswer<Shares>(host, shares))]);
    }

    public override Task NoteBeforeAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override Task<IReadOnlyDictionary<string, Artifact>> BuildAsync(BuildRequest request, CancellationToken cancellationToken) =>
        Platform.BuildAsync(request, new Unbuilt(log), cancellationToken);

    public override Task<GateResult> GateAsync(StepKind step, string name, GateSpec gate, IReadOnlyList<GateSubject> subjects, Slot? slot,
        CancellationToken cancellationToken) =>
        JudgeAsync(step, () => throw new InvalidOperationException("a plan runs no gate"), slot,
            [.. Platform.Hosts.All.Where(host => host.Name is not null).Select(host => $"asked on {host.Name}"),
                .. gate.Probes.Select(probe => $"{probe.Method} {probe.Path}{(probe.Door is null ? "" : $" at the door {probe.Door}")}"),
                .. gate.Commands.Select(command => $"{command.Name}: {string.Join(' ', command.Run)}")]);

    public override Task<GateResult> JudgeAsync(
        StepKind step, Func<Task<GateResult>> judge, Slot? slot, IReadOnlyList<string> planned, string? service = null)
    {
        log.Begin(step, slot, service);
        if (step == StepKind.SmokePrevious) log.Note("only when a database was moved");
        foreach (var note in planned) log.Note(note);
        return Task.FromResult(new GateResult(step.ToString(), Verdict.Pass, "planned", [], null, TimeSpan.Zero));
    }

    /// <summary>Only the service's new build knows where its database stands: a plan shows the migration that would be run.</summary>
    public override PendingMigration PendingOf(string service, Func<PendingMigration> read) => new(service, 0, 1, Reversible: true);

    public override void RecordGates()
    {
    }

    public override Release Save(Release draft) => draft;

    protected override (IReadOnlyList<Release> Releases, History History) Remembered()
    {
        var (release, releases) = (Attempted.Release, Context.State.Releases.All());
        var known = releases.Any(other => other.Version == release.Version);
        return (known ? releases : [release, .. releases], Journal.History().AfterPromotion(Verb, release.Version));
    }

    public override void Forget(IEnumerable<Release> dropped)
    {
        foreach (var release in dropped) log.Note($"forget the release {release.Version}");
    }

    public override void Promote(Slot slot) => log.Begin(StepKind.Promote, slot, null);

    /// <summary>Notes what would not be built, and why.</summary>
    private sealed class Unbuilt(PlanLog log) : IProgress<BuildProgress>
    {
        public void Report(BuildProgress value)
        {
            if (value is { Service: not null, Passing: false }) log.Note(value.Line);
        }
    }
}
