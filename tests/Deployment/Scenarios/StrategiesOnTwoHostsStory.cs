using ChainBridge.Tests.Deployment.Harness;

namespace ChainBridge.Tests.Deployment.Scenarios;

/// <summary>
/// Releases on two hosts over SSH that do not move at once, with users at both doors all the time: a good one, one that fails on the
/// second host in the middle of it, and one during which the second host is lost.
/// </summary>
public sealed class StrategiesOnTwoHostsStory : StoryOnTwoHosts
{
    private const string Canary = "canary", Rolling = "rolling";

    private static readonly TimeSpan Gap = TimeSpan.FromMilliseconds(30);

    // Half of what fails on one of two hosts is far beyond it. A candidate that has just begun compiles what it runs, for as long as the
    // machine is busy: it is judged after that.
    private static readonly Dictionary<string, string> All = new()
    {
        [Rolling] = "{ rolling: { settle: 3s } }",
        [Canary] = "{ canary: { shares: [50%], for: 4s, warmUp: 20s, waitFor: 150s, maxMoreFailed: 0.2, maxSlower: 1 } }",
    };

    private string _strategy = "";

    public static IEnumerable<string> Names => All.Keys;

    public RunResult First { get; private set; } = null!;
    public Seen Good { get; private set; } = null!;
    public Seen Died { get; private set; } = null!;
    public Seen Lost { get; private set; } = null!;
    public RunResult Settled { get; private set; } = null!;
    public RunResult StatusAfterSettling { get; private set; } = null!;
    public IReadOnlyList<string> PagesAfterSettling { get; private set; } = [];
    public IReadOnlyList<string> ServicesAfterSettling { get; private set; } = [];

    /// <summary>A run, what both doors answered and what ran on both hosts afterwards, and what users of each saw.</summary>
    public sealed record Seen(RunResult Run, IReadOnlyList<string> Pages, IReadOnlyList<string> Services, TrafficReport One,
        TrafficReport Two);

    /// <param name="strategy">In the place of a target.</param>
    public override Task RunAsync(string strategy, CancellationToken cancellationToken) =>
        base.RunAsync(_strategy = strategy, cancellationToken);

    protected override async Task RunOnAsync(Lab lab, CancellationToken cancellationToken)
    {
        await lab.Repository.ChangeAsync("chainbridge.yml", text => text.Replace("    drainTimeout: 20s\n",
            $"    drainTimeout: 20s\n    strategy: {All[_strategy]}\n", StringComparison.Ordinal), cancellationToken);
        First = await lab.DeployAsync(cancellationToken);
        First.ShouldEndWith(0);
        Good = await SeeAsync(lab, _ => Task.CompletedTask, cancellationToken);
        Good.Run.ShouldEndWith(0);
        Died = await SeeAsync(lab, run => DieOnTwoAsync(run, cancellationToken), cancellationToken);
        Lost = await SeeAsync(lab, run => LoseTwoAsync(run, cancellationToken), cancellationToken);
        await ServerOfTwo.StartAsync();
        Settled = await lab.RunAsync(cancellationToken, "resume");
        StatusAfterSettling = await lab.RunAsync(cancellationToken, "status");
        PagesAfterSettling = await PagesAsync(lab, cancellationToken);
        ServicesAfterSettling = await lab.Target.ServicesAsync(lab, cancellationToken);
    }

    /// <summary>A deployment to which something happens.</summary>
    private async Task<Seen> SeeAsync(Lab lab, Func<RunnerRun, Task> happens, CancellationToken cancellationToken)
    {
        await lab.Repository.ReleaseAsync("fine", cancellationToken);
        await using var one = new Traffic(lab.Door, gap: Gap);
        await using var two = new Traffic(SecondDoor, gap: Gap);
        using var run = await lab.StartDeployAsync(cancellationToken);
        await happens(run);
        var ended = await lab.EndAsync(run, cancellationToken);
        return new(ended, await PagesAsync(lab, cancellationToken), await lab.Target.ServicesAsync(lab, cancellationToken),
            await one.StopAsync(), await two.StopAsync());
    }

    /// <summary>
    /// A service of the candidate dies on the second host: one that was just replaced, before the digests are compared once more, or the
    /// one that has a share.
    /// </summary>
    private async Task DieOnTwoAsync(RunnerRun run, CancellationToken cancellationToken)
    {
        var environment = await EnvironmentOfTwoAsync(cancellationToken);
        var begun = await run.PrintsAsync("the middle of it", line => _strategy == Canary
            ? line.Is("step-begun", "compare")
            : line.Is("step-begun", "startService") && string.IsNullOrEmpty(line["service"]), cancellationToken);
        await Shell.RunAsync("/", cancellationToken, "docker", "kill",
            $"{environment}-{begun["slot"]}-{(_strategy == Canary ? "front" : "back")}-1");
    }

    /// <summary>The second host is gone when a name, or a share of the traffic, has moved on it, and stays away.</summary>
    private async Task LoseTwoAsync(RunnerRun run, CancellationToken cancellationToken)
    {
        await run.PrintsAsync("the middle of it", line => _strategy == Canary
            ? line.Is("step-begun", "compare")
            : line.Is("step-ended", "moveName") && line["service"] == "back", cancellationToken);
        await ServerOfTwo.StopAsync();
        await ServerOfTwo.CutAsync(cancellationToken);
    }
}
