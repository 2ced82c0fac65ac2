using System.Net;
using ChainBridge.Tests.Deployment.Harness;

namespace ChainBridge.Tests.Deployment.Scenarios;

/// <summary>Two good releases; two that pass their smoke runs and fail under traffic; and a promoted one that dies later.</summary>
public sealed class ObservationStory : Story
{
    public string Stable { get; private set; } = "";
    public string Current { get; private set; } = "";
    public Seen DiesWithTraffic { get; private set; } = null!;
    public Seen FailsOneInFive { get; private set; } = null!;
    public RunResult StatusAfterDeath { get; private set; } = null!;
    public Seen Rollback { get; private set; } = null!;

    /// <summary>A run, and what served and ran afterwards.</summary>
    public sealed record Seen(RunResult Run, (HttpStatusCode Status, string Body)? Door, IReadOnlyList<string> Services);

    protected override async Task RunAsync(Lab lab, CancellationToken cancellationToken)
    {
        Stable = await PromotedAsync(lab, "fine", cancellationToken);
        Current = await PromotedAsync(lab, "dies-when-told", cancellationToken);

        // Ends as soon as the verdict is clear, after about 2 s; the rest is for machines on which that takes longer.
        lab.Variables["TINY_OBSERVE"] = "30s";
        DiesWithTraffic = await TryAsync(lab, "dies-with-traffic", cancellationToken);
        FailsOneInFive = await TryAsync(lab, "fails-one-in-five", cancellationToken);
        lab.Variables.Remove("TINY_OBSERVE");

        using (var client = new HttpClient { BaseAddress = lab.Door })
        using (await client.PostAsync("/die", null, cancellationToken))
            await Until.TrueAsync($"users notice that {Current} died", TimeSpan.FromSeconds(60),
                async () => await lab.AskAsync("/", cancellationToken) is not { Status: HttpStatusCode.OK }, cancellationToken);
        StatusAfterDeath = await lab.RunAsync(cancellationToken, "status");
        Rollback = await SeenAsync(lab, await lab.RunAsync(cancellationToken, "rollback"), cancellationToken);
    }

    private static async Task<string> PromotedAsync(Lab lab, string behaviour, CancellationToken cancellationToken)
    {
        await lab.Repository.ReleaseAsync(behaviour, cancellationToken);
        var run = await lab.DeployAsync(cancellationToken);
        run.ShouldEndWith(0);
        return run.Version;
    }

    private static async Task<Seen> TryAsync(Lab lab, string behaviour, CancellationToken cancellationToken)
    {
        await lab.Repository.ReleaseAsync(behaviour, cancellationToken);
        return await SeenAsync(lab, await lab.DeployAsync(cancellationToken, "--only", "front"), cancellationToken);
    }

    private static async Task<Seen> SeenAsync(Lab lab, RunResult run, CancellationToken cancellationToken) =>
        new(run, await lab.AskAsync("/", cancellationToken), await lab.Target.ServicesAsync(lab, cancellationToken));
}
