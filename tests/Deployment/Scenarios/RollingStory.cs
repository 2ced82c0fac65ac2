using System.Net;
using ChainBridge.Tests.Deployment.Harness;

namespace ChainBridge.Tests.Deployment.Scenarios;

/// <summary>
/// Three services behind each other, replaced one by one: a good release, the rollback from it, releases that fail inside and at the door,
/// and runners that are killed half-way; users at the door all the time, whose requests reach the innermost service.
/// </summary>
public sealed class RollingStory : Story
{
    public RunResult First { get; private set; } = null!;
    public RunResult Planned { get; private set; } = null!;
    public Seen Good { get; private set; } = null!;
    public Seen Rollback { get; private set; } = null!;
    public Seen NeverReadyInside { get; private set; } = null!;
    public Seen WrongThroughTheDoor { get; private set; } = null!;
    public Seen Resumed { get; private set; } = null!;
    public Seen Undone { get; private set; } = null!;

    /// <summary>The runs that were killed, before the one that undid and the one that resumed.</summary>
    public IReadOnlyList<RunResult> Killed { get; private set; } = [];

    /// <summary>A run, what served and ran afterwards, what ran twice meanwhile, and what the users saw.</summary>
    public sealed record Seen(RunResult Run, (HttpStatusCode Status, string Body)? Door, IReadOnlyList<string> Services,
        IReadOnlyList<string> Doubled, TrafficReport Users);

    protected override async Task RunAsync(Lab lab, CancellationToken cancellationToken)
    {
        await ThreeServicesAsync(lab, cancellationToken);
        First = await lab.DeployAsync(cancellationToken);
        First.ShouldEndWith(0);

        await lab.Repository.ReleaseAsync("fine", cancellationToken);
        Planned = await lab.RunAsync(cancellationToken, "plan");
        Good = await SeeAsync(lab, () => lab.DeployAsync(cancellationToken), cancellationToken);
        Rollback = await SeeAsync(lab, () => lab.RunAsync(cancellationToken, "rollback"), cancellationToken);

        lab.Variables["TINY_READY"] = "6s";
        await lab.Repository.ReleaseAsync("unhealthy-inside", cancellationToken);
        NeverReadyInside = await SeeAsync(lab, () => lab.DeployAsync(cancellationToken), cancellationToken);
        lab.Variables.Remove("TINY_READY");
        await lab.Repository.ReleaseAsync("wrong-through-the-door", cancellationToken);
        WrongThroughTheDoor = await SeeAsync(lab, () => lab.DeployAsync(cancellationToken), cancellationToken);

        await lab.Repository.ReleaseAsync("fine", cancellationToken);
        var killed = new List<RunResult>();
        Undone = await SeeAsync(lab, async () =>
        {
            killed.Add(await KilledAsync(lab, "startService", cancellationToken));
            return await lab.RunAsync(cancellationToken, "resume", "--undo");
        }, cancellationToken);
        Resumed = await SeeAsync(lab, async () =>
        {
            killed.Add(await KilledAsync(lab, "stopService", cancellationToken));
            return await lab.RunAsync(cancellationToken, "resume");
        }, cancellationToken);
        Killed = killed;
    }

    private static async Task<Seen> SeeAsync(Lab lab, Func<Task<RunResult>> act, CancellationToken cancellationToken)
    {
        await using var traffic = new Traffic(lab.Door);
        await using var doubled = new Doubled(lab);
        var run = await act();
        return new(run, await lab.AskAsync("/", cancellationToken), await lab.Target.ServicesAsync(lab, cancellationToken), doubled.Seen,
            await traffic.StopAsync());
    }

    /// <summary>A deployment whose runner is killed at the second such step: one service was replaced.</summary>
    private static async Task<RunResult> KilledAsync(Lab lab, string step, CancellationToken cancellationToken)
    {
        using var run = await lab.StartDeployAsync(cancellationToken);
        await run.BeginsAsync(step, cancellationToken);
        await run.BeginsAsync(step, cancellationToken);
        run.Kill();
        return await lab.EndAsync(run, cancellationToken);
    }

    /// <summary>The stack with a service in the middle, in an environment without room for two of all.</summary>
    internal static async Task ThreeServicesAsync(Lab lab, CancellationToken cancellationToken)
    {
        await lab.Repository.ChangeAsync("docker-compose.yml", text => text.Replace("  front:\n",
            "  middle:\n    image: ${MIDDLE_IMAGE:?the runner sets it, by digest}\n    restart: unless-stopped\n  front:\n",
            StringComparison.Ordinal), cancellationToken);
        await lab.Repository.ChangeAsync("chainbridge.yml", text => text
            .Replace("dependsOn: [back]", "dependsOn: [middle]", StringComparison.Ordinal)
            .Replace("      Back__Url: ${{ services.back.url }}", "      Back__Url: ${{ services.middle.url }}", StringComparison.Ordinal)
            .Replace("  front:\n", """
              middle:
                image: ${TINY_PROJECT}/middle
                buildArgs:
                  RUNTIME_IMAGE: ${CHAINBRIDGE_RUNTIME_IMAGE:-mcr.microsoft.com/dotnet/aspnet:10.0}
                dependsOn: [back]
                environment:
                  Role: middle
                  Back__Url: ${{ services.back.url }}
              front:

            """, StringComparison.Ordinal)
            .Replace("    drainTimeout: 20s\n", "    drainTimeout: 20s\n    strategy: { rolling: { settle: 3s } }\n",
                StringComparison.Ordinal), cancellationToken);
    }
}
