using ChainBridge.Tests.Integration.Infrastructure;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Integration.TestKit;

/// <summary>What a run with a budget of one second says. Without a category of their own: these tests wait for budgets to end.</summary>
public sealed class BudgetTests
{
    private static readonly Dictionary<string, string> None = [];

    [Fact]
    public async Task What_had_not_started_at_the_deadline_is_failed_by_name_and_the_culprit_is_named()
    {
        var run = await SampleRun.OfClassesAsync(None, "Overruns");
        run.ExitCode.Should().NotBe(0);
        run.Results.Should().HaveCount(6, "every test and every row is there, once: {0}", run.Output);
        var failed = run.Results.Where(result => result.Outcome == "Failed").ToList();
        failed.Should().HaveCount(5).And.OnlyHaveUniqueItems(result => result.Name);
        failed.Should().OnlyContain(result => result.Message.Contains("budget of the category Database, 1 s, is used up") && result.Message.Contains("Running at the deadline: Overruns: "));
        failed.Should().Contain(result => result.Message.Contains("It had not started.")).And.Contain(result => result.Message.Contains("It was running and was cancelled."));
        run["Is skipped"].Outcome.Should().Be("NotExecuted");
    }

    [Fact]
    public async Task A_test_that_swallows_its_cancellation_and_passes_is_failed()
    {
        var run = await SampleRun.OfClassesAsync(None, "Swallows");
        run.ExitCode.Should().NotBe(0);
        run["Takes no notice of its cancellation and passes"].Should().Match<SampleResult>(result => result.Outcome == "Failed" && result.Message.Contains("then passed all the same"));
    }

    [Fact]
    public async Task Other_categories_and_tests_without_one_go_on()
    {
        var run = await SampleRun.OfClassesAsync(None, "Overruns", "Quick", "WithoutCategory", "Blocks", "BlocksInTheForeground");
        run.Results.Where(result => result.Outcome == "Passed").Select(result => result.Name).Should().Contain(["Passes", "Passes too", "Takes its time"]);
        run["Blocks its thread"].Outcome.Should().Be("Failed");
    }

    [Fact]
    public async Task Within_the_budget_nothing_is_changed()
    {
        var run = await SampleRun.OfClassesAsync(new Dictionary<string, string> { ["CHAINBRIDGE_BUDGET_SMOKE"] = "5m" }, "Quick", "WithoutCategory");
        run.ExitCode.Should().Be(0, run.Output);
        run.Results.Should().HaveCount(3).And.OnlyContain(result => result.Outcome == "Passed");
    }

    [Fact]
    public async Task A_budget_that_cannot_be_read_fails_every_test_and_says_how_to_write_one()
    {
        var run = await SampleRun.OfClassesAsync(new Dictionary<string, string> { ["CHAINBRIDGE_BUDGET_SMOKE"] = "soon" }, "Quick", "WithoutCategory");
        run.ExitCode.Should().NotBe(0);
        run.Results.Should().HaveCount(3).And.OnlyContain(result => result.Outcome == "Failed" && result.Message.Contains("CHAINBRIDGE_BUDGET_SMOKE=soon") && result.Message.Contains("30s"));
    }
}
