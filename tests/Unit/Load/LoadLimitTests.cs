using ChainBridge.TestKit.Load;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.Load;

/// <summary>Limits as they are written.</summary>
public sealed class LoadLimitTests
{
    [Theory]
    [InlineData("p99 <= 250ms")]
    [InlineData("score: p95 <= 80ms")]
    [InlineData("GET /health: p99.9 <= 1500ms")]
    [InlineData("mean <= 20ms")]
    [InlineData("max <= 2000ms")]
    [InlineData("errors <= 0.1%")]
    [InlineData("errors(status 503) <= 5%")]
    [InlineData("throughput >= 95/s")]
    [InlineData("bytes <= 1000000B/s")]
    [InlineData("dropped <= 0%")]
    [InlineData("p95 <= baseline + 10% + 5ms")]
    [InlineData("throughput >= baseline - 5%")]
    [InlineData("score: errors(status 503) <= baseline + 0.5%")]
    public void A_limit_is_written_as_it_is_read(string text) => LoadLimit.Parse(text).ToString().Should().Be(text);

    [Theory]
    [InlineData("p99 <= 1.5s", 1500)]
    [InlineData("p99<=300us", 0.3)]
    [InlineData("errors <= 0", 0)]
    [InlineData("bytes <= 2MB/s", 2e6)]
    public void Units_are_read(string text, double bound) => LoadLimit.Parse(text).Bound.Should().BeApproximately(bound, 1e-9);

    [Theory]
    [InlineData("p99 < 250ms", "has not the form")]
    [InlineData("p99 >= 250ms", "p99 needs <=")]
    [InlineData("throughput <= 5/s", "throughput needs >=")]
    [InlineData("p100 <= 250ms", "'p100' is not known")]
    [InlineData("p99 <= 250", "has not the unit")]
    [InlineData("errors <= 5", "has not the unit")]
    [InlineData("speed <= 5ms", "'speed' is not known")]
    [InlineData("mean(status 503) <= 5ms", "only errors have a kind")]
    [InlineData("p99 <= baseline + 10%", "needs both tolerances")]
    [InlineData("p99 <= baseline - 10% + 5ms", "needs both tolerances")]
    [InlineData("max <= baseline + 10%", "needs both tolerances")]
    [InlineData("bytes <= baseline + 10% + 1ms", "write baseline + 5%")]
    [InlineData("errors <= baseline + 10% + 1ms", "write baseline + 0.5%")]
    [InlineData("throughput >= baseline + 5%", "write baseline - 5%")]
    [InlineData("dropped <= baseline - 5%", "write baseline + 0.5%")]
    public void A_text_that_is_no_limit_is_refused_with_what_one_looks_like(string text, string why)
    {
        var parse = () => LoadLimit.Parse(text);
        parse.Should().Throw<LoadPlanException>().WithMessage($"*{why}*Limits look like p99 <= 250ms*");
    }
}
