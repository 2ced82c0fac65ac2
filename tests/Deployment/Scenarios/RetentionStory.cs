using ChainBridge.Tests.Deployment.Harness;

namespace ChainBridge.Tests.Deployment.Scenarios;

/// <summary>
/// Two good releases, a sibling environment of the same project, twenty deployments in a row that fail (half of them at the integration
/// gate, before their release is recorded; eight on an engine, where each takes longer), and a candidate that waits. Two releases are kept.
/// </summary>
public sealed class RetentionStory : Story
{
    public RunResult First { get; private set; } = null!;
    public RunResult Second { get; private set; } = null!;
    public RunResult Sibling { get; private set; } = null!;
    public IReadOnlyList<RunResult> Failed { get; private set; } = [];

    /// <summary>What there was of each kind after the first half of the failures, and after all of them.</summary>
    public IReadOnlyDictionary<string, int> Half { get; private set; } = new Dictionary<string, int>();
    public IReadOnlyDictionary<string, int> Full { get; private set; } = new Dictionary<string, int>();
    public IReadOnlyList<string> Releases { get; private set; } = [];
    public Attempted Waiting { get; private set; } = null!;
    public RunResult Promoted { get; private set; } = null!;
    public RunResult Back { get; private set; } = null!;
    public RunResult SiblingStatus { get; private set; } = null!;
    public IReadOnlyDictionary<string, int> End { get; private set; } = new Dictionary<string, int>();

    protected override async Task RunAsync(Lab lab, CancellationToken cancellationToken)
    {
        await lab.Repository.ChangeAsync("chainbridge.yml", text => text.Replace("    stateDirectory: ",
            "    retain: 2\n    stateDirectory: ", StringComparison.Ordinal), cancellationToken);
        First = await DeployAsync(lab, "fine", cancellationToken);
        Sibling = await OnSpareAsync(lab, cancellationToken, "deploy");
        Second = await DeployAsync(lab, "fine", cancellationToken);
        var failures = lab.Target.Name == "compose" ? 8 : 20;
        for (var number = 1; number <= failures; number++)
        {
            var atTheGate = number % 2 == 0;
            if (atTheGate) lab.Variables["TINY_GATE"] = "red";
            Failed = [.. Failed, await DeployAsync(lab, "dies-at-start", cancellationToken)];
            lab.Variables.Remove("TINY_GATE");
            if (number == failures / 2) Half = await lab.Target.CountAsync(lab, cancellationToken);
        }

        Full = await lab.Target.CountAsync(lab, cancellationToken);
        Releases = [.. Directory.GetDirectories(Path.Combine(lab.State, "releases")).Select(Path.GetFileName).OfType<string>()];
        Waiting = await Attempted.DeployAsync(lab, "fine", null, cancellationToken, "--approve");
        lab.Variables["TINY_GATE"] = "red";
        await DeployAsync(lab, "dies-at-start", cancellationToken);
        lab.Variables.Remove("TINY_GATE");
        Promoted = await lab.RunAsync(cancellationToken, "promote");
        Back = await lab.RunAsync(cancellationToken, "rollback");
        SiblingStatus = await OnSpareAsync(lab, cancellationToken, "status");
        End = await lab.Target.CountAsync(lab, cancellationToken);
        await OnSpareAsync(lab, cancellationToken, "down", "--volumes");
    }

    private static async Task<RunResult> DeployAsync(Lab lab, string behaviour, CancellationToken cancellationToken)
    {
        await lab.Repository.ReleaseAsync(behaviour, cancellationToken);
        return await lab.DeployAsync(cancellationToken);
    }

    private static async Task<RunResult> OnSpareAsync(Lab lab, CancellationToken cancellationToken, params string[] arguments)
    {
        using var run = RunnerRun.Start(lab.Repository.Folder, lab.Variables, [],
            ["--environment", "spare", "--output", "json", .. arguments]);
        return await run.EndAsync(cancellationToken);
    }
}
