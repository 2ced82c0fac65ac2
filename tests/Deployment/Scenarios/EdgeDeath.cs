using ChainBridge.Tests.Deployment.Harness;

namespace ChainBridge.Tests.Deployment.Scenarios;

/// <summary>An edge that ends in the middle of a deployment.</summary>
/// <param name="Step">Where it ends.</param>
/// <param name="ByHand">
/// A person ends its container, which the engine then leaves as it is; else its process dies, and the engine starts it again.
/// </param>
public sealed record EdgeDeath(string Name, string Step, bool ByHand)
{
    private static readonly IReadOnlyList<EdgeDeath> All =
    [
        new("ended by hand before the switch", "smokeCandidate", ByHand: true),
        new("died while the release is observed", "observe", ByHand: false),
        new("ended by hand while the release is observed", "observe", ByHand: true),
    ];

    /// <summary>Those that a run takes.</summary>
    public static IReadOnlyList<EdgeDeath> In(Sample sample) => sample.Third(All);

    /// <summary>Ends it.</summary>
    public async Task KillAsync(Lab lab, CancellationToken cancellationToken)
    {
        var edge = await Shell.RunAsync("/", cancellationToken, "docker", "ps", "--quiet", "--filter",
            $"name={lab.Variables["TINY_PROJECT"]}-staging-.*-base-edge-1");
        if (ByHand)
        {
            await Shell.RunAsync("/", cancellationToken, "docker", "kill", edge);
            return;
        }

        // The process is root's, or another user's, and the engine may end it wherever the tests run.
        var process = await Shell.RunAsync("/", cancellationToken, "docker", "inspect", "--format", "{{.State.Pid}}", edge);
        var image = await Shell.RunAsync("/", cancellationToken, "docker", "inspect", "--format", "{{.Image}}", edge);
        await Shell.RunAsync("/", cancellationToken, "docker", "run", "--rm", "--pid", "host", "--privileged", "--user", "0",
            "--no-healthcheck", "--entrypoint", "/bin/sh", image, "-c", $"kill -KILL {process}");
    }
}
