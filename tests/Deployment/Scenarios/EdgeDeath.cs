using ChainBridge.Tests.Deployment.Harness;

namespace ChainBridge.Tests.Deployment.Scenarios;

/// <summary>An edge that ends in the middle of a deployment.</summary>
/// <param name="Step">Where it ends; in the way back from a release that fails through the door, or else before.</param>
/// <param name="ByHand">
/// A person ends its container, which the engine then leaves as it is; else its process dies, and the engine starts it again.
/// </param>
public sealed record EdgeDeath(string Name, string Step, bool ByHand, bool InTheWayBack = false)
{
    /// <summary>Two that are three apart are in one sample, at two of the three moments.</summary>
    private static readonly IReadOnlyList<EdgeDeath> All =
    [
        new("ended by hand before the switch", "smokeCandidate", ByHand: true),
        new("died while the release is observed", "observe", ByHand: false),
        new("ended by hand in the way back", "switch", ByHand: true, InTheWayBack: true),
        new("ended by hand while the release is observed", "observe", ByHand: true),
        new("died in the way back", "switch", ByHand: false, InTheWayBack: true),
        new("died before the switch", "smokeCandidate", ByHand: false),
    ];

    /// <summary>Those that a run takes.</summary>
    public static IReadOnlyList<EdgeDeath> In(Sample sample) => sample.Third(All);

    /// <summary>The one of this name.</summary>
    public static EdgeDeath Named(string name) => All.Single(death => death.Name == name);

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
