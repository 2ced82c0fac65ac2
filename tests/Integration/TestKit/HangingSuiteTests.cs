using ChainBridge.Tests.Integration.Infrastructure;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Integration.TestKit;

/// <summary>Nothing holds a run for longer than its budget and ten seconds. That it ended at all is what <see cref="SampleRun"/> sees to.</summary>
public sealed class HangingSuiteTests
{
    private static readonly Dictionary<string, string> None = [];

    [Fact]
    public async Task A_test_that_blocks_its_thread_is_given_up_and_named()
    {
        var run = await SampleRun.OfClassesAsync(None, "Blocks");
        run.ExitCode.Should().NotBe(0);
        run.Results.Should().HaveCount(2);
        run["Blocks its thread"].Should().Match<SampleResult>(result => result.Outcome == "Failed" && result.Message.Contains("did not end when it was cancelled") && result.Message.Contains("Blocks: Blocks its thread ("));
    }

    [Fact]
    public async Task A_thread_left_behind_does_not_keep_the_process_alive()
    {
        var run = await SampleRun.OfClassesAsync(None, "BlocksInTheForeground");
        run.ExitCode.Should().NotBe(0);
        run.Results.Should().ContainSingle().Which.Outcome.Should().Be("Failed");
    }

    [Fact]
    public async Task Tests_whose_fixture_hangs_are_failed_and_the_fixture_is_named()
    {
        var run = await SampleRun.OfClassesAsync(None, "HangsInItsFixture", "Quick");
        run.ExitCode.Should().NotBe(0);
        run.Results.Should().HaveCount(4);
        foreach (var name in new[] { "One", "Two" })
            run[name].Should().Match<SampleResult>(result => result.Outcome == "Failed" && result.Message.Contains("HangsInItsFixture (HangingFixture)"));
        run["Passes"].Outcome.Should().Be("Passed");
    }

    [Fact]
    public async Task A_fixture_that_does_not_come_to_its_end_fails_the_run()
    {
        var run = await SampleRun.OfClassesAsync(None, "HangsInTheEndOfItsFixture");
        run.ExitCode.Should().NotBe(0);
        run["Passes"].Outcome.Should().Be("Passed");
        run.Output.Should().Contain("HangsInTheEndOfItsFixture had not been disposed");
    }

    [Fact]
    public async Task A_hanging_fixture_of_the_assembly_fails_every_selected_test()
    {
        var run = await SampleRun.OfClassesAsync(new Dictionary<string, string> { ["SAMPLE_HANGS"] = "fixture", ["CHAINBRIDGE_BUDGET_SMOKE"] = "1s" }, "Overruns", "Quick");
        run.ExitCode.Should().NotBe(0);
        run.Results.Should().HaveCount(8);
        run.Results.Where(result => result.Outcome != "NotExecuted").Should().HaveCount(7).And.OnlyContain(result => result.Outcome == "Failed" && result.Message.Contains("SometimesHanging"));
    }

    [Fact]
    public async Task Under_dotnet_test_the_same_holds()
    {
        var run = await SampleRun.OfDotnetTestAsync(None, "FullyQualifiedName~.Overruns.|FullyQualifiedName~.Blocks.|FullyQualifiedName~.HangsInItsFixture.|FullyQualifiedName~.Quick.");
        run.ExitCode.Should().NotBe(0);
        run.Results.Should().HaveCount(12);
        run["Blocks its thread"].Outcome.Should().Be("Failed");
        run.Results.Where(result => result.Outcome == "Failed").Should().OnlyContain(result => result.Message.Contains("budget of the category Database"));
        run["Passes"].Outcome.Should().Be("Passed");
    }
}
