using ChainBridge.Engine.Checks;
using ChainBridge.Engine.Model;
using ChainBridge.Engine.Steps;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.Engine.Runs;

/// <summary>The checks before a deployment in its plan, which asks none of them.</summary>
public sealed class PlannedChecksTests
{
    [Theory]
    [InlineData(false, "checks: disk, commit")]
    [InlineData(true, "its checks are left out")]
    public async Task A_plan_names_the_checks_that_a_deployment_makes(bool skipped, string told)
    {
        using var world = new World();
        foreach (var name in new[] { "disk", "commit" })
            world.Checks.Add(new(name, () => throw new InvalidOperationException("a plan asks nothing")));
        var log = new PlanLog();
        await new ChainBridge.Engine.Runs.Deployments(world.Context()).PlanAsync(
            new DeployOptions(Version: "B", SkipPreflight: skipped), log, TestContext.Current.CancellationToken);
        log.Steps[0].Kind.Should().Be(StepKind.Preflight);
        log.Steps[0].Notes.Should().Equal(told);
    }
}
