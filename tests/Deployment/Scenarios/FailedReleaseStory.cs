using System.Net;
using ChainBridge.Tests.Deployment.Harness;

namespace ChainBridge.Tests.Deployment.Scenarios;

/// <summary>
/// One good release, and those after it that are wrong before they get traffic, with users at the door. What is wrong later:
/// <see cref="TakenBackStory"/>.
/// </summary>
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
    public TrafficReport Traffic { get; private set; } = null!;

    protected override async Task RunAsync(Lab lab, CancellationToken cancellationToken)
    {
        await lab.Repository.ReleaseAsync("dies-at-start", cancellationToken);
        FirstFailed = await lab.DeployAsync(cancellationToken);
        ServicesAfterFirst = await lab.Target.ServicesAsync(lab, cancellationToken);
        DoorAfterFirst = await lab.AskAsync("/", cancellationToken);
        StatusAfterFirst = await lab.RunAsync(cancellationToken, "status");

        await lab.Repository.ReleaseAsync("fine", cancellationToken);
        Good = await lab.DeployAsync(cancellationToken);

        await using var traffic = new Traffic(lab.Door);
        DiesAtStart = await Attempted.DeployAsync(lab, "dies-at-start", null, cancellationToken, "--only", "front");
        // Long enough for back, which has to become ready first, on a slow machine.
        lab.Variables["TINY_READY"] = "15s";
        Unhealthy = await Attempted.DeployAsync(lab, "unhealthy", null, cancellationToken, "--only", "front");
        lab.Variables.Remove("TINY_READY");
        lab.Variables["TINY_SMOKE"] = "truncated";
        NoEvidence = await Attempted.DeployAsync(lab, "fine", null, cancellationToken, "--only", "front");
        lab.Variables.Remove("TINY_SMOKE");
        Traffic = await traffic.StopAsync();
    }
}
