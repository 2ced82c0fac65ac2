using ChainBridge.Engine.Model;

namespace ChainBridge.Engine.Hosts;

/// <summary>The state of the working tree.</summary>
/// <param name="Commit">Full id.</param>
/// <param name="Dirty">Whether something differs from the commit, untracked files included.</param>
public sealed record GitState(string Commit, bool Dirty)
{
    /// <summary>When the commit was made; null where git does not answer that.</summary>
    public DateTimeOffset? CommittedAt { get; init; }

    /// <summary>Where people read the source, from the address of the remote <c>origin</c>, without its login; null for none.</summary>
    public Uri? Repository { get; init; }

    /// <summary>The first seven characters.</summary>
    public string ShortSha => Commit[..Math.Min(7, Commit.Length)];
}

/// <summary>Asks git.</summary>
public interface IGitInfo
{
    /// <summary>The state of the tree the folder is in.</summary>
    /// <exception cref="EngineException"><see cref="Failure.Refused"/>: no git, or no commit.</exception>
    Task<GitState> ReadAsync(string folder, CancellationToken cancellationToken);

    /// <summary>
    /// The branch that is checked out; where none is, as in many a pipeline, the branches whose tip the commit is, here or at a remote.
    /// </summary>
    /// <exception cref="EngineException"><see cref="Failure.Refused"/>: no git, or no commit.</exception>
    Task<IReadOnlyList<string>> BranchesAsync(string folder, CancellationToken cancellationToken);
}
