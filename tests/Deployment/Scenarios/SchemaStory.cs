using ChainBridge.Tests.Deployment.Harness;

namespace ChainBridge.Tests.Deployment.Scenarios;

/// <summary>
/// A release that reads a column, one whose migration takes the column away, and one whose migration leaves it; the manifest demands that
/// the old release works with the moved database.
/// </summary>
public sealed class SchemaStory : Story
{
    public RunResult Good { get; private set; } = null!;
    public Attempted TakesTheColumn { get; private set; } = null!;
    public Attempted LeavesTheColumn { get; private set; } = null!;

    protected override async Task RunAsync(Lab lab, CancellationToken cancellationToken)
    {
        await lab.Repository.ChangeAsync("chainbridge.yml",
            text => text.Replace("gates:\n", "gates:\n  smokePrevious: true\n", StringComparison.Ordinal), cancellationToken);
        await lab.Repository.ReleaseAsync("reads-pages", cancellationToken, StackRepository.TwoSteps);
        Good = await lab.DeployAsync(cancellationToken);
        Good.ShouldEndWith(0);
        TakesTheColumn = await Attempted.DeployAsync(lab, "fine", StackRepository.ThirdStepWithoutPages, cancellationToken);
        LeavesTheColumn = await Attempted.DeployAsync(lab, "fine", StackRepository.ThirdStepBesidePages, cancellationToken);
    }
}
