using System.Text.Json.Serialization;
using ChainBridge.Engine.Gates;
using ChainBridge.Engine.Manifest;
using ChainBridge.Engine.Model;

namespace ChainBridge.Engine.Notifications;

/// <summary>What is to be known of a run, under way or ended. No secret is in it.</summary>
internal sealed record Notification
{
    /// <summary>The exit code of a run that was interrupted; one that had promoted a release by then did what it was to do.</summary>
    internal const int Interrupted = 130;

    /// <summary>The same for each try to deliver it.</summary>
    public required string Delivery { get; init; }

    /// <summary>Null when it ended before it had a number.</summary>
    public string? Deployment { get; init; }

    public DateTimeOffset At { get; init; }

    public required string Project { get; init; }

    public required string Environment { get; init; }

    public string? Target { get; init; }

    public required string Verb { get; init; }

    public string? Version { get; init; }

    public string? Commit { get; init; }

    /// <summary>Who asked for it.</summary>
    public required string Actor { get; init; }

    /// <summary>How it ended; null while it is under way.</summary>
    public RunEnd? Verdict { get; init; }

    public int? ExitCode { get; init; }

    /// <summary>Whether the evidence was missing, so that nothing is known of the release.</summary>
    [JsonIgnore]
    public bool Unproved { get; init; }

    public string Summary { get; init; } = "";

    public string? Next { get; init; }

    public double Milliseconds { get; init; }

    public IReadOnlyList<StepTime> Steps { get; init; } = [];

    public IReadOnlyList<GateVerdict> Gates { get; init; } = [];

    public IReadOnlyList<RaisedAlert> Alerts { get; init; } = [];

    public IReadOnlyList<string> Warnings { get; init; } = [];

    public required Links Links { get; init; }

    public Changes? Changes { get; init; }
}

/// <summary>A step that is over.</summary>
internal sealed record StepTime(StepKind Step, Slot? Slot, string? Service, Outcome Outcome, double Milliseconds);

/// <summary>What a gate found.</summary>
internal sealed record GateVerdict(string Gate, Verdict Verdict, string Summary, double Milliseconds);

/// <summary>A limit on the deployment that was passed.</summary>
internal sealed record RaisedAlert(string Name, string Text);

/// <summary>Where to look.</summary>
/// <param name="Environment">Where users find it.</param>
/// <param name="Run">The CI run that the runner runs in.</param>
internal sealed record Links(Uri? Environment, Uri? Run);

/// <summary>The commits between two releases, the newest first.</summary>
/// <param name="Since">The release before.</param>
/// <param name="TakenBack">The commits were in the release before and are not in this one.</param>
/// <param name="Commits">A short id and the subject of each.</param>
/// <param name="More">Whether there are more than are listed.</param>
internal sealed record Changes(string Since, bool TakenBack, IReadOnlyList<string> Commits, bool More)
{
    /// <summary>Why they are not known; null when they are.</summary>
    public string? Unknown { get; init; }
}
