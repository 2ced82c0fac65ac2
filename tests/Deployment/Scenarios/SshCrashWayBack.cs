using ChainBridge.Tests.Deployment.Harness;

namespace ChainBridge.Tests.Deployment.Scenarios;

/// <summary>
/// A row of the crash matrix over SSH: the runner is killed, or its connection is cut, in the way back of a deployment whose services were
/// replaced one by one.
/// </summary>
/// <param name="How">Killed before or after the effect of the step, or cut in it.</param>
/// <param name="Step">The step of the way back, behind the start of the service that it is about where its line names no service.</param>
/// <param name="Next">What is run afterwards; null for nothing, where the connection is made again and the way back goes on.</param>
public sealed record SshCrashWayBack(Breakage How, string Step, string? Next)
{
    public const string Resume = "resume", Undo = "resume --undo", Deploy = "deploy";

    private const string Middle = "startService middle", Inmost = "startService back";

    /// <summary>One row of this many is part of a sample.</summary>
    private const int Parts = 11;

    /// <summary>
    /// Every step of the way back, in order. What only asks has no effect, and after the effect of the last step the run ends at once: a
    /// runner may be through with it before the signal comes. That instant and every other one is tried in the unit tests.
    /// </summary>
    private static readonly IReadOnlyList<SshCrashWayBack> All =
    [
        .. Killed(Breakage.KilledBefore, "switch", "stopService", Middle, $"{Middle}, verify", $"{Middle}, moveName", "stopService middle",
            Inmost, $"{Inmost}, verify", $"{Inmost}, moveName", "stopService back", "stopService back, verify",
            "stopService back, smokePublic", "stopSlot"),
        .. Killed(Breakage.KilledAfter, "switch", "stopService", Middle, $"{Middle}, moveName", "stopService middle", Inmost,
            $"{Inmost}, moveName", "stopService back"),
        .. new[] { "switch", "stopService", Middle, $"{Middle}, moveName", Inmost, "stopService back" }
            .Select((step, place) => new SshCrashWayBack(Breakage.Cut, step, place % 2 == 0 ? null : Deploy)),
    ];

    /// <summary>The steps that begin one after the other until the row's own does.</summary>
    public IReadOnlyList<string> Path => Step.Split(", ");

    /// <summary>Those that a run takes.</summary>
    public static IReadOnlyList<SshCrashWayBack> In(Sample sample) => sample.OneIn(Parts, All);

    /// <summary>The row of this name.</summary>
    public static SshCrashWayBack Named(string name) => All.Single(crash => crash.ToString() == name);

    public override string ToString() => $"{How} {Step}{(Next is null ? "" : $", then {Next}")}";

    private static IEnumerable<SshCrashWayBack> Killed(Breakage how, params string[] steps) =>
        steps.Select((step, place) => new SshCrashWayBack(how, step, new[] { Resume, Undo, Deploy }[place % 3]));
}
