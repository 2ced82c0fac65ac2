using ChainBridge.Tests.TestKit.Infrastructure;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.TestKit.Runs;

/// <summary>Runs whose process is ended in their middle: never green, whatever the exit code, and all of them reported.</summary>
[InTurn(2)]
public sealed class ExitTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("0")]
    [InlineData("3")]
    public async Task A_test_that_ends_the_process_fails_by_name_and_so_does_what_had_not_ended(string code)
    {
        var run = await SampleRun.OfClassesAsync(new Dictionary<string, string> { ["SAMPLE_EXITS"] = code }, Stop, "EndsItsProcess",
            "Quick", "BlocksWithoutCategory");
        run.ExitCode.Should().NotBe(0);
        run.Results.Select(result => result.Name)
            .Should().BeEquivalentTo("Calls exit", "Passes", "Passes too", "Blocks in no category", "Comes before or after it");
        run["Calls exit"].Should().Match<SampleResult>(result => result.Outcome == "Failed"
            && result.Message.Contains($"It was running. The process was ended in the middle of the run, with exit code {code}")
            && result.Message.Contains("EndsItsProcess: Calls exit ("));
        run["Blocks in no category"].Should().Match<SampleResult>(result => result.Outcome == "Failed"
            && result.Message.Contains("The process was ended in the middle of the run"));
        run.Output.Should()
            .Contain("ChainBridge.TestKit: ChainBridge.Tests.TestKit.Sample: The process was ended in the middle of the run");
    }

    [Fact]
    public async Task A_fixture_that_ends_the_process_is_named()
    {
        var run = await SampleRun.OfClassesAsync(new Dictionary<string, string>(), Stop, "EndsItsProcessInItsFixture");
        run.ExitCode.Should().NotBe(0);
        run["Never begins"].Should().Match<SampleResult>(result => result.Outcome == "Failed" && result.Message.Contains(
            "It had not started. The process was ended") && result.Message.Contains("EndsItsProcessInItsFixture (ExitingFixture)"));
    }

    [Fact]
    public async Task A_part_of_the_process_that_ends_it_after_the_last_test_fails_the_run()
    {
        var run = await SampleRun.OfClassesAsync(new Dictionary<string, string>(), Stop, "EndsItsProcessWithItsFixture");
        run.ExitCode.Should().NotBe(0);
        run.Results.Should().ContainSingle().Which.Outcome.Should().Be("Passed");
        run.Output.Should().Contain("nothing was running; 0 of 1 cases had not been reported");
    }

    [Fact]
    public async Task Under_dotnet_test_the_same_holds()
    {
        var run = await SampleRun.OfDotnetTestAsync("FullyQualifiedName~.EndsItsProcess.|FullyQualifiedName~.Quick.", Stop);
        run.ExitCode.Should().NotBe(0);
        run.Results.Should().HaveCount(3);
        run["Calls exit"].Should().Match<SampleResult>(result => result.Outcome == "Failed"
            && result.Message.Contains("It was running. The process was ended in the middle of the run"));
    }
}
