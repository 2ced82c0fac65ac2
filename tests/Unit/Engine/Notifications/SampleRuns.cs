using ChainBridge.DeployRunner.Output;
using ChainBridge.Engine.Events;
using ChainBridge.Engine.Gates;
using ChainBridge.Engine.Manifest;
using ChainBridge.Engine.Model;
using ChainBridge.Engine.Notifications;
using ChainBridge.Engine.Secrets;

namespace ChainBridge.Tests.Unit.Engine.Notifications;

/// <summary>Runs to notify of, as events and as what is made of them.</summary>
internal static class SampleRuns
{
    public const string Commit = "0123456789abcdef0123456789abcdef01234567";

    public static readonly RunFacts Facts = new("shop", "staging", "deploy", "ann@here",
        new(new Uri("https://staging.example.org"), new Uri("https://github.com/acme/shop/actions/runs/7")));

    /// <summary>A retry follows at once, so that no test waits for it.</summary>
    public static Tries Quick => new(TimeProvider.System, TimeSpan.FromSeconds(20), [TimeSpan.Zero, TimeSpan.Zero]);

    /// <summary>A release before, from another commit.</summary>
    public static Release Before => new("staging-A", "fedcba9876543210fedcba9876543210fedcba98", new Dictionary<string, Artifact>(),
        new Dictionary<string, ServiceSpec>(), null, true, "ann", DateTimeOffset.UnixEpoch);

    public static Notification Ended(RunEnd end, int code = 0) => new()
    {
        Delivery = "5ff6a1a2-0000-4000-8000-000000000001", Deployment = "20261126T110739-f00ba2", Project = "shop",
        At = new(2026, 11, 26, 11, 8, 2, TimeSpan.Zero),
        Environment = "staging", Target = "process on this machine", Verb = "deploy", Version = "staging-20261126-f8b84e0", Commit = Commit,
        Actor = "ann@here", Verdict = end, ExitCode = code, Summary = "the gate failed; staging-A is serving again",
        Next = "repair, deploy again", Milliseconds = 23_200, Links = Facts.Links,
        Steps = [new(StepKind.SmokePublic, null, null, Outcome.Failed, 1100), new(StepKind.StartSlot, Slot.Blue, null, Outcome.Done, 4000)],
        Gates = [new("smoke", Verdict.Fail, "4 passed, 1 failed", 1100)],
        Alerts = [new("smoke-longer-than", "a smoke run took 61 s; the limit is 60 s")], Warnings = ["the lock could not be given back"],
        Changes = new("staging-A", TakenBack: false, ["f8b84e0 Pay in <euro> & cents"], More: false),
    };

    /// <summary>The events of a deployment to its end.</summary>
    public static IEnumerable<RunnerEvent> Deployment(ExitCode code = ExitCode.Done, Outcome? outcome = Outcome.Promoted,
        string summary = "it serves", Failure? failure = null) =>
    [
        new RunBegun("20261126T110739-f00ba2", "deploy", "staging", "process on this machine"),
        new ReleaseNamed("staging-B", Commit) { Before = Before },
        new StepEnded(StepKind.Build, null, null, Outcome.Done, TimeSpan.FromSeconds(3), null),
        new GateFinished(new GateResult("smoke", Verdict.Pass, "2 passed", [], null, TimeSpan.FromSeconds(1))),
        new Warning("1 request was still in flight"),
        new Alert("image-larger-than", "api has 1200 MB"),
        new Finished(code, Verdict.Pass, summary, null) { Outcome = outcome, Failure = failure, Took = TimeSpan.FromSeconds(40) },
    ];

    public static Collector Collector(Redactor? redactor = null) => new(Facts,
        (before, _, back, _) => Task.FromResult(new Changes(before.Version, back, ["f8b84e0 Pay in cents"], More: false)),
        redactor ?? new Redactor([]), TimeProvider.System);
}
