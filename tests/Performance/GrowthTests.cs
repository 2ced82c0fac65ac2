using ChainBridge.TestKit;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Performance;

/// <summary>What a soak takes for growth, on made-up looks of a second each.</summary>
[Performance]
[Collection(Loads.OneAtATime)]
public sealed class GrowthTests
{
    [Fact]
    public void A_memory_that_grows_has_a_slope()
    {
        var memory = Over(60, i => 100 + (20 * i / 60.0) + (i % 3));
        memory.AMinute.Should().BeApproximately(20, 1);
        memory.IsGrowing.Should().BeTrue();
    }

    [Fact]
    public void A_connection_that_is_lost_every_few_seconds_is_growth() => Over(60, i => 12 + (i / 10)).IsGrowing.Should().BeTrue();

    [Fact]
    public void A_pool_that_fills_at_first_and_breathes_then_is_none() =>
        Over(60, i => i < 10 ? i : 12 + (i % 4)).IsGrowing.Should().BeFalse();

    [Fact]
    public void A_single_leap_in_the_middle_is_none() => Over(60, i => i < 40 ? 12 : 14).AMinute.Should().BeLessThan(3);

    [Fact]
    public void A_look_too_short_is_none() => Over(20, i => i).IsGrowing.Should().BeFalse();

    private static Growth Over(int seconds, Func<int, double> value)
    {
        var growth = new Growth("unit", 2, TimeSpan.FromSeconds(30));
        for (var i = 0; i < seconds; i++) growth.Add(TimeSpan.FromSeconds(i), value(i));
        return growth;
    }
}
