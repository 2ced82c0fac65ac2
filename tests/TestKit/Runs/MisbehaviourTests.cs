using ChainBridge.Tests.TestKit.Infrastructure;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.TestKit.Runs;

/// <summary>Tests that would keep a run from its end, or end a thread of it in silence. Each run ends, red, and names them.</summary>
[InTurn(2)]
public sealed class MisbehaviourTests(Misbehaviour runs) : IClassFixture<Misbehaviour>
{
    private const string Endless = "did not come to an end";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_test_that_keeps_the_locks_of_the_console_is_left_behind_and_named_and_the_others_are_reported(bool underDotnetTest)
    {
        var run = await (underDotnetTest ? runs.ConsoleUnderDotnetTest : runs.Console).WaitAsync(Stop);
        run.ExitCode.Should().NotBe(0);
        run["Holds the locks of the console"].Should().Match<SampleResult>(
            result => result.Outcome == "Failed" && result.Message.Contains("did not end when it was cancelled")
                && result.Message.Contains("HoldsTheConsole: Holds the locks of the console ("));
        run["Passes"].Outcome.Should().Be("Passed");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_theory_whose_rows_come_for_ever_fails_with_its_name_and_the_member_they_come_from(bool underDotnetTest)
    {
        var run = await (underDotnetTest ? runs.RowsUnderDotnetTest : runs.Rows).WaitAsync(Stop);
        run.ExitCode.Should().NotBe(0);
        ShouldBeEndless(run["Rows come for ever"], "EndlessData.Rows_come_for_ever ([MemberData] EndlessData.Rows)");
        run["Passes"].Outcome.Should().Be("Passed");
    }

    [Fact]
    public async Task A_theory_of_which_a_row_never_comes_fails_with_its_name_and_the_member_it_comes_from()
    {
        var run = await runs.Blocks.WaitAsync(Stop);
        run.ExitCode.Should().NotBe(0);
        ShouldBeEndless(run["A row never comes"], "EndlessData.A_row_never_comes ([MemberData] EndlessData.Blocks)");
        run["Passes"].Outcome.Should().Be("Passed");
    }

    [Fact]
    public async Task Data_without_end_does_not_hold_up_a_filter_that_names_another_class()
    {
        var run = await runs.Elsewhere.WaitAsync(Stop);
        run.ExitCode.Should().Be(0, run.Output);
        run.Results.Should().HaveCount(2).And.OnlyContain(result => result.Outcome == "Passed");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_exception_that_nothing_catches_fails_the_test_whose_thread_it_ends(bool underDotnetTest)
    {
        var run = await (underDotnetTest ? runs.ThrownUnderDotnetTest : runs.Thrown).WaitAsync(Stop);
        run.ExitCode.Should().NotBe(0);
        run["Throws on a thread of its own"].Should().Match<SampleResult>(
            result => result.Outcome == "Failed" && result.Message.Contains(
                "An exception that nothing caught ended a thread of the process: System.InvalidOperationException: nothing catches this"));
        run["Waits until the other is over"].Outcome.Should().Be("Passed", "the exception is not its own");
    }

    [Fact]
    public async Task An_exception_in_async_void_fails_its_test_or_the_run_that_it_had_ended_in() =>
        // Which of the two comes first is up to the machine.
        (await runs.Thrown.WaitAsync(Stop)).Output.Should()
            .MatchRegex("(Throws in async void \\[FAIL\\]\\s+System.InvalidOperationException : [^\\n]*async void has no task|async void "
                + "has no task The thread belongs to the test 'Throws in async void')");

    [Fact]
    public async Task An_exception_after_the_end_of_its_test_fails_the_run_and_names_the_test() =>
        (await runs.Thrown.WaitAsync(Stop)).Output.Should().Contain("thrown after the end of the test")
            .And.Contain("The thread belongs to the test 'Passes before its thread throws', which had ended.");

    private static void ShouldBeEndless(SampleResult result, string theory) =>
        result.Should().Match<SampleResult>(failed => failed.Outcome == "Failed" && failed.Message.Contains(theory)
            && failed.Message.Contains(Endless) && !failed.Message.Contains("had not started"));
}
