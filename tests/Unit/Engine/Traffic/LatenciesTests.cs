using ChainBridge.Engine.Traffic;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.Engine.Traffic;

public sealed class LatenciesTests
{
    private static readonly Latencies Times = Latencies.Of([[900, 1], [100, 98], [2_000_000, 1]]);

    [Theory]
    [InlineData(0.5, 100)]
    [InlineData(0.98, 100)]
    [InlineData(0.99, 900)]
    [InlineData(1.0, 2_000_000)]
    public void A_percentile_of_latencies_is_the_time_that_this_share_was_not_longer_than(double share, int microseconds) =>
        Times.Percentile(share).Should().Be(TimeSpan.FromMicroseconds(microseconds));

    [Fact]
    public void Latencies_of_a_window_are_the_later_counts_less_the_earlier_ones()
    {
        var window = Times.Since(Latencies.Of([[100, 97], [900, 1]]));
        (window.Count, window.Percentile(0.5), window.Percentile(1)).Should()
            .Be((2, TimeSpan.FromMicroseconds(100), TimeSpan.FromSeconds(2)));
        Times.Since(Times).Percentile(0.99).Should().Be(TimeSpan.Zero);
    }
}
