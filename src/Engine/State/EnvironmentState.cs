using ChainBridge.Engine.Hosts;
using ChainBridge.Engine.Model;

namespace ChainBridge.Engine.State;

/// <summary>What an environment keeps on its host.</summary>
/// <param name="Files">Of that host.</param>
public sealed record EnvironmentState(IHostFiles Files, ReleaseStore Releases, IJournal Journal, TargetLock Lock)
{
    /// <summary>What the journal records now.</summary>
    /// <exception cref="EngineException">
    /// <see cref="Failure.PersonNeeded"/>: the journal was changed, so nothing can be decided on it.
    /// </exception>
    public History History() => HistoryOf(Journal.Read().Whole());

    /// <summary>The history that these entries of the journal make.</summary>
    public History HistoryOf(IReadOnlyList<JournalEntry> entries) => new(entries, Releases.Has);
}
