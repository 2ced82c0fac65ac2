using System.Net;
using ChainBridge.Tests.Deployment.Harness;

namespace ChainBridge.Tests.Deployment.Scenarios;

/// <summary>
/// One good release, and those after it that changed the database or had traffic before they turned out wrong, with users at the door.
/// </summary>
public sealed class TakenBackStory : Story
{
    public RunResult Good { get; private set; } = null!;
    public Attempted WrongThroughTheDoor { get; private set; } = null!;
    public Attempted BrokenMigration { get; private set; } = null!;
    public Attempted OneWay { get; private set; } = null!;
    public RunResult Told { get; private set; } = null!;
    public (HttpStatusCode Status, string Body)? DoorAfterTold { get; private set; }
    public RunResult Repaired { get; private set; } = null!;
    public IReadOnlyList<string> ServicesAtTheEnd { get; private set; } = [];
    public TrafficReport Traffic { get; private set; } = null!;

    protected override async Task RunAsync(Lab lab, CancellationToken cancellationToken)
    {
        await lab.Repository.ReleaseAsync("fine", cancellationToken);
        Good = await lab.DeployAsync(cancellationToken);

        await using var traffic = new Traffic(lab.Door);
        WrongThroughTheDoor = await SeenAsync(lab, traffic, StackRepository.TwoSteps, cancellationToken);
        BrokenMigration = await Attempted.DeployAsync(lab, "fine", StackRepository.BrokenThirdStep, cancellationToken);
        OneWay = await Attempted.DeployAsync(lab, "wrong-through-the-door", StackRepository.OneWayStep, cancellationToken);
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
        using var held = lab.HoldAtTheDoor();
        using var deploying = await lab.StartDeployAsync(cancellationToken);
        var version = (await deploying.PrintsAsync("the release has its name", line => line.Event == "release-named",
            cancellationToken))["version"]!;
        await deploying.BeginsAsync("smokePublic", cancellationToken);
        await Until.TrueAsync($"users see {version}", TimeSpan.FromSeconds(40), () => Task.FromResult(traffic.Saw(version)),
            cancellationToken);
        held.GoOn();
        return await Attempted.AfterAsync(lab, await lab.EndAsync(deploying, cancellationToken), cancellationToken);
    }
}
