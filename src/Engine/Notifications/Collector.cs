using ChainBridge.Engine.Events;
using ChainBridge.Engine.Manifest;
using ChainBridge.Engine.Model;
using ChainBridge.Engine.Secrets;

namespace ChainBridge.Engine.Notifications;

/// <summary>What is known of a run before it begins.</summary>
/// <param name="Verb">As it was typed.</param>
internal sealed record RunFacts(string Project, string Environment, string Verb, string Actor, Links Links);

/// <summary>Makes the notifications of a run of its events: one when the release is named, one at the end.</summary>
/// <param name="changes">What changed between a release and a commit; the flag when the run goes back.</param>
internal sealed class Collector(RunFacts facts, Func<Release, string, bool, CancellationToken, Task<Changes>> changes, Redactor redactor,
    TimeProvider time)
{
    /// <summary>Characters of a text. A gate's summary may hold a page of evidence.</summary>
    private const int Longest = 2000;

    /// <summary>Of warnings, gates and the like; the steps of a run are fewer.</summary>
    private const int Most = 100;

    private readonly string _delivery = Guid.NewGuid().ToString();
    private readonly List<StepTime> _steps = [];
    private readonly List<GateVerdict> _gates = [];
    private readonly List<RaisedAlert> _alerts = [];
    private readonly List<string> _warnings = [];
    private RunBegun? _begun;
    private ReleaseNamed? _named;

    /// <summary>Takes an event; the notification it leads to, or null.</summary>
    public async Task<Notification?> TakeAsync(RunnerEvent happened, CancellationToken cancellationToken)
    {
        switch (happened)
        {
            case RunBegun begun: _begun = begun; break;
            case ReleaseNamed named:
                _named = named;
                return Now();
            case StepEnded step:
                Add(_steps, new StepTime(step.Step, step.Slot, step.Service, step.Outcome, Milliseconds(step.Duration)));
                break;
            case GateFinished { Result: var gate }:
                Add(_gates, new GateVerdict(gate.Gate, gate.Verdict, Clean(gate.Summary), Milliseconds(gate.Duration)));
                break;
            case Alert alert: Add(_alerts, new RaisedAlert(alert.Name, Clean(alert.Text))); break;
            case Warning warning: Add(_warnings, Clean(warning.Text)); break;
            // A run that did not begin and did not fail had nothing to do.
            case RunEnded ended when _begun is not null || ended.Code != 0: return await EndAsync(ended, cancellationToken);
        }

        return null;
    }

    /// <summary>What the end of a run is called.</summary>
    /// <param name="verb">Of the plan: a rollback that is resumed is a rollback.</param>
    internal static RunEnd EndOf(RunEnded ended, string? verb) => ended switch
    {
        { Outcome: Outcome.Promoted } => verb == "rollback" ? RunEnd.RolledBack : RunEnd.Deployed,
        { Outcome: Outcome.RolledBack, Failure: not Failure.NoPreviousRelease } => RunEnd.RolledBack,
        { Outcome: Outcome.Waiting } => RunEnd.Waiting,
        { Outcome: Outcome.Aborted } => RunEnd.Aborted,
        { Outcome: Outcome.Done } => RunEnd.Settled,
        { Outcome: Outcome.Interrupted } or { Outcome: null, Failure: Failure.Interrupted } => RunEnd.Interrupted,
        _ => RunEnd.Failed,
    };

    private async Task<Notification> EndAsync(RunEnded ended, CancellationToken cancellationToken)
    {
        var end = EndOf(ended, _begun?.Verb);
        var changed = _named is not { Before: { } before } named ? null
            : await changes(before, named.Commit, end == RunEnd.RolledBack && ended.Outcome == Outcome.Promoted, cancellationToken);
        return Now() with
        {
            Verdict = end, ExitCode = ended.Code, Summary = Clean(ended.Summary), Next = ended.NextStep is { } next ? Clean(next) : null,
            Unproved = ended.Failure is Failure.Inconclusive or Failure.Unreachable or Failure.Locked,
            Milliseconds = Milliseconds(ended.Took),
            Changes = changed is null ? null : changed with { Commits = [.. changed.Commits.Select(subject => Clean(subject, 120))] },
        };
    }

    private Notification Now() => new()
    {
        Delivery = _delivery, Deployment = _begun?.Deployment, At = time.GetUtcNow(), Project = facts.Project,
        Environment = facts.Environment, Target = _begun is { } begun ? Clean(begun.Target) : null,
        Verb = facts.Verb, Version = _named?.Version, Commit = _named?.Commit,
        Actor = Clean(facts.Actor), Links = facts.Links with { Environment = Open(facts.Links.Environment) },
        Steps = [.. _steps], Gates = [.. _gates], Alerts = [.. _alerts],
        Warnings = [.. _warnings],
    };

    /// <summary>An address is whole or left out.</summary>
    private Uri? Open(Uri? link) => link is not null && redactor.Hide(link.OriginalString) == link.OriginalString ? link : null;

    private string Clean(string text, int longest = Longest)
    {
        var hidden = redactor.Hide(text);
        return hidden.Length > longest ? hidden[..longest] + "…" : hidden;
    }

    private static double Milliseconds(TimeSpan duration) => Math.Round(duration.TotalMilliseconds, 1);

    private static void Add<T>(List<T> list, T item)
    {
        if (list.Count < Most) list.Add(item);
    }
}
