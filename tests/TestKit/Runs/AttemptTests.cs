using ChainBridge.Tests.TestKit.Infrastructure;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.TestKit.Runs;

/// <summary>Tests that are tried again, and tests in quarantine.</summary>
[InTurn(1)]
public sealed class AttemptTests
{
    private const string Issue = "https://example.org/issues/12";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_test_that_passes_on_retry_is_flaky_and_fails_the_run()
    {
        using var trace = new TraceFile();
        var run = await SampleRun.OfClassesAsync(trace.Variables(), Stop, "Flaky");
        run.ExitCode.Should().NotBe(0);
        run["Passes at its second attempt"].Should().Match<SampleResult>(result => result.Outcome == "Failed"
            && result.Message.Contains("flaky: it passed at attempt 2 of 3") && result.Message.Contains("attempt 1 fails on purpose")
            && result.Message.Contains("CHAINBRIDGE_MAX_FLAKY (now 0)"));
        run["Passes at its second attempt"].Output.Should().Contain("Evidence: ", "the attempt that failed left some");
        run["Passes at its third attempt"].Message.Should().NotContain("flaky", "it was tried once only");
    }

    [Fact]
    public async Task Each_attempt_has_its_own_instance_and_scope_and_the_failed_one_gives_evidence()
    {
        using var trace = new TraceFile();
        await SampleRun.OfClassesAsync(trace.Variables(), Stop, "Flaky");
        var story = trace.Of("flaky");
        story.Where(line => line.StartsWith("scope ", StringComparison.Ordinal)).Distinct().Should().HaveCount(2);
        story.Where(line => !line.StartsWith("scope ", StringComparison.Ordinal))
            .Should().Equal("evidence asked", "part ended, failed True, given up False", "part ended, failed False, given up False");
    }

    [Fact]
    public async Task As_many_flaky_tests_as_allowed_are_skipped_and_never_passed()
    {
        var run = await SampleRun.OfClassesAsync(
            new Dictionary<string, string> { ["CHAINBRIDGE_RETRIES"] = "2", ["CHAINBRIDGE_MAX_FLAKY"] = "2" }, Stop, "Flaky");
        run.ExitCode.Should().Be(0, run.Output);
        run.Results.Should().HaveCount(2)
            .And.OnlyContain(result => result.Outcome == "NotExecuted" && result.Reason.Contains("flaky: it passed at attempt"));
    }

    [Fact]
    public async Task A_flaky_test_more_than_allowed_fails_the_run()
    {
        var run = await SampleRun.OfClassesAsync(
            new Dictionary<string, string> { ["CHAINBRIDGE_RETRIES"] = "2", ["CHAINBRIDGE_MAX_FLAKY"] = "1" }, Stop, "Flaky");
        run.ExitCode.Should().NotBe(0);
        run.Results.Select(result => result.Outcome).Should().BeEquivalentTo(["NotExecuted", "Failed"]);
    }

    [Fact]
    public async Task A_test_that_fails_at_every_attempt_fails_and_one_that_passes_is_tried_once()
    {
        using var trace = new TraceFile();
        var run = await SampleRun.OfClassesAsync(trace.Variables(), Stop, "Broken");
        run["Fails at every attempt"].Should().Match<SampleResult>(result => result.Outcome == "Failed"
            && result.Message.Contains("attempt 3 fails on purpose") && result.Output.Contains("all 3 failed"));
        run["Passes at once"].Outcome.Should().Be("Passed");
        trace.Of("passes at once").Should().Equal("attempt 1");
        trace.Of("left running").Should().Equal(["attempt 1"], "what may still run is not tried again beside itself");
    }

    [Fact]
    public async Task A_quarantined_failure_is_reported_and_does_not_fail_the_run()
    {
        using var trace = new TraceFile();
        var run = await SampleRun.OfClassesAsync(trace.Variables(), Stop, "InQuarantine", "OutOfQuarantine");
        run.ExitCode.Should().Be(0, run.Output);
        run["Fails"].Should().Match<SampleResult>(result => result.Outcome == "NotExecuted" && result.Reason.Contains(Issue)
            && result.Reason.Contains("on purpose"));
        run["Passes now"].Outcome.Should().Be("Passed");
    }

    [Theory]
    [InlineData("fail", "Fails=Failed", "Passes now=Passed", "Passes always=Passed")]
    [InlineData("skip", "Fails=NotExecuted", "Passes now=NotExecuted", "Passes always=Passed")]
    [InlineData("only", "Fails=NotExecuted", "Passes now=Passed")]
    public async Task Quarantine_follows_its_variable(string mode, params string[] outcomes)
    {
        using var trace = new TraceFile();
        var run = await SampleRun.OfClassesAsync(trace.Variables(("CHAINBRIDGE_QUARANTINE", mode)), Stop, "InQuarantine",
            "OutOfQuarantine");
        run.Results.Select(result => $"{result.Name}={result.Outcome}").Should().BeEquivalentTo(outcomes);
        run.ExitCode.Should().Be(mode == "fail" ? 1 : 0, run.Output);
        if (mode == "skip") trace.Of("quarantine").Should().BeEmpty("it did not run");
    }

    [Theory]
    [InlineData("report")]
    [InlineData("skip")]
    public async Task A_quarantine_without_an_issue_fails_the_test_unrun(string mode)
    {
        var run = await SampleRun.OfClassesAsync(new Dictionary<string, string> { ["CHAINBRIDGE_QUARANTINE"] = mode }, Stop, "BadLinks",
            "TooManyRetries");
        run.ExitCode.Should().NotBe(0);
        run.Results.Should().HaveCount(3).And.OnlyContain(result => result.Outcome == "Failed");
        run["Without an issue"].Message.Should().Contain("[Quarantined(\"later\")] names no issue")
            .And.Contain("https://example.org/issues/12");
        run["Would pass"].Message.Should().Contain("[Retry(11)] is no number of retries");
    }
}
