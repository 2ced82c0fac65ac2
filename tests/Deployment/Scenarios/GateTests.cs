using ChainBridge.Tests.Deployment.Harness;
using ChainBridge.Tests.Deployment.Harness.Targets;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Deployment.Scenarios;

/// <summary>A gate believes result files, and only whole ones of this run.</summary>
[Trait(Sample.Turn, "5")]
public sealed class GateTests(GateTests.OpenLab open) : IClassFixture<GateTests.OpenLab>
{
    public static TheoryData<string> Targets => TargetsUnderTest.For(Scenario.Gates);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("missing", "no result file")]
    [InlineData("empty", "the file is empty")]
    [InlineData("truncated", "cut off")]
    [InlineData("stale", "older")]
    [InlineData("huge", "209 MB")]
    [InlineData("no-test", "no test was executed")]
    [InlineData("lying", "claims")]
    [InlineData("red", "1 failed")]
    [InlineData("green-but-broken", "exit code 9")]
    public async Task A_gate_whose_result_file_is_no_evidence_fails_and_says_why(string gate, string why)
    {
        var run = await open.Lab.RunWithAsync("TINY_GATE", gate, Stop, "test");
        run.ShouldEndWith(10);
        run.Summary.Should().Contain(why);
    }

    [Fact]
    public async Task A_gate_with_a_whole_and_green_result_file_passes()
    {
        var run = await open.Lab.RunAsync(Stop, "test");
        run.ShouldEndWith(0);
    }

    [Theory, MemberData(nameof(Targets))]
    public async Task A_failed_integration_gate_ends_with_10_before_anything_is_deployed(string target)
    {
        await using var lab = await Lab.OpenAsync(target, Stop);
        await lab.Target.MakeBuildableAsync(lab, Stop);
        var run = await lab.RunWithAsync("TINY_GATE", "missing", Stop, "deploy");
        run.ShouldEndWith(10);
        run.Steps.Should().Equal("preflight", "build", "test");
        (await lab.Target.ServicesAsync(lab, Stop)).Should().BeEmpty();
        (await lab.AskAsync("/", Stop)).Should().BeNull("not even a door was opened");
    }

    /// <summary>An environment in which nothing is ever deployed: the gate alone needs none.</summary>
    public sealed class OpenLab : IAsyncLifetime
    {
        public Lab Lab { get; private set; } = null!;

        public async ValueTask InitializeAsync() => Lab = await Lab.OpenAsync("process", CancellationToken.None);

        public ValueTask DisposeAsync() => Lab.DisposeAsync();
    }
}
