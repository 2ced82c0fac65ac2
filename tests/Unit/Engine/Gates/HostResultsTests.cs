using ChainBridge.Engine.Gates;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.Engine.Gates;

/// <summary>One verdict of a gate that several hosts were asked.</summary>
public sealed class HostResultsTests
{
    [Theory]
    [InlineData(Verdict.Pass, Verdict.Pass, Verdict.Pass, "one: fine; two: fine")]
    [InlineData(Verdict.Pass, Verdict.Inconclusive, Verdict.Inconclusive, "two: fine")]
    [InlineData(Verdict.Inconclusive, Verdict.Fail, Verdict.Fail, "two: fine")]
    [InlineData(Verdict.Fail, Verdict.Pass, Verdict.Fail, "one: fine")]
    public void The_worst_verdict_of_a_host_decides_and_its_host_is_named(Verdict one, Verdict two, Verdict verdict, string summary)
    {
        var together = HostResults.Together([("one", Result(one)), ("two", Result(two))]);
        (together.Verdict, together.Summary, together.Duration).Should().Be((verdict, summary, TimeSpan.FromSeconds(2)));
        together.Evidence.Select(piece => piece.Asked).Should().Equal("GET / on one", "GET / on two");
    }

    [Fact]
    public void The_result_of_an_only_host_stays_as_it_is()
    {
        var result = Result(Verdict.Pass);
        HostResults.Together([(null, result)]).Should().BeSameAs(result);
    }

    private static GateResult Result(Verdict verdict) => new("smoke", verdict, "fine",
        [new("GET /", "200", verdict, DateTimeOffset.UnixEpoch, "runner")], null, TimeSpan.FromSeconds(1));
}
