using ChainBridge.TestKit.Categories;
using ChainBridge.TestKit.Runs.Attempts;
using ChainBridge.TestKit.Runs.Results;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.TestKit;

public sealed class StepSummaryTests
{
    [Fact]
    public void The_summary_names_what_failed_outside_of_any_test() =>
        Page(errors: ["the fixtures of Stack had not been disposed"])
            .Should().Contain("| error outside of a test |").And.Contain("`the fixtures of Stack had not been disposed`");

    [Fact]
    public void Text_of_a_test_breaks_no_table() =>
        Page(Failed("a | b <c> *d*", "first | line with `ticks`\nsecond"))
            .Should().Contain("| a \\| b &lt;c> \\*d\\* | `first \\| line with 'ticks'` |  |").And.NotContain("second");

    [Fact]
    public void Ten_thousand_failures_of_long_messages_stay_on_a_page_that_github_takes()
    {
        var page = Page([.. Enumerable.Range(0, 10_000).Select(number => Failed($"test {number}", new string('x', 100_000)))]);
        page.Length.Should().BeLessThan(100_000);
        page.Should().Contain("10000 failed").And.Contain("… and 9900 more");
    }

    [Fact]
    public void A_run_in_which_all_passed_lists_nothing() => Page().Should().NotContain("|");

    [Theory]
    [InlineData("CHAINBRIDGE_BUDGET_OTHER=", "| none | 2 s | 0 s | 1800 s |")]
    [InlineData("CHAINBRIDGE_BUDGET_OTHER=off", "| none | 2 s | 0 s | off |")]
    public void The_budget_of_tests_without_a_category_is_reported_as_theirs(string set, string row)
    {
        var other = Budgets.From(name => set.StartsWith(name + "=", StringComparison.Ordinal) ? set[(name.Length + 1)..] : null).Other;
        StepSummary.Page(Report([], [], new BudgetReport(other.Name, other.Budget, TimeSpan.FromSeconds(2), TimeSpan.Zero)))
            .Should().Contain(row);
    }

    private static TestReport Failed(string name, string message) =>
        new(name, "Some.Class", TestOutcome.Failed, new(message), TimeSpan.Zero, AttemptNote.Plain);

    private static string Page(params TestReport[] tests) => Page([], tests);

    private static string Page(string[] errors, params TestReport[] tests) =>
        StepSummary.Page(Report(errors, tests));

    private static RunReport Report(string[] errors, TestReport[] tests, params BudgetReport[] budgets) =>
        new("Some.Tests", "CHAINBRIDGE_SEED=1", Plan: null, DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch, tests, errors, budgets);
}
