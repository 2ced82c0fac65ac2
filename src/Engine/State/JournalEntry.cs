using System.Text.Json.Serialization;
using ChainBridge.Engine.Model;

namespace ChainBridge.Engine.State;

/// <summary>What a journal line records.</summary>
public enum JournalEvent
{
    /// <summary>A deployment, rollback, promotion or abort begins.</summary>
    DeploymentBegun,
    /// <summary>A step is about to have its effect.</summary>
    StepBegun,
    /// <summary>A step had its effect, or failed to.</summary>
    StepEnded,
    /// <summary>The deployment is over, one way or the other.</summary>
    DeploymentEnded,
    /// <summary>A release that was promoted earlier was found dead.</summary>
    ReleaseDied,
    /// <summary>A person accepted all lines before this one as they stand.</summary>
    JournalAccepted,
}

/// <summary>One line of the journal.</summary>
/// <param name="Deployment">Identifies the run of the runner this line belongs to.</param>
/// <param name="Verb">The command: deploy, rollback, promote, abort.</param>
/// <param name="Version">The release deployed; empty until it is named.</param>
/// <param name="Token">The fencing token held; 0 before the lock.</param>
/// <param name="Detail">Evidence in one line; free of secrets.</param>
/// <param name="MigrationStep">On a begun migration: the step the database stood at before.</param>
/// <param name="Candidate">From the first change of the target on: the slot the release is started in.</param>
/// <param name="PreviousSlot">Beside <see cref="Candidate"/>: where the old release runs.</param>
/// <param name="PreviousVersion">Beside <see cref="Candidate"/>: the old release.</param>
/// <param name="Plan">On the first line of a run: the names of its steps, so that another runner can finish it.</param>
public sealed record JournalEntry(
    DateTimeOffset At,
    string Deployment,
    JournalEvent Event,
    string Verb,
    string Version,
    string By,
    long Token,
    StepKind? Step = null,
    Slot? Slot = null,
    string? Service = null,
    Outcome? Outcome = null,
    [property: JsonPropertyName("exitCode")] Ending? Ending = null,
    string? Detail = null,
    int? MigrationStep = null,
    Slot? Candidate = null,
    Slot? PreviousSlot = null,
    string? PreviousVersion = null,
    IReadOnlyList<string>? Plan = null);
