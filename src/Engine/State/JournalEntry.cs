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

/// <summary>One line of the journal: what every line records, and below it what only some events have.</summary>
/// <param name="Deployment">Identifies the run of the runner this line belongs to.</param>
/// <param name="Verb">The command: deploy, rollback, promote, abort.</param>
/// <param name="Version">The release deployed; empty until it is named.</param>
/// <param name="Token">The fencing token held; 0 before the lock.</param>
public sealed record JournalEntry(
    DateTimeOffset At,
    string Deployment,
    JournalEvent Event,
    string Verb,
    string Version,
    string By,
    long Token)
{
    /// <summary>The step that begins or ended.</summary>
    public StepKind? Step { get; init; }

    /// <summary>The slot that the step is about.</summary>
    public Slot? Slot { get; init; }

    /// <summary>The service that the step is about.</summary>
    public string? Service { get; init; }

    /// <summary>How the step or the run ended.</summary>
    public Outcome? Outcome { get; init; }

    /// <summary>How the run ended, by the failure.</summary>
    [JsonPropertyName("exitCode")]
    public Ending? Ending { get; init; }

    /// <summary>On the end of a run whose candidate waits: until when it may be promoted; null for any time.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>Evidence in one line; free of secrets.</summary>
    public string? Detail { get; init; }

    /// <summary>On a begun migration: the step the database stood at before.</summary>
    public int? MigrationStep { get; init; }

    /// <summary>From the first change of the target on: the slot the release is started in.</summary>
    public Slot? Candidate { get; init; }

    /// <summary>Beside <see cref="Candidate"/>: where the old release runs.</summary>
    public Slot? PreviousSlot { get; init; }

    /// <summary>Beside <see cref="Candidate"/>: the old release.</summary>
    public string? PreviousVersion { get; init; }

    /// <summary>Beside <see cref="Candidate"/>: services are replaced one by one; null where whole slots stand side by side.</summary>
    public bool? Rolling { get; init; }

    /// <summary>On the first line of a run: the names of its steps, so that another runner can finish it.</summary>
    public IReadOnlyList<string>? Plan { get; init; }

    /// <summary>Beside <see cref="Plan"/>: what was left out by command; null for nothing.</summary>
    public IReadOnlyList<string>? Skipped { get; init; }
}
