using System.Net;
using ChainBridge.Tests.Deployment.Harness;

namespace ChainBridge.Tests.Deployment.Scenarios;

/// <summary>
/// A first release, a good one that gets the traffic in shares, and two that pass their smoke runs and are bad to one in five of their
/// requests; users at the door all the time.
/// </summary>
public sealed class CanaryStory : Story
{
    private static readonly TimeSpan Gap = TimeSpan.FromMilliseconds(10);

    /// <summary>Limits for a machine that is busy: what is planted here is far beyond them.</summary>
    private const string Strategy = "    strategy:\n      canary: { shares: [20%, 50%], for: 4s, warmUp: 4s, waitFor: 150s, "
        + "maxMoreFailed: 0.05, maxSlower: 1 }\n";

    public RunResult First { get; private set; } = null!;
    public RunResult Planned { get; private set; } = null!;
    public RunResult StatusAtAShare { get; private set; } = null!;
    public Seen Good { get; private set; } = null!;
    public Seen FailsOneInFive { get; private set; } = null!;
    public Seen SlowOneInFive { get; private set; } = null!;

    /// <summary>A run, what served and ran afterwards, and what the users saw meanwhile.</summary>
    public sealed record Seen(
        RunResult Run, (HttpStatusCode Status, string Body)? Door, IReadOnlyList<string> Services, TrafficReport Users);

    protected override async Task RunAsync(Lab lab, CancellationToken cancellationToken)
    {
        await lab.Repository.ChangeAsync("chainbridge.yml", text => text.Replace("    drainTimeout: 20s\n",
            "    drainTimeout: 20s\n" + Strategy, StringComparison.Ordinal), cancellationToken);
        First = await lab.DeployAsync(cancellationToken);
        First.ShouldEndWith(0);
        Good = await TryAsync(lab, "fine", cancellationToken);
        FailsOneInFive = await TryAsync(lab, "fails-one-in-five", cancellationToken);
        SlowOneInFive = await TryAsync(lab, "slow-one-in-five", cancellationToken);
    }

    private async Task<Seen> TryAsync(Lab lab, string behaviour, CancellationToken cancellationToken)
    {
        await lab.Repository.ReleaseAsync(behaviour, cancellationToken);
        if (behaviour == "fine") Planned = await lab.RunAsync(cancellationToken, "plan");
        await using var traffic = new Traffic(lab.Door, gap: Gap);
        using var deploying = await lab.StartDeployAsync(cancellationToken);
        if (behaviour == "fine")
        {
            await deploying.BeginsAsync("compare", cancellationToken);
            StatusAtAShare = await lab.RunAsync(cancellationToken, "status");
        }

        var run = await lab.EndAsync(deploying, cancellationToken);
        return new(run, await lab.AskAsync("/", cancellationToken), await lab.Target.ServicesAsync(lab, cancellationToken),
            await traffic.StopAsync());
    }
}
