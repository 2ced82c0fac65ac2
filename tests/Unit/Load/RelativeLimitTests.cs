using ChainBridge.Statistics;
using ChainBridge.TestKit.Load;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.Load;

/// <summary>The throughput and the errors of a release against those of an earlier one.</summary>
public sealed class RelativeLimitTests
{
    [Theory]
    [InlineData(3000, LoadVerdict.Pass)]
    [InlineData(2910, LoadVerdict.Pass)]
    [InlineData(2700, LoadVerdict.Fail)]
    public void A_throughput_that_is_less_than_that_of_the_baseline_by_more_than_is_tolerated_fails(int samples, LoadVerdict verdict)
    {
        var result = Judge("throughput >= baseline - 5%", Run(3000), Run(samples));
        result.Verdict.Should().Be(verdict, result.Reason);
        if (verdict == LoadVerdict.Fail) result.Reason.Should()
            .Contain("throughput >= baseline - 5%: 90/s is -10.0 % against 100/s of v1 (difference -10 to -10 /s");
    }

    [Theory]
    [InlineData(30, 30, LoadVerdict.Pass)]
    [InlineData(30, 150, LoadVerdict.Fail)]
    [InlineData(30, 50, LoadVerdict.Inconclusive)]
    [InlineData(0, 0, LoadVerdict.Pass)]
    public void Errors_that_are_more_than_those_of_the_baseline_by_more_than_is_tolerated_fail(int before, int after, LoadVerdict verdict)
    {
        var result = Judge("errors <= baseline + 1%", Run(3000).With("timeout", before), Run(3000).With("timeout", after));
        result.Verdict.Should().Be(verdict, result.Reason);
        if (verdict == LoadVerdict.Fail) result.Reason.Should()
            .Contain("errors <= baseline + 1%: 4.7619% (150 of 3150) against 0.9901% (30 of 3030) of v1 (difference 3.");
    }

    [Fact]
    public void Errors_of_one_kind_are_compared_with_those_of_that_kind_and_what_is_unfinished_with_all()
    {
        var hung = Run(3000);
        hung.Unfinished = 300;
        Judge("errors(timeout) <= baseline + 1%", Run(3000), Run(3000).With("timeout", 150)).Verdict.Should().Be(LoadVerdict.Fail);
        Judge("errors <= baseline + 1%", Run(3000), hung).Verdict.Should().Be(LoadVerdict.Fail);
    }

    [Theory]
    [InlineData(1000, LoadVerdict.Pass)]
    [InlineData(1040, LoadVerdict.Pass)]
    [InlineData(1200, LoadVerdict.Fail)]
    public void Bytes_that_are_more_than_those_of_the_baseline_by_more_than_is_tolerated_fail(int bytes, LoadVerdict verdict)
    {
        var result = Judge("bytes <= baseline + 5%", Receiving(1000), Receiving(bytes));
        result.Verdict.Should().Be(verdict, result.Reason);
        if (verdict == LoadVerdict.Fail) result.Reason.Should()
            .Contain("bytes <= baseline + 5%: 120000B/s is +20.0 % against 100000B/s of v1 (difference 20000 to 20000 B/s");
    }

    [Theory]
    [InlineData(20, LoadVerdict.Pass)]
    [InlineData(21, LoadVerdict.Pass)]
    [InlineData(30, LoadVerdict.Fail)]
    public void A_longest_time_of_each_window_that_is_more_than_is_tolerated_above_that_of_the_baseline_fails(
        int milliseconds, LoadVerdict verdict)
    {
        var after = Measured.Of(3000, milliseconds, generator: Measured.Quiet, windows: 30);
        var result = Judge("max <= baseline + 10% + 1ms", Run(3000), after);
        result.Verdict.Should().Be(verdict, result.Reason);
        if (verdict == LoadVerdict.Fail) result.Reason.Should().Contain("max <= baseline + 10% + 1ms: 60").And.Contain("of v1");
    }

    [Theory]
    [InlineData(0, LoadVerdict.Pass)]
    [InlineData(2, LoadVerdict.Pass)]
    [InlineData(10, LoadVerdict.Inconclusive)]
    [InlineData(28, LoadVerdict.Fail)]
    public void Arrivals_that_are_dropped_more_often_than_is_tolerated_fail(int dropped, LoadVerdict verdict)
    {
        var after = Run(3000);
        after.Dropped = dropped;
        var result = Judge("dropped <= baseline + 0.4%", Run(3000), after);
        result.Verdict.Should().Be(verdict, result.Reason);
        if (verdict == LoadVerdict.Fail) result.Reason.Should()
            .Contain("dropped <= baseline + 0.4%: 0.9333% (28 of 3000) against 0% (0 of 3000) of v1");
    }

    [Theory]
    [InlineData("bytes <= baseline + 5%")]
    [InlineData("max <= baseline + 10% + 1ms")]
    public void A_load_of_so_many_users_compares_no_bytes_and_no_longest_time_because_a_faster_target_has_more_of_both(string limit)
    {
        var plan = Measured.Plan(limit);
        plan.Problems().Should().BeEmpty();
        (plan with { Shape = UserCounts.Constant(5, TimeSpan.FromSeconds(10)) }).Problems().Should().ContainSingle()
            .Which.Should().StartWith($"the limit '{limit}' needs a rate of arrivals");
    }

    [Fact]
    public void Few_requests_compare_no_errors() =>
        FailedShares.Of(new(0, 99), new(99, 5000), 0.01).Outcome.Should().Be(ComparisonOutcome.NotEnoughData);

    private static LoadMeasurement Run(int samples) => Measured.Of(samples, 20, generator: Measured.Quiet, windows: 30);

    /// <summary>100 answers a second of this size.</summary>
    private static LoadMeasurement Receiving(int bytes)
    {
        var run = Run(3000);
        for (var i = 0; i < run.Windows.Count; i++)
            run.Windows[i] = run.Windows[i] with { Steps = [run.Windows[i].Steps[0] with { BytesReceived = 100L * bytes }] };
        return run;
    }

    private static LoadResult Judge(string limit, LoadMeasurement before, LoadMeasurement after)
    {
        var plan = Measured.Plan(limit);
        var judge = new BaselineJudge(plan, new("unit", "v1", plan.Comparable(), before));
        return ChainBridge.TestKit.Load.Verdicts.Judge.Of(plan, after, relative => judge.Judge(after, relative));
    }
}
