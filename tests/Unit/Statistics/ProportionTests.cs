using ChainBridge.Statistics;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.Statistics;

/// <summary>The intervals are those of the papers, on their own examples.</summary>
public sealed class ProportionTests
{
    private const double TwoSided95 = 1.959964;

    [Theory]
    [InlineData(81, 263, 0.2553, 0.3662)]
    [InlineData(15, 148, 0.0624, 0.1605)]
    [InlineData(0, 20, 0.0000, 0.1611)]
    [InlineData(1, 29, 0.0061, 0.1718)]
    public void The_interval_of_a_share_is_Wilsons(long events, long of, double low, double high)
    {
        var interval = Proportion.Interval(new(events, of), TwoSided95);
        (interval.Low, interval.High).Should().Match<(double Low, double High)>(
            found => Math.Abs(found.Low - low) < 0.0001 && Math.Abs(found.High - high) < 0.0001);
    }

    [Theory]
    [InlineData(56, 70, 48, 80, 0.0524, 0.3339)]
    [InlineData(9, 10, 3, 10, 0.1705, 0.8090)]
    [InlineData(5, 56, 0, 29, -0.0381, 0.1926)]
    [InlineData(0, 10, 0, 20, -0.1611, 0.2775)]
    public void The_interval_of_a_difference_is_Newcombes(long events, long of, long eventsBefore, long ofBefore, double low, double high)
    {
        var interval = Proportion.Difference(new(eventsBefore, ofBefore), new(events, of), TwoSided95);
        (interval.Low, interval.High).Should().Match<(double Low, double High)>(
            found => Math.Abs(found.Low - low) < 0.0001 && Math.Abs(found.High - high) < 0.0001);
    }

    [Fact]
    public void A_share_of_nothing_can_be_anything()
    {
        Proportion.Interval(new(0, 0), TwoSided95).Should().Be((0, 1));
        Proportion.Difference(new(0, 0), new(0, 1000), TwoSided95).Low.Should().BeLessThan(-0.9);
    }

    [Theory]
    [InlineData(0.05, 1.6449)]
    [InlineData(0.025, 1.9600)]
    [InlineData(0.0025, 2.8070)]
    [InlineData(0.0001, 3.7190)]
    public void The_z_of_a_tail_is_the_one_of_the_tables(double tail, double z)
    {
        Normal.Beyond(tail).Should().BeApproximately(z, 0.001);
        Normal.Below(Normal.Beyond(tail)).Should().BeApproximately(1 - tail, 0.001 * tail + 0.00005);
    }

    [Fact]
    public void A_histogram_has_its_quantiles_and_counts_what_is_longer()
    {
        var times = new Times([new(10, 50), new(30, 1), new(20, 49)]);
        (times.Count, times.Quantile(0.5), times.Quantile(0.99), times.Quantile(1)).Should().Be((100, 10, 20, 30));
        (times.Above(20), times.From(20)).Should().Be((new Part(1, 100), new Part(50, 100)));
        new Times([]).Quantile(0.99).Should().Be(0);
    }
}
