using ChainBridge.TestKit.Runs.Order;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.TestKit;

public sealed class ShardTests
{
    [Fact]
    public void The_longest_goes_first_and_each_to_the_shard_with_the_least_to_do()
    {
        var plan = Shard.Plan(new Dictionary<string, double> { ["a"] = 7, ["b"] = 5, ["c"] = 4, ["d"] = 3, ["e"] = 1 }, count: 2);
        plan.Where(one => one.Value == 1).Select(one => one.Key).Should().BeEquivalentTo("a", "d");
        plan.Where(one => one.Value == 2).Select(one => one.Key).Should().BeEquivalentTo("b", "c", "e");
    }

    [Fact]
    public void Units_that_take_no_time_are_spread_too() =>
        Shard.Plan(Enumerable.Range(0, 9).ToDictionary(number => $"{number}", _ => 0.0), count: 3).Values.GroupBy(shard => shard)
            .Should().OnlyContain(shard => shard.Count() == 3);

    [Fact]
    public void The_plan_does_not_depend_on_the_order_that_units_come_in()
    {
        var lengths = Enumerable.Range(0, 40).Select(number => KeyValuePair.Create($"unit {number}", (double)(number % 7))).ToList();
        Shard.Plan(new Dictionary<string, double>(lengths.AsEnumerable().Reverse()), 4)
            .Should().BeEquivalentTo(Shard.Plan(new Dictionary<string, double>(lengths), 4));
    }

    [Theory]
    [InlineData("0/3")]
    [InlineData("4/3")]
    [InlineData("-1/3")]
    [InlineData("1/0")]
    [InlineData("1")]
    [InlineData("1/3/5")]
    [InlineData("x")]
    public void A_text_that_is_no_shard_is_refused(string text) => FluentActions.Invoking(() => Shard.Parse(text))
        .Should().Throw<FormatException>().WithMessage($"CHAINBRIDGE_SHARD={text} is no shard*as in 1/3");

    [Fact]
    public void A_shard_is_read() => Shard.Parse(" 2/3 ").Should().Be(new Shard(2, 3));
}
