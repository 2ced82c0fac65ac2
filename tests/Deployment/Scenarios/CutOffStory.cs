using ChainBridge.Tests.Deployment.Harness;

namespace ChainBridge.Tests.Deployment.Scenarios;

/// <summary>
/// A release whose front is healthy at its published port and cut off from the network of the edge when the traffic is to move, with users
/// at the door; then the same release, not cut off.
/// </summary>
public sealed class CutOffStory : Story
{
    public RunResult Good { get; private set; } = null!;
    public Attempted CutOff { get; private set; } = null!;
    public TrafficReport Traffic { get; private set; } = null!;
    public RunResult Repaired { get; private set; } = null!;

    protected override async Task RunAsync(Lab lab, CancellationToken cancellationToken)
    {
        await lab.Repository.ReleaseAsync("fine", cancellationToken);
        Good = await lab.DeployAsync(cancellationToken);
        var environment = (await Shell.RunAsync("/", cancellationToken, "docker", "ps", "--filter", $"publish={lab.Door.Port}",
            "--format", "{{.Label \"chainbridge.environment\"}}")).Trim();
        var hook = $$"""

            hooks:
              - before: switch
                run: [sh, -c, "docker network disconnect {{environment}}-public {{environment}}-$CHAINBRIDGE_SLOT-front-1"]

            """;
        await lab.Repository.ChangeAsync("chainbridge.yml", text => text + hook, cancellationToken);
        await using (var traffic = new Traffic(lab.Door))
        {
            CutOff = await Attempted.DeployAsync(lab, "fine", null, cancellationToken, "--only", "front");
            Traffic = await traffic.StopAsync();
        }

        await lab.Repository.ChangeAsync("chainbridge.yml", text => text.Replace(hook, "", StringComparison.Ordinal), cancellationToken);
        Repaired = await lab.DeployAsync(cancellationToken, "--only", "front");
    }
}
