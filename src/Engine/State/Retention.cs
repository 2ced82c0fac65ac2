using ChainBridge.Engine.Model;

namespace ChainBridge.Engine.State;

/// <summary>Which releases stay.</summary>
public static class Retention
{
    /// <summary>Keeps the newest ones up to the number, and always the current one and the one a rollback would take.</summary>
    /// <param name="releases">Newest first.</param>
    public static (IReadOnlyList<Release> Keep, IReadOnlyList<Release> Drop) Decide(
        IReadOnlyList<Release> releases, History history, int retain)
    {
        var keep = releases.Where((release, index) => index < retain || release.Version == history.Current
            || release.Version == history.RollbackTarget).ToList();
        return (keep, [.. releases.Except(keep)]);
    }
}
