using System.Net;
using ChainBridge.Tests.Deployment.Harness;

namespace ChainBridge.Tests.Deployment.Scenarios;

/// <summary>One good release, and everything that can be wrong with those after it, with users at the door.</summary>
public sealed class FailedReleaseStory : Story
{
    public RunResult FirstFailed { get; private set; } = null!;
    public RunResult StatusAfterFirst { get; private set; } = null!;
    public IReadOnlyList<string> ServicesAfterFirst { get; private set; } = [];
    public (HttpStatusCode Status, string Body)? DoorAfterFirst { get; private set; }
    public RunResult Good { get; private set; } = null!;
    public Attempted DiesAtStart { get; private set; } = null!;
    public Attempted Unhealthy { get; private set; } = null!;
    public Attempted NoEvidence { get; private set; } = null!;
    public Attempted WrongThroughTheDoor { get; private set; } = null!;
    public Attempted BrokenMigration { get; private set; } = null!;
    public Attempted OneWay { get; private set; } = null!;
    public RunResult Told { get; private set; } = null!;
    public (HttpStatusCode Status, string Body)? DoorAfterTold { get; private set; }
    public RunResult Repaired { get; private set; } = null!;
    public IReadOnlyList<string> ServicesAtTheEnd { get; private set; } = [];
    public TrafficReport Traffic { get; private set; } = null!;

    /// <summary>A release that was tried, and what served and ran afterwards.</summary>
    public sealed record Attempted(RunResult Run, (HttpStatusCode Status, string Body)? Door, IReadOnlyList<string> Services);

    protected override async Task TellAsync(Lab lab, CancellationToken cancellationToken)
    {
        await lab.Repository.ReleaseAsync("dies-at-start", cancellationToken);
        FirstFailed = await lab.DeployAsync(cancellationToken);
        ServicesAfterFirst = await lab.Target.ServicesAsync(lab, cancellationToken);
        DoorAfterFirst = await lab.AskAsync("/", cancellationToken);
        StatusAfterFirst = await lab.RunAsync(cancellationToken, "status");

        await lab.Repository.ReleaseAsync("fine", cancellationToken);
        Good = await lab.DeployAsync(cancellationToken);

        await using var traffic = new Traffic(lab.Door);
        DiesAtStart = await TryAsync(lab, "dies-at-start", null, cancellationToken, "--only", "front");
        // Long enough for back, which has to become ready first, on a slow machine.
        lab.Variables["TINY_READY"] = "15s";
        Unhealthy = await TryAsync(lab, "unhealthy", null, cancellationToken, "--only", "front");
        lab.Variables.Remove("TINY_READY");
        lab.Variables["TINY_SMOKE"] = "truncated";
        NoEvidence = await TryAsync(lab, "fine", null, cancellationToken, "--only", "front");
        lab.Variables.Remove("TINY_SMOKE");
        WrongThroughTheDoor = await SeenAsync(lab, traffic, StackRepository.TwoSteps, cancellationToken);
        BrokenMigration = await TryAsync(lab, "fine", StackRepository.BrokenThirdStep, cancellationToken);
        OneWay = await TryAsync(lab, "wrong-through-the-door", StackRepository.OneWayStep, cancellationToken);
        Told = await lab.RunAsync(cancellationToken, "rollback");
        DoorAfterTold = await lab.AskAsync("/", cancellationToken);
        await lab.Repository.ReleaseAsync("fine", cancellationToken);
        Repaired = await lab.DeployAsync(cancellationToken);
        ServicesAtTheEnd = await lab.Target.ServicesAsync(lab, cancellationToken);
        Traffic = await traffic.StopAsync();
    }

    /// <summary>A release that is wrong through the door only; it is judged there when users have seen it, and not before.</summary>
    private static async Task<Attempted> SeenAsync(Lab lab, Traffic traffic, string migrations, CancellationToken cancellationToken)
    {
        await lab.Repository.ReleaseAsync("wrong-through-the-door", cancellationToken, migrations);
        using var told = lab.HoldAtTheDoor();
        using var deploying = await lab.StartDeployAsync(cancellationToken);
        var version = (await deploying.SaysAsync("the release has its name", said => said.Event == "release-named",
            cancellationToken))["version"]!;
        await deploying.BeginsAsync("smokePublic", cancellationToken);
        await Until.TrueAsync($"users see {version}", TimeSpan.FromSeconds(40), () => Task.FromResult(traffic.Saw(version)),
            cancellationToken);
        told.GoOn();
        return new(await lab.EndAsync(deploying, cancellationToken), await lab.AskAsync("/", cancellationToken),
            await lab.Target.ServicesAsync(lab, cancellationToken));
    }

    private static async Task<Attempted> TryAsync(
        Lab lab, string behaviour, string? migrations, CancellationToken cancellationToken, params string[] options)
    {
        await lab.Repository.ReleaseAsync(behaviour, cancellationToken, migrations);
        var run = await lab.DeployAsync(cancellationToken, options);
        return new(run, await lab.AskAsync("/", cancellationToken), await lab.Target.ServicesAsync(lab, cancellationToken));
    }
}
