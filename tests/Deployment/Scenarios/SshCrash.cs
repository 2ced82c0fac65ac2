using ChainBridge.Tests.Deployment.Harness;

namespace ChainBridge.Tests.Deployment.Scenarios;

/// <summary>How a run on a host over SSH is broken off.</summary>
public enum Breakage
{
    /// <summary>The runner is killed when the step is in the journal and its effect is about to come.</summary>
    KilledBefore,
    /// <summary>The runner is killed when the effect of the step is there.</summary>
    KilledAfter,
    /// <summary>The connection is cut in the step, and the host answers the next one.</summary>
    Cut,
    /// <summary>The connection is cut in the step, and the host stays away until the runner has ended.</summary>
    Lost,
}

/// <summary>A row of the crash matrix over SSH.</summary>
/// <param name="Way">
/// What is run: a deployment in one move, one that shares the traffic first, one that replaces services one by one, or a rollback.
/// </param>
/// <param name="Step">With the name of a service behind it where the step is about that one.</param>
/// <param name="Next">What is run afterwards; null where the run that was broken off leaves nothing to do.</param>
public sealed record SshCrash(string Way, Breakage How, string Step, string? Next)
{
    public const string AtOnce = "blue-green", InShares = "canary", OneByOne = "rolling", Back = "rollback";

    private const string Resume = "resume", Deploy = "deploy";

    /// <summary>One row of this many is part of a sample.</summary>
    private const int Parts = 8;

    /// <summary>All of them. Next to each other in a sample are those that are this many apart, so each has kills and a cut.</summary>
    private static readonly IReadOnlyList<SshCrash> All =
    [
        .. Killed(AtOnce, before: ["prepare", "startSlot", "verify", "smokeCandidate", "switch", "smokePublic", "observe"],
            after: ["startSlot", "switch", "promote"]),
        .. Killed(InShares, before: ["shift", "compare", "switch"], after: ["shift", "switch"]),
        .. Killed(Back, before: ["startSlot", "switch", "promote", "drain", "stopSlot"], after: ["switch", "promote"]),
        .. Killed(OneByOne,
            before: ["layOut", "moveName", "startService back", "verify", "moveName back", "stopService back", "startService", "switch",
                "observe"],
            after: ["layOut", "startService back", "moveName back", "stopService back", "startService", "switch"]),
        .. Cuts(AtOnce, "startSlot", "smokeCandidate", "switch", "observe", "stopSlot"),
        .. Cuts(InShares, "shift", "compare"),
        .. Cuts(Back, "startSlot", "switch", "stopSlot"),
        .. Cuts(OneByOne, "startService back", "moveName back", "stopService back", "switch"),
        new(AtOnce, Breakage.Lost, "startSlot", Resume), new(AtOnce, Breakage.Lost, "switch", Deploy),
        new(AtOnce, Breakage.Lost, "observe", Resume), new(AtOnce, Breakage.Lost, "stopSlot", Deploy),
        new(InShares, Breakage.Lost, "compare", Resume),
        new(Back, Breakage.Lost, "switch", Resume),
        new(OneByOne, Breakage.Lost, "moveName back", Resume), new(OneByOne, Breakage.Lost, "stopService back", Deploy),
    ];

    /// <summary>Those that a run takes.</summary>
    public static IReadOnlyList<SshCrash> In(Sample sample) => sample.OneIn(Parts, All);

    /// <summary>The row of this name.</summary>
    public static SshCrash Named(string name) => All.Single(crash => crash.ToString() == name);

    /// <summary>Whether this happened to the row's step.</summary>
    public bool IsAt(string happened, RunnerLine line) =>
        line["step"] is { } step && line.Event == happened && $"{step} {line["service"]}".TrimEnd() == Step;

    public override string ToString() => $"{Way}, {How} {Step}{(Next is null ? "" : $", then {Next}")}";

    /// <summary>What was not begun to be started cannot be finished, so a new deployment follows; else the two by turns.</summary>
    private static IEnumerable<SshCrash> Killed(string way, string[] before, string[] after) =>
        before.Select(step => (How: Breakage.KilledBefore, Step: step))
            .Concat(after.Select(step => (How: Breakage.KilledAfter, Step: step)))
            .Select((row, place) => new SshCrash(way, row.How, row.Step, row.Step != "prepare" && place % 2 == 0 ? Resume : Deploy));

    private static IEnumerable<SshCrash> Cuts(string way, params string[] steps) =>
        steps.Select(step => new SshCrash(way, Breakage.Cut, step, null));
}
