using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.TestKit.Runs;

/// <summary>What becomes of a test's scope, seen in a run of its own.</summary>
public sealed class ScopeTests(ScopeTests.TracedRun traced) : IClassFixture<ScopeTests.TracedRun>
{
    [Fact]
    public void A_passing_test_has_a_scope_whose_parts_end_after_its_class_and_whose_evidence_sources_are_not_asked() =>
        traced.Of("passing").Should().Equal("class disposed", "part ended, failed False, given up False");

    [Fact]
    public void A_failing_test_gives_evidence_before_its_class_is_disposed_and_its_parts_end_after_it()
    {
        traced.Of("failing").Should().Equal("evidence asked", "class disposed", "part ended, failed True, given up False");
        traced.Run["A failing test has one"].Message.Should().EndWith("on purpose");
        traced.Run["A failing test has one"].Output.Should().Contain("Evidence: ");
    }

    [Fact]
    public void A_test_that_skips_itself_has_not_failed() =>
        traced.Of("skipping").Should().Equal("class disposed", "part ended, failed False, given up False");

    [Fact]
    public void A_failure_before_the_method_gives_evidence_too() =>
        traced.Of("constructor").Should().Equal("evidence asked", "part ended, failed True, given up False");

    [Fact]
    public void A_part_that_fails_to_end_fails_its_test_and_the_others_end_all_the_same()
    {
        traced.Run["One fails"].Should().Match<SampleResult>(result => result.Outcome == "Failed"
            && result.Message.Contains("left parts that did not end") && result.Message.Contains("the part is stuck"));
        traced.Of("beside a part that fails").Should().Equal("part ended, failed False, given up False");
    }

    [Fact]
    public void A_part_that_never_ends_fails_its_test_after_ten_seconds() =>
        traced.Run["One hangs"]
            .Should().Match<SampleResult>(result => result.Outcome == "Failed" && result.Message.Contains("had not ended after 10 s"));

    [Fact]
    public void Evidence_sources_that_hang_or_throw_hide_no_failure_and_hold_up_no_end()
    {
        traced.Run["One hangs and one throws"].Message.Should().EndWith("the test's own reason");
        traced.Of("beside evidence that does not answer").Should().Contain("part ended, failed True, given up False");
    }

    [Fact]
    public void A_task_left_by_a_test_that_was_given_up_finds_no_scope() => traced.Of("left behind").Should().Equal("no scope");

    [Theory]
    [InlineData("timeout")]
    [InlineData("budget")]
    public void A_test_that_is_left_running_is_given_up(string part) =>
        traced.Of(part).Should().Equal("evidence asked", "part ended, failed True, given up True");

    [Fact]
    public void A_row_that_had_passed_before_another_one_was_given_up_is_not_asked_for_evidence()
    {
        traced.Of("row at place 1").Should().Equal("part ended, failed False, given up False");
        traced.Of("row at place 2").Should().Equal("evidence asked", "part ended, failed True, given up True");
    }

    [Fact]
    public void A_test_left_running_by_its_budget_still_names_the_folder_of_its_evidence() =>
        traced.Run["Takes no notice of anything"].Should().Match<SampleResult>(result => result.Outcome == "Failed"
            && result.Message.Contains("did not end when it was cancelled") && result.Output.Contains("Evidence: "));

    [Theory]
    [InlineData("A passing test has one")]
    [InlineData("Each row has its own(row: 1)")]
    [InlineData("Each row has its own(row: 2)")]
    public void With_a_scope_a_passing_test_passes(string name) => traced.Run[name].Outcome.Should().Be("Passed");

    /// <summary>The run.</summary>
    public sealed class TracedRun : IAsyncLifetime
    {
        private readonly CancellationTokenSource _stop = new();
        private string[] _lines = [];

        internal SampleRun Run { get; private set; } = null!;

        internal IEnumerable<string> Of(string part) =>
            _lines.Where(line => line.StartsWith($"{part}: ", StringComparison.Ordinal)).Select(line => line[(part.Length + 2)..]);

        /// <inheritdoc/>
        public async ValueTask InitializeAsync()
        {
            var file = Path.GetTempFileName();
            var variables = new Dictionary<string, string> { ["SAMPLE_TRACE"] = file, ["CHAINBRIDGE_BUDGET_DATABASE"] = "10s" };
            Run = await SampleRun.OfClassesAsync(variables, _stop.Token, "Scoped", "PartsThatDoNotEnd", "EvidenceThatDoesNotAnswer",
                "LeftRunning", "LeftRunningByItsBudget", "WaitsForWhatIsLeft", "LeavesItsLastRowRunning", "FailsInItsConstructor");
            _lines = await File.ReadAllLinesAsync(file, _stop.Token);
            File.Delete(file);
        }

        /// <inheritdoc/>
        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            _stop.Dispose();
        }
    }
}
