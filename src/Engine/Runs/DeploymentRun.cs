using ChainBridge.Engine.Events;
using ChainBridge.Engine.Gates;
using ChainBridge.Engine.Model;
using ChainBridge.Engine.State;
using StepBegun = ChainBridge.Engine.Events.StepBegun;
using StepEnded = ChainBridge.Engine.Events.StepEnded;

namespace ChainBridge.Engine.Runs;

/// <summary>One run of the runner: gives every step its line in the journal before and after its effect.</summary>
internal sealed class DeploymentRun
{
    private readonly FlowContext _context;
    private readonly long _started;

    public DeploymentRun(FlowContext context, string verb)
    {
        (_context, Verb) = (context, verb);
        _started = context.Time.GetTimestamp();
        Id = $"{context.Time.GetUtcNow().UtcDateTime:yyyyMMdd'T'HHmmss}-{Guid.NewGuid().ToString("N")[..6]}";
        context.Reporter.Report(new RunBegun(Id, verb, context.Environment.Name, context.Target.Description));
        context.Journal.Append(Entry(JournalEvent.DeploymentBegun));
    }

    public string Id { get; }
    public string Verb { get; }
    public string Version { get; set; } = "";
    public FencingToken Token { get; set; }

    /// <summary>Set before the target is changed for the first time: from then on every line says how to undo it.</summary>
    public Attempt? Attempt { get; set; }

    /// <summary>The release is recorded as stable: from then on nothing goes back.</summary>
    public bool Promoted { get; private set; }

    /// <summary>What is deployed; for the alerts.</summary>
    public IReadOnlyDictionary<string, Artifact> Artifacts { get; set; } = new Dictionary<string, Artifact>();

    /// <summary>The longest smoke run; for the alerts.</summary>
    public TimeSpan LongestSmoke { get; private set; }

    public TimeSpan Elapsed => _context.Time.GetElapsedTime(_started);

    /// <summary>Runs a step's effect between its two journal lines.</summary>
    /// <param name="mark">Adds what only this step records.</param>
    public async Task<T> StepAsync<T>(
        StepKind step, Func<Task<T>> effect, Slot? slot = null, string? service = null, Func<JournalEntry, JournalEntry>? mark = null)
    {
        var begun = Entry(JournalEvent.StepBegun) with { Step = step, Slot = slot, Service = service };
        _context.Journal.Append(mark?.Invoke(begun) ?? begun);
        _context.Reporter.Report(new StepBegun(step, slot, service));
        var started = _context.Time.GetTimestamp();
        T answer;
        try
        {
            answer = await effect();
        }
        catch (Exception failure)
        {
            var detail = _context.Redactor.Hide(failure is OperationCanceledException ? "interrupted" : failure.Message);
            Try(() => _context.Journal.Append(Entry(JournalEvent.StepEnded)
                with { Step = step, Slot = slot, Service = service, Outcome = Outcome.Failed, Detail = detail }));
            _context.Reporter.Report(new StepEnded(step, slot, service, Outcome.Failed, _context.Time.GetElapsedTime(started), detail));
            throw;
        }

        _context.Journal.Append(Entry(JournalEvent.StepEnded) with { Step = step, Slot = slot, Service = service, Outcome = Outcome.Done });
        _context.Reporter.Report(new StepEnded(step, slot, service, Outcome.Done, _context.Time.GetElapsedTime(started), null));
        return answer;
    }

    /// <inheritdoc cref="StepAsync{T}"/>
    public Task StepAsync(
        StepKind step, Func<Task> effect, Slot? slot = null, string? service = null, Func<JournalEntry, JournalEntry>? mark = null) =>
        StepAsync(step, async () =>
        {
            await effect();
            return true;
        }, slot, service, mark);

    /// <summary>Runs a gate as a step; throws <see cref="GateException"/> unless it passes.</summary>
    public Task<GateResult> GateAsync(
        StepKind step, string name, Manifest.GateSpec gate, GateSubject subject, Slot? slot, CancellationToken cancellationToken) =>
        JudgedAsync(step, () => _context.Gates.RunAsync(name, gate, subject, cancellationToken), slot);

    /// <summary>Runs what gives a verdict as a step; throws <see cref="GateException"/> unless it passes.</summary>
    public Task<GateResult> JudgedAsync(StepKind step, Func<Task<GateResult>> judge, Slot? slot) => StepAsync(step, async () =>
    {
        var result = await judge();
        _context.Reporter.Report(new GateFinished(result));
        return result.Verdict == Verdict.Pass ? result : throw new GateException(result);
    }, slot);

    /// <summary>Records the release in the slot as stable; the record is the whole effect.</summary>
    public void Promote(Slot slot)
    {
        _context.Journal.Append(Entry(JournalEvent.StepBegun) with { Step = StepKind.Promote, Slot = slot });
        _context.Reporter.Report(new StepBegun(StepKind.Promote, slot, null));
        _context.Journal.Append(Entry(JournalEvent.StepEnded) with { Step = StepKind.Promote, Slot = slot, Outcome = Outcome.Done });
        Promoted = true;
        _context.Reporter.Report(new StepEnded(StepKind.Promote, slot, null, Outcome.Done, TimeSpan.Zero, null));
    }

    /// <summary>Records that another release than the one promoted last serves again, and is the current one.</summary>
    public void Restored(string version, Slot slot) => _context.Journal.Append(
        Entry(JournalEvent.StepEnded)
            with { Verb = State.History.Rollback, Version = version, Step = StepKind.Promote, Slot = slot, Outcome = Outcome.Done });

    /// <summary>Records that a promoted release was found dead: no rollback takes it until it is promoted again.</summary>
    public void Died(string version, string how)
    {
        _context.Journal.Append(Entry(JournalEvent.ReleaseDied) with { Version = version, Detail = how });
        _context.Reporter.Report(new Warning($"{version} was promoted and died: {how}; no rollback goes back to it"));
    }

    /// <summary>Notes how long a smoke run took.</summary>
    public void Smoked(TimeSpan duration) => LongestSmoke = duration > LongestSmoke ? duration : LongestSmoke;

    /// <summary>Writes how this run ended.</summary>
    public FlowResult End(Outcome outcome, FlowResult result)
    {
        Try(() => _context.Journal.Append(Entry(JournalEvent.DeploymentEnded) with
        {
            Outcome = outcome, ExitCode = result.ExitCode, Detail = _context.Redactor.Hide(result.Summary),
        }));
        return result;
    }

    /// <summary>Writes how the run of a runner that died, or a candidate that waited, ended after all.</summary>
    public void EndOther(DeploymentRecord other, Outcome outcome, ExitCode exitCode, string detail) => _context.Journal.Append(
        Entry(JournalEvent.DeploymentEnded) with
        {
            Deployment = other.Id, Verb = other.Verb, Version = other.Version, Candidate = other.Candidate,
            PreviousSlot = other.PreviousSlot, PreviousVersion = other.PreviousVersion, Outcome = outcome, ExitCode = exitCode,
            Detail = _context.Redactor.Hide(detail),
        });

    private JournalEntry Entry(JournalEvent happened) =>
        new(_context.Time.GetUtcNow(), Id, happened, Verb, Version, $"{_context.Caller.User}@{_context.Caller.Host}", Token.Value,
            Candidate: Attempt?.Candidate, PreviousSlot: Attempt?.PreviousSlot, PreviousVersion: Attempt?.Previous?.Version);

    /// <summary>A journal that cannot be written on the way out must not hide why the run goes out.</summary>
    private void Try(Action append)
    {
        try
        {
            append();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            _context.Reporter.Report(new Warning($"the journal could not be written: {failure.Message}"));
        }
    }
}
