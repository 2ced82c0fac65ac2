using ChainBridge.Tests.TestKit.Infrastructure;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.TestKit.Runs;

/// <summary>
/// The failures of runs that break their budgets. Nothing holds a run for longer than its budget and ten seconds: that a run
/// ended at all is what <see cref="SampleRun"/> sees to. Without a category of their own: these tests wait for budgets to end.
/// </summary>
[InTurn(0)]
public sealed class BudgetTests(BrokenBudgets runs) : IClassFixture<BrokenBudgets>
{
    private const string UsedUp = "budget of the category Database, 10 s, is used up";

    private const string Other = "CHAINBRIDGE_BUDGET_OTHER";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_selected_test_is_reported_once_and_the_run_ends_as_failed()
    {
        var run = await runs.Everything.WaitAsync(Stop);
        run.ExitCode.Should().NotBe(0);
        run.Results.Select(result => result.Name).Should().BeEquivalentTo(
        [
            "Waits for what never comes", "Waits as well", "Each row waits(row: 1)", "Each row waits(row: 2)",
            "Each row waits(row: 3)", "Is skipped",
            "Takes no notice of its cancellation and passes", "Blocks its thread", "Comes after it",
            "Blocks on a thread that keeps the process alive",
            "One", "Two", "Passes", "Passes too", "Takes its time",
        ]);
        run["Is skipped"].Outcome.Should().Be("NotExecuted");
    }

    [Fact]
    public async Task Tests_not_started_at_the_deadline_fail_by_name_and_the_culprit_is_named()
    {
        var run = await runs.Everything.WaitAsync(Stop);
        string[] names = ["Waits for what never comes", "Waits as well", "Each row waits(row: 1)", "Each row waits(row: 2)",
            "Each row waits(row: 3)"];
        var overruns = names.Select(name => run[name]).ToList();
        overruns.Should()
            .OnlyContain(result => result.Outcome == "Failed" && result.Message.Contains(UsedUp) && result.Message.Contains("Overruns: "));
        overruns.Should().Contain(result => result.Message.Contains("It had not started."));
        overruns.Should().ContainSingle(result => result.Message.Contains("It was running and was cancelled."));
    }

    [Fact]
    public async Task A_test_that_swallows_its_cancellation_and_passes_is_failed() =>
        (await runs.Everything.WaitAsync(Stop))["Takes no notice of its cancellation and passes"].Should().Match<SampleResult>(
            result => result.Outcome == "Failed" && result.Message.Contains(UsedUp) && result.Message.Contains("then passed all the same"));

    [Theory]
    [InlineData("Blocks its thread", "Blocks: Blocks its thread (")]
    [InlineData("Blocks on a thread that keeps the process alive",
        "BlocksInTheForeground: Blocks on a thread that keeps the process alive (")]
    public async Task A_test_that_blocks_for_ever_is_left_behind_and_named(string name, string culprit) =>
        (await runs.Everything.WaitAsync(Stop))[name].Should().Match<SampleResult>(
            result => result.Outcome == "Failed" && result.Message.Contains("did not end when it was cancelled")
                && result.Message.Contains(culprit));

    [Theory]
    [InlineData("One")]
    [InlineData("Two")]
    public async Task Tests_whose_fixture_hangs_are_failed_and_the_fixture_is_named(string name) =>
        (await runs.Everything.WaitAsync(Stop))[name].Should().Match<SampleResult>(
            result => result.Outcome == "Failed" && result.Message.Contains("It had not started.")
                && result.Message.Contains("HangsInItsFixture (HangingFixture)"));

    [Theory]
    [InlineData("Passes")]
    [InlineData("Passes too")]
    [InlineData("Takes its time")]
    public async Task Other_categories_and_tests_without_one_go_on(string name) =>
        (await runs.Everything.WaitAsync(Stop))[name].Outcome.Should().Be("Passed");

    [Fact]
    public async Task A_fixture_that_does_not_come_to_its_end_fails_the_run()
    {
        var run = await runs.HangingEnd.WaitAsync(Stop);
        run.ExitCode.Should().NotBe(0);
        run.Results.Should().ContainSingle().Which.Outcome.Should().Be("Passed");
        run.Output.Should().Contain("HangsInTheEndOfItsFixture had not been disposed");
    }

    [Fact]
    public async Task A_hanging_fixture_of_the_assembly_fails_every_selected_test()
    {
        var run = await runs.HangingAssembly.WaitAsync(Stop);
        run.ExitCode.Should().NotBe(0);
        run.Results.Should().HaveCount(8);
        run.Results.Where(result => result.Outcome != "NotExecuted")
            .Should().HaveCount(7).And.OnlyContain(result => result.Outcome == "Failed" && result.Message.Contains("SometimesHanging"));
    }

    [Fact]
    public async Task Under_dotnet_test_the_same_holds()
    {
        var run = await runs.DotnetTest.WaitAsync(Stop);
        run.ExitCode.Should().NotBe(0);
        run.Results.Should().HaveCount(12);
        run["Passes"].Outcome.Should().Be("Passed");
        run["Blocks its thread"].Message.Should().Contain("did not end when it was cancelled");
        // Whether "Comes after it" comes after what blocks is up to the order, and that to the folder the build lies in.
        run.Results.Where(result => result.Outcome == "Failed" && result.Name != "Comes after it")
            .Should().HaveCount(8).And.OnlyContain(result => result.Message.Contains(UsedUp));
    }

    [Fact]
    public async Task While_others_are_at_work_the_time_of_those_that_wait_for_their_turn_stands_still()
    {
        // With this seed the long test of the other category comes first.
        var variables = new Dictionary<string, string>
        {
            ["CHAINBRIDGE_SEED"] = "1",
            ["CHAINBRIDGE_BUDGET_SMOKE"] = "4s",
            ["CHAINBRIDGE_BUDGET_DATABASE"] = "60s",
            ["SAMPLE_TAKES"] = "6"
        };
        var run = await SampleRun.OfClassesInOrderAsync(variables, SampleRun.Dll, Stop, "UsesTime", "Quick");
        run.ExitCode.Should().Be(0, run.Output);
        run.Results.Should().HaveCount(3).And.OnlyContain(result => result.Outcome == "Passed");
    }

    [Fact]
    public async Task Also_within_a_collection_what_waits_behind_another_test_uses_no_time()
    {
        // With this seed the slow test comes first.
        var run = await SampleRun.OfClassesInOrderAsync(new Dictionary<string, string>
        {
            ["CHAINBRIDGE_SEED"] = "1",
            ["CHAINBRIDGE_BUDGET_SMOKE"] = "4s"
        }, SampleRun.Dll, Stop, "SlowWithoutCategory", "WaitsForTheSlow");
        run.ExitCode.Should().Be(0, run.Output);
        run.Results.Should().HaveCount(2).And.OnlyContain(result => result.Outcome == "Passed");
    }

    [Fact]
    public async Task A_fixture_that_hangs_before_tests_of_both_kinds_is_left_behind_when_neither_has_time_left()
    {
        var run = await SampleRun.OfClassesAsync(new Dictionary<string, string> { ["CHAINBRIDGE_BUDGET_DATABASE"] = "3s", [Other] = "5s" },
            Stop, "BehindWhatHangs", "BehindWhatHangsToo");
        run.ExitCode.Should().NotBe(0);
        run["Has a budget"].Should().Match<SampleResult>(result => result.Outcome == "Failed"
            && result.Message.Contains("It had not started. The budget of the category Database, 3 s, is used up"));
        run["Has none"].Should().Match<SampleResult>(result => result.Outcome == "Failed"
            && result.Message.Contains("It had not started. The budget of the tests without a category, 5 s, is used up"));
    }

    [Fact]
    public async Task A_slow_fixture_before_tests_of_both_kinds_is_waited_for_while_one_of_them_has_time()
    {
        var run = await SampleRun.OfClassesAsync(new Dictionary<string, string> { ["CHAINBRIDGE_BUDGET_DATABASE"] = "2s" }, Stop,
            "BehindWhatIsSlow", "BehindWhatIsSlowToo");
        run.ExitCode.Should().NotBe(0);
        run["Has a budget"].Outcome.Should().Be("Failed");
        run["Has none"].Outcome.Should().Be("Passed", run["Has none"].Message);
    }

    [Fact]
    public async Task Tests_without_a_category_have_a_budget_of_their_own_and_nothing_of_them_is_lost()
    {
        var run = await SampleRun.OfClassesAsync(new Dictionary<string, string> { [Other] = "10s" }, Stop, "BlocksWithoutCategory",
            "HangsInItsFixtureWithoutCategory", "Quick");
        run.ExitCode.Should().NotBe(0);
        run.Results.Should().HaveCount(5);
        run["Blocks in no category"].Should().Match<SampleResult>(result => result.Outcome == "Failed" && result.Message.Contains(
            "did not end when it was cancelled") && result.Message.Contains("BlocksWithoutCategory: Blocks in no category ("));
        run["Never begins"].Should().Match<SampleResult>(result => result.Outcome == "Failed"
            && result.Message.Contains("It had not started.")
            && result.Message.Contains("HangsInItsFixtureWithoutCategory (HangingFixture)")
            && result.Message.Contains($"or set {Other} (off: none)"));
        run["Passes"].Outcome.Should().Be("Passed", "its category has time");
    }

    [Fact]
    public async Task Within_the_budget_nothing_is_changed()
    {
        var run = await SampleRun.OfClassesAsync(new Dictionary<string, string> { ["CHAINBRIDGE_BUDGET_SMOKE"] = "5m" }, Stop, "Quick",
            "WithoutCategory");
        run.ExitCode.Should().Be(0, run.Output);
        run.Results.Should().HaveCount(3).And.OnlyContain(result => result.Outcome == "Passed");
    }

    [Fact]
    public async Task A_budget_that_cannot_be_read_fails_every_test_with_how_to_write_one()
    {
        var run = await SampleRun.OfClassesAsync(new Dictionary<string, string> { ["CHAINBRIDGE_BUDGET_SMOKE"] = "soon" }, Stop, "Quick",
            "WithoutCategory");
        run.ExitCode.Should().NotBe(0);
        run.Results.Should().HaveCount(3).And.OnlyContain(result => result.Outcome == "Failed"
            && result.Message.Contains("CHAINBRIDGE_BUDGET_SMOKE=soon") && result.Message.Contains("30s"));
    }
}
