using ChainBridge.Engine.Model;

namespace ChainBridge.Engine.State;

/// <summary>One deployment, computed from its lines in the journal.</summary>
/// <param name="End">Null while it runs, or when its runner died.</param>
/// <param name="Change">Null when no step that changes the target was begun.</param>
/// <param name="Plan">The names of its steps; null where an earlier runner wrote none.</param>
public sealed record DeploymentRecord(string Id, string Verb, string Version, string By, DateTimeOffset Begun, DeploymentEnd? End,
    TargetChange? Change, IReadOnlyList<string>? Plan)
{
    /// <summary>What was left out by command.</summary>
    public IReadOnlyList<string> Skipped { get; init; } = [];

    /// <summary>
    /// How it ended, for people; <c>not ended</c> while it runs or when its runner died. A rollback that ended well has promoted its
    /// release again, and was a way back.
    /// </summary>
    public string OutcomeInWords => End switch
    {
        { Outcome: not null, Refused: true } => "refused",
        { Outcome: Outcome.Promoted } when Verb == History.Rollback => "rolled back to",
        { Outcome: Outcome.RolledBack } => "rolled back",
        { Outcome: Outcome.PersonNeeded } => "person needed",
        { Outcome: { } outcome } => outcome.ToString().ToLowerInvariant(),
        _ => "not ended",
    };

    /// <summary>Whether its candidate waited for longer than it may.</summary>
    public bool IsExpired(DateTimeOffset now) => End?.Until <= now;

    /// <summary>What its candidate waits for, for people.</summary>
    public string WaitsInWords(DateTimeOffset now) =>
        IsExpired(now)
            ? $"waited for promote until {End?.Until:u}, which is over"
            : $"waits for promote or abort{UntilInWords(End?.Until)}";

    /// <summary>To put behind "waits"; empty for any time.</summary>
    public static string UntilInWords(DateTimeOffset? until) => until is null ? "" : $" until {until:u}";

    /// <summary>Reads one deployment's entries, oldest first.</summary>
    public static DeploymentRecord From(IEnumerable<JournalEntry> entries)
    {
        var all = entries.ToList();
        var version = all.FirstOrDefault(entry => entry is { Version.Length: > 0, Event: not JournalEvent.ReleaseDied })?.Version ?? "";
        return new DeploymentRecord(all[0].Deployment, all[0].Verb, version, all[0].By, all[0].At, DeploymentEnd.From(all),
            TargetChange.From(all, version), all[0].Plan) { Skipped = all[0].Skipped ?? [] };
    }
}

/// <summary>How a deployment ended.</summary>
/// <param name="Refused">
/// Before anything was done, for a reason that says nothing about a release: wrong usage, a lock that was held, no such release, a
/// target that is away.
/// </param>
public sealed record DeploymentEnd(DateTimeOffset At, Outcome? Outcome, Ending? Ending, string? Detail, bool Refused)
{
    /// <summary>Until when a candidate that waits may be promoted; null for any time.</summary>
    public DateTimeOffset? Until { get; init; }

    internal static DeploymentEnd? From(IReadOnlyList<JournalEntry> entries) =>
        entries.LastOrDefault(entry => entry.Event is JournalEvent.DeploymentEnded or JournalEvent.JournalAccepted) is { } end
            ? new(end.At, end.Outcome, end.Ending, end.Detail,
                end is { Outcome: Model.Outcome.Failed, Ending.Failure: { } failure } && IsRefusal(failure)
                    && !entries.Any(entry => entry.Step > StepKind.Test)) { Until = end.Until }
            : null;

    private static bool IsRefusal(Failure failure) =>
        failure is Failure.Usage or Failure.Locked or Failure.Refused
            or Failure.NoSuchRelease or Failure.Unreachable;
}

/// <summary>What a deployment changed of its target.</summary>
/// <param name="Candidate">The slot it started the release in.</param>
/// <param name="PreviousSlot">Where the old release ran; null when there was none.</param>
/// <param name="Promoted">The candidate became stable.</param>
/// <param name="Migrations">Services whose database was moved, with the step before.</param>
public sealed record TargetChange(Slot Candidate, Slot? PreviousSlot, string? PreviousVersion, bool Promoted,
    IReadOnlyList<(string Service, int Before)> Migrations)
{
    /// <summary>Services were replaced one by one.</summary>
    public bool Rolling { get; init; }

    internal static TargetChange? From(IReadOnlyList<JournalEntry> entries, string version) =>
        entries.LastOrDefault(entry => entry.Candidate is not null) is { Candidate: { } candidate } start
            ? new(candidate, start.PreviousSlot, start.PreviousVersion,
                entries.Any(entry => entry is { Event: JournalEvent.StepEnded, Step: StepKind.Promote, Outcome: Outcome.Done }
                    && entry.Version == version),
                [.. entries
                    .Where(entry =>
                        entry is { Event: JournalEvent.StepBegun, Step: StepKind.Migrate, Service: not null, MigrationStep: not null })
                    .Select(entry => (entry.Service!, entry.MigrationStep!.Value))]) { Rolling = start.Rolling == true }
            : null;
}
