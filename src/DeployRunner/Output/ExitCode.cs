using ChainBridge.Engine.Model;

namespace ChainBridge.DeployRunner.Output;

/// <summary>The exit codes scripts rely on. Only <c>Program.cs</c> turns them into a process exit.</summary>
public enum ExitCode
{
    /// <summary>Done, and the verdict is pass.</summary>
    Done = 0,
    /// <summary>Wrong usage, or a manifest with problems.</summary>
    Usage = 2,
    /// <summary>A gate failed before anything was deployed.</summary>
    GateFailed = 10,
    /// <summary>The new release failed and the previous one is serving again.</summary>
    RolledBack = 11,
    /// <summary>The new release failed, there was no previous one; the candidate is stopped.</summary>
    NoPreviousRelease = 12,
    /// <summary>The new release failed and so did the way back: a person is needed.</summary>
    PersonNeeded = 13,
    /// <summary>The evidence could not be obtained.</summary>
    Inconclusive = 14,
    /// <summary>Another runner holds the lock.</summary>
    Locked = 15,
    /// <summary>Preflight refused.</summary>
    PreflightRefused = 16,
    /// <summary>No such release, or it never passed.</summary>
    NoSuchRelease = 17,
    /// <summary>The target cannot be reached or is not set up.</summary>
    TargetUnreachable = 18,
    /// <summary>Interrupted; what was left is named.</summary>
    Interrupted = 130,
}

/// <summary>What a failure of the engine is for scripts.</summary>
internal static class ExitCodes
{
    /// <summary>The one table.</summary>
    /// <param name="failure">Null when there was none.</param>
    public static ExitCode Of(Failure? failure) => failure switch
    {
        null => ExitCode.Done,
        Failure.Usage => ExitCode.Usage,
        Failure.GateFailed => ExitCode.GateFailed,
        Failure.CandidateFailed => ExitCode.RolledBack,
        Failure.NoPreviousRelease => ExitCode.NoPreviousRelease,
        Failure.PersonNeeded => ExitCode.PersonNeeded,
        Failure.Inconclusive => ExitCode.Inconclusive,
        Failure.Locked => ExitCode.Locked,
        Failure.Refused => ExitCode.PreflightRefused,
        Failure.NoSuchRelease => ExitCode.NoSuchRelease,
        Failure.Unreachable => ExitCode.TargetUnreachable,
        Failure.Interrupted => ExitCode.Interrupted,
        _ => throw new ArgumentOutOfRangeException(nameof(failure), failure, "a failure without an exit code"),
    };
}
