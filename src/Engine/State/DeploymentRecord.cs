using ChainBridge.Engine.Model;

namespace ChainBridge.Engine.State;

/// <summary>One deployment as the journal tells it.</summary>
/// <param name="Ended">Null while it runs, or when its runner died.</param>
/// <param name="Candidate">The slot it started; null when it never came so far.</param>
/// <param name="PreviousSlot">Where the old release ran; null when there was none.</param>
/// <param name="Switched">The candidate may have had the traffic.</param>
/// <param name="Promoted">The candidate became stable.</param>
/// <param name="Migrations">Services whose database was moved, with the step before.</param>
/// <param name="ChangedTarget">A step that changes the target was begun.</param>
/// <param name="Refused">
/// Ended before anything was done, for a reason that says nothing about a release: wrong usage, a lock that was held, no such
/// release, a target that is away.
/// </param>
/// <param name="Plan">The names of its steps; null where an earlier runner wrote none.</param>
public sealed record DeploymentRecord(
    string Id, string Verb, string Version, string By, DateTimeOffset Begun, DateTimeOffset? Ended, Outcome? Outcome, Ending? Ending,
    string? Detail, Slot? Candidate, Slot? PreviousSlot, string? PreviousVersion, bool Switched, bool Promoted,
    IReadOnlyList<(string Service, int Before)> Migrations, bool ChangedTarget, bool Refused,
    IReadOnlyList<string>? Plan)
{
    /// <summary>How it ended, for people; <c>not ended</c> while it runs or when its runner died.</summary>
    public string OutcomeInWords => Outcome switch
    {
        null => "not ended",
        _ when Refused => "refused",
        Model.Outcome.RolledBack => "rolled back",
        Model.Outcome.PersonNeeded => "person needed",
        { } outcome => outcome.ToString().ToLowerInvariant(),
    };

    /// <summary>Reads one deployment's entries, oldest first.</summary>
    public static DeploymentRecord From(IEnumerable<JournalEntry> entries)
    {
        var all = entries.ToList();
        var end = all.LastOrDefault(entry => entry.Event is JournalEvent.DeploymentEnded or JournalEvent.JournalAccepted);
        var start = all.LastOrDefault(entry => entry.Candidate is not null);
        var version = all.FirstOrDefault(entry => entry is { Version.Length: > 0, Event: not JournalEvent.ReleaseDied })?.Version ?? "";
        return new DeploymentRecord(
            all[0].Deployment, all[0].Verb, version, all[0].By, all[0].At,
            end?.At, end?.Outcome, end?.Ending, end?.Detail,
            start?.Candidate, start?.PreviousSlot, start?.PreviousVersion,
            all.Any(entry => entry is { Event: JournalEvent.StepBegun, Step: StepKind.Switch } && entry.Slot == start?.Candidate),
            all.Any(entry => entry is { Event: JournalEvent.StepEnded, Step: StepKind.Promote, Outcome: Model.Outcome.Done }
                && entry.Version == version),
            [.. all
                .Where(entry =>
                    entry is { Event: JournalEvent.StepBegun, Step: StepKind.Migrate, Service: not null, MigrationStep: not null })
                .Select(entry => (entry.Service!, entry.MigrationStep!.Value))],
            start is not null,
            end is { Outcome: Model.Outcome.Failed, Ending.Failure: { } failure } && IsRefusal(failure)
                && !all.Any(entry => entry.Step > StepKind.Test),
            all[0].Plan);
    }

    private static bool IsRefusal(Failure failure) =>
        failure is Failure.Usage or Failure.Locked or Failure.Refused
            or Failure.NoSuchRelease or Failure.Unreachable;
}
