using ChainBridge.Engine.Model;

namespace ChainBridge.Engine.State;

/// <summary>
/// What happened, computed from the journal's entries and nothing else. A release is <b>stable</b> when it was promoted
/// and has not died or failed since. A rollback goes down the <b>line</b>: a promotion puts a release on its top, a
/// rollback takes away what is above the release it goes to. So a rollback of a rollback goes further back and never in a circle.
/// </summary>
public sealed class History
{
    /// <summary>The verb whose promotions go back instead of forward.</summary>
    public const string Rollback = "rollback";

    private readonly List<string> _promoted = [];
    private readonly List<string> _line = [];
    private readonly Dictionary<string, string> _unfit = new(StringComparer.Ordinal);

    private readonly Func<string, bool> _isRecorded;
    private readonly List<JournalEntry> _entries;

    /// <summary>Reads the entries, oldest first.</summary>
    /// <param name="isRecorded">Whether the record of a release is still there: without it nothing can be started.</param>
    public History(IEnumerable<JournalEntry> entries, Func<string, bool> isRecorded)
    {
        _isRecorded = isRecorded;
        var all = _entries = [.. entries];
        Deployments = [.. all.GroupBy(entry => entry.Deployment).Select(DeploymentRecord.From).OrderBy(deployment => deployment.Begun)];
        all.ForEach(Follow);
    }

    /// <summary>Every deployment, rollback, promotion and abort, oldest first.</summary>
    public IReadOnlyList<DeploymentRecord> Deployments { get; }

    /// <summary>The release promoted last; null before the first.</summary>
    public string? Current => _promoted.Count == 0 ? null : _promoted[^1];

    /// <summary>The stable releases, the one promoted last first.</summary>
    public IReadOnlyList<string> Stable => [.. Enumerable.Reverse(_promoted).Where(IsStable)];

    /// <summary>
    /// Where a rollback that names no version goes: the next stable release below the current one in the line. Null when there is none.
    /// </summary>
    public string? RollbackTarget => TargetBeside(null);

    /// <summary>Whether the release was promoted, and has neither died nor failed since.</summary>
    public bool IsStable(string version) => _promoted.Contains(version) && !_unfit.ContainsKey(version);

    /// <summary>Whether the release was promoted and found dead or failed since; says how. Null for every other one.</summary>
    public string? WhyUnfit(string version) => _unfit.GetValueOrDefault(version);

    /// <summary>The rollback target, when this release is none.</summary>
    public string? TargetBeside(string? version) =>
        _line.SkipLast(1).Reverse().FirstOrDefault(other => other != version && IsStable(other) && _isRecorded(other));

    /// <summary>What was left out in any deployment that got as far as starting this release.</summary>
    public IReadOnlyList<string> Skipped(string version) => [.. Deployments
        .Where(deployment => deployment.Version == version && deployment.Change is not null)
        .SelectMany(deployment => deployment.Skipped).Distinct().Order(StringComparer.Ordinal)];

    /// <summary>What is to say of a release beside its verdict; null when nothing is.</summary>
    public string? Remark(string version) =>
        version == RollbackTarget ? "deployrunner rollback goes here"
        : WhyUnfit(version) is { } why ? $"{why}; no rollback goes back to it"
        : IsStable(version) && !_line.Contains(version) ? "was rolled back from; a rollback goes back to it only when it is named"
        : null;

    /// <summary>The deployment whose candidate waits for <c>promote</c> or <c>abort</c>; null when none does.</summary>
    public DeploymentRecord? Waiting =>
        Deployments.LastOrDefault(deployment => deployment.Change is not null) is { End.Outcome: Outcome.Waiting } waiting ? waiting : null;

    /// <summary>
    /// The last run that changed the target ended with a person needed: what has the traffic may not be the current release.
    /// </summary>
    public bool LeftToAPerson =>
        Deployments.LastOrDefault(deployment => deployment.Change is not null) is { End.Outcome: Outcome.PersonNeeded };

    /// <summary>
    /// The run that <see cref="LeftToAPerson"/> is about, where it replaced services one by one and promoted none; else null.
    /// </summary>
    public DeploymentRecord? LeftRolling => LeftToAPerson && Deployments.Last(deployment => deployment.Change is not null)
        is { Change: { Rolling: true, Promoted: false } } left ? left : null;

    /// <summary>
    /// Deployments that changed the target and never ended: their runner died. The lock's holder is not among them once it holds the lock.
    /// </summary>
    public IReadOnlyList<DeploymentRecord> Unfinished(string except) =>
        [.. Deployments.Where(deployment => deployment is { End: null, Change: not null } && deployment.Id != except)];

    /// <summary>The share of deployments since then that ended with the old release back, and of how many.</summary>
    public (double Share, int Count) RolledBackSince(DateTimeOffset since)
    {
        var deployments = Deployments.Where(deployment =>
            deployment is { Verb: "deploy", End: not null, Change: not null } && deployment.Begun >= since).ToList();
        var back = deployments.Count(deployment => deployment.End!.Outcome is Outcome.RolledBack or Outcome.PersonNeeded);
        return (deployments.Count == 0 ? 0 : (double)back / deployments.Count, deployments.Count);
    }

    /// <summary>What the journal will say when this release is promoted next; for a plan.</summary>
    public History AfterPromotion(string verb, string version) =>
        new([.. _entries, new(DateTimeOffset.MaxValue, "planned", JournalEvent.StepEnded, verb, version, "", 0)
        {
            Step = StepKind.Promote, Outcome = Outcome.Done,
        }], _isRecorded);

    private void Follow(JournalEntry entry)
    {
        if (entry is { Event: JournalEvent.StepEnded, Step: StepKind.Promote, Outcome: Outcome.Done }) Promoted(entry);
        else if (entry.Event == JournalEvent.ReleaseDied) _unfit[entry.Version] = $"died after it was promoted ({entry.Detail})";
        // A rollback that failed says too little: its release passed before, and may pass again when what was in its way is repaired.
        else if (entry is { Event: JournalEvent.DeploymentEnded, Outcome: Outcome.RolledBack or Outcome.PersonNeeded, Candidate: not null,
            Verb: not Rollback } && entry.Version != Current && _promoted.Contains(entry.Version))
            _unfit[entry.Version] = "failed when it was deployed again";
    }

    private void Promoted(JournalEntry entry)
    {
        _unfit.Remove(entry.Version);
        _promoted.Remove(entry.Version);
        _promoted.Add(entry.Version);
        if (entry.Verb == Rollback && _line.IndexOf(entry.Version) is >= 0 and var below)
        {
            _line.RemoveRange(below + 1, _line.Count - below - 1);
            return;
        }

        _line.Remove(entry.Version);
        _line.Add(entry.Version);
    }
}
