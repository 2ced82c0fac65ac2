namespace ChainBridge.Engine.Model;

/// <summary>
/// What went wrong, as far as a caller acts on it. Thrown, it names what was found; the run's result
/// holds how the run ended, with the old release serving or without one.
/// </summary>
public enum Failure
{
    /// <summary>The caller asked for something that does not exist, or the manifest has problems.</summary>
    Usage,
    /// <summary>A gate failed before anything was deployed.</summary>
    GateFailed,
    /// <summary>The new release failed. As a result: the previous one is serving again.</summary>
    CandidateFailed,
    /// <summary>The new release failed, there was no previous one; the candidate is stopped.</summary>
    NoPreviousRelease,
    /// <summary>Something is not as it was left, or the way back failed: a person is needed.</summary>
    PersonNeeded,
    /// <summary>The evidence could not be obtained.</summary>
    Inconclusive,
    /// <summary>Another runner holds the lock.</summary>
    Locked,
    /// <summary>There is a reason not to start.</summary>
    Refused,
    /// <summary>No such release, or it never passed.</summary>
    NoSuchRelease,
    /// <summary>The target cannot be reached or is not set up.</summary>
    Unreachable,
    /// <summary>Interrupted; what was left is named.</summary>
    Interrupted,
}
