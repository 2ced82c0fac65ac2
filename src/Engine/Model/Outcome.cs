namespace ChainBridge.Engine.Model;

/// <summary>How a step or a deployment ended.</summary>
public enum Outcome
{
    /// <summary>The step did what it should.</summary>
    Done,
    /// <summary>The step, or a gate before anything was deployed, failed.</summary>
    Failed,
    /// <summary>The release serves and is stable.</summary>
    Promoted,
    /// <summary>The release failed; the one before serves again, or nothing does when there was none.</summary>
    RolledBack,
    /// <summary>The candidate waits for <c>promote</c> or <c>abort</c>; the old release serves.</summary>
    Waiting,
    /// <summary>A waiting candidate was taken away on request.</summary>
    Aborted,
    /// <summary>Stopped by a person or a dead runner, and undone.</summary>
    Interrupted,
    /// <summary>The way back failed or was refused: a person is needed.</summary>
    PersonNeeded,
}
