using ChainBridge.DeployRunner.Targets;

namespace ChainBridge.DeployRunner.Releases;

/// <summary>What happened, computed from the journal's entries and nothing else.</summary>
public sealed class History
{
    private readonly List<Promotion> _promotions = [];

    /// <summary>Reads the entries, oldest first.</summary>
    public History(IEnumerable<JournalEntry> entries)
    {
        var byDeployment = entries.GroupBy(entry => entry.Deployment).ToList();
        Deployments = [.. byDeployment.Select(DeploymentRecord.From).OrderBy(deployment => deployment.Begun)];
        _promotions.AddRange(byDeployment.SelectMany(group => group)
            .Where(entry => entry is { Event: JournalEvent.StepEnded, Step: StepKind.Promote, Outcome: Outcome.Done })
            .Select(entry => new Promotion(entry.Version, entry.Slot, entry.Verb, entry.At)).OrderBy(promotion => promotion.At));
    }

    /// <summary>Every deployment, rollback, promotion and abort, oldest first.</summary>
    public IReadOnlyList<DeploymentRecord> Deployments { get; }

    /// <summary>The release promoted last; null before the first.</summary>
    public string? Current => _promotions.Count == 0 ? null : _promotions[^1].Version;

    /// <summary>Releases that passed their smoke run after the switch, the one promoted last first: one deployed again is as new as its last promotion.</summary>
    public IReadOnlyList<string> Stable => [.. Enumerable.Reverse(_promotions).Select(promotion => promotion.Version).Distinct()];

    /// <summary>Whether the release ever passed.</summary>
    public bool IsStable(string version) => _promotions.Any(promotion => promotion.Version == version);

    /// <summary>
    /// The newest stable release that is neither the current one nor the one that just failed, nor one that was
    /// rolled back from after it passed: so a rollback of a rollback goes further back and never in a circle. Null when there is none.
    /// </summary>
    public string? RollbackTarget => Stable.FirstOrDefault(version => version != Current && !Withdrawn(version));

    /// <summary>The deployment whose candidate waits for <c>promote</c> or <c>abort</c>; null when none does.</summary>
    public DeploymentRecord? Waiting => Deployments.LastOrDefault(deployment => deployment.ChangedTarget) is { Outcome: Outcome.Waiting } waiting ? waiting : null;

    /// <summary>The last run that changed the target ended with a person needed: what has the traffic may not be the current release.</summary>
    public bool LeftToAPerson => Deployments.LastOrDefault(deployment => deployment.ChangedTarget) is { Outcome: Outcome.PersonNeeded };

    /// <summary>Deployments that changed the target and never ended: their runner died. The lock's holder is not among them once it holds the lock.</summary>
    public IReadOnlyList<DeploymentRecord> Unfinished(string except) =>
        [.. Deployments.Where(deployment => deployment.Ended is null && deployment.ChangedTarget && deployment.Id != except)];

    /// <summary>The share of deployments since then that ended with the old release back, and of how many.</summary>
    public (double Share, int Count) RolledBackSince(DateTimeOffset since)
    {
        var deployments = Deployments.Where(deployment => deployment.Verb == "deploy" && deployment.Begun >= since && deployment.Ended is not null && deployment.ChangedTarget).ToList();
        var back = deployments.Count(deployment => deployment.Outcome is Outcome.RolledBack or Outcome.PersonNeeded);
        return (deployments.Count == 0 ? 0 : (double)back / deployments.Count, deployments.Count);
    }

    private bool Withdrawn(string version)
    {
        var last = _promotions.FindLastIndex(promotion => promotion.Version == version);
        var rolledBackFrom = last + 1 < _promotions.Count && _promotions[last + 1].Verb == "rollback";
        var justFailed = Deployments.LastOrDefault(deployment => deployment.ChangedTarget) is { Outcome: Outcome.RolledBack or Outcome.PersonNeeded } failed && failed.Version == version;
        return rolledBackFrom || justFailed;
    }

    private sealed record Promotion(string Version, Slot? Slot, string Verb, DateTimeOffset At);
}
