using ChainBridge.Engine.Model;

namespace ChainBridge.Engine.State;

/// <summary>Which releases stay.</summary>
public static class Retention
{
    /// <summary>
    /// Keeps the newest ones up to the number, and always the current one, the one a rollback would take, and what the last change and
    /// those of dead runners are about: a candidate that waits, both releases of a frozen environment, and what a way back goes to.
    /// </summary>
    /// <param name="releases">Newest first.</param>
    public static (IReadOnlyList<Release> Keep, IReadOnlyList<Release> Drop) Decide(
        IReadOnlyList<Release> releases, History history, int retain)
    {
        var changes = history.Unfinished(except: "").Append(history.Deployments.LastOrDefault(deployment => deployment.Change is not null));
        var needed = changes.OfType<DeploymentRecord>().SelectMany(change => new[] { change.Version, change.Change?.PreviousVersion })
            .Append(history.Current).Append(history.RollbackTarget).ToHashSet();
        var keep = releases.Where((release, index) => index < retain || needed.Contains(release.Version)).ToList();
        return (keep, [.. releases.Except(keep)]);
    }
}
