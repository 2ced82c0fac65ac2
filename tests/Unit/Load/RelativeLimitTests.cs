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

    [Fact]
    public void Few_requests_compare_no_errors() =>
        FailedShares.Of(new(0, 99), new(99, 5000), 0.01).Outcome.Should().Be(ComparisonOutcome.NotEnoughData);

    private static LoadMeasurement Run(int samples) => Measured.Of(samples, 20, generator: Measured.Quiet, windows: 30);

    private static LoadResult Judge(string limit, LoadMeasurement before, LoadMeasurement after)
    {
        var plan = Measured.Plan(limit);
        var judge = new BaselineJudge(plan, new("unit", "v1", plan.Comparable(), before));
        return ChainBridge.TestKit.Load.Verdicts.Judge.Of(plan, after, relative => judge.Judge(after, relative));
    }
}
