using ChainBridge.TestKit.Load;
using ChainBridge.TestKit.Load.Shapes;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.Load;

/// <summary>When arrivals are due.</summary>
public sealed class ShapeTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public void A_constant_rate_has_its_arrivals_at_equal_distances() =>
        Arrivals(ArrivalRates.Constant(4, Second)).Select(due => due.TotalMilliseconds).Should().Equal(0, 250, 500, 750);

    [Fact]
    public void A_ramp_has_as_many_arrivals_as_the_area_below_it_and_more_of_them_late()
    {
        var due = Arrivals(ArrivalRates.Ramp(0, 100, 10 * Second));
        due.Should().HaveCount(500).And.BeInAscendingOrder();
        due.Count(at => at < 5 * Second).Should().Be(125);
    }

    [Fact]
    public void A_spike_and_steps_have_the_rate_of_each_part()
    {
        var spike = Arrivals(ArrivalRates.Spike(10, 100, 2 * Second, Second, 2 * Second));
        spike.Count(at => at >= 2 * Second && at < 3 * Second).Should().Be(100);
        spike.Should().HaveCount(140);
        var steps = Arrivals(ArrivalRates.Steps(10, 30, 3, Second));
        steps.Count(at => at >= Second && at < 2 * Second).Should().Be(20);
        steps.Should().HaveCount(60);
    }

    [Fact]
    public void Poisson_arrivals_have_the_rate_and_the_spread_of_a_Poisson_process()
    {
        var due = Arrivals(ArrivalRates.Constant(1000, 20 * Second).Poisson(seed: 5));
        due.Count.Should().BeInRange(19_500, 20_500);
        var gaps = due.Zip(due.Skip(1), (one, next) => (next - one).TotalSeconds).ToList();
        var (mean, deviation) = (gaps.Average(), Math.Sqrt(gaps.Average(gap => gap * gap) - Math.Pow(gaps.Average(), 2)));
        (deviation / mean).Should().BeApproximately(1, 0.05, "exponential gaps deviate by their mean");
        Arrivals(ArrivalRates.Constant(1000, 20 * Second).Poisson(seed: 5)).Should().Equal(due);
    }

    [Fact]
    public void A_recorded_schedule_is_replayed_from_its_first_arrival()
    {
        var recorded = RecordedArrivals.Read(new StringReader("# seconds\n1700000000.5\n\n1700000001\n1700000000.75\n"));
        Arrivals(recorded).Select(due => due.TotalSeconds).Should().Equal(0, 0.25, 0.5);
    }

    [Fact]
    public void A_recorded_line_that_is_no_time_is_named()
    {
        var read = () => RecordedArrivals.Read(new StringReader("0.1\nsoon\n"));
        read.Should().Throw<FormatException>().WithMessage("line 2*'soon'*one time a line*");
    }

    [Theory]
    [InlineData(Spacing.Even, 3)]
    [InlineData(Spacing.Poisson, 4)]
    public void The_parts_of_several_generators_are_the_whole_schedule(Spacing spacing, int parts)
    {
        var shape = new ArrivalRates([new(50, 200, 3 * Second)], spacing, 9);
        Enumerable.Range(0, parts).SelectMany(part => Arrivals(shape, part, parts)).Order().Should().Equal(Arrivals(shape));
    }

    [Fact]
    public void Users_follow_their_segments()
    {
        var users = UserCounts.Ramp(0, 10, 10 * Second).Then(UserCounts.Constant(3, Second));
        users.At(5 * Second).Should().Be(5);
        users.At(10.5 * Second).Should().Be(3);
        users.At(12 * Second).Should().Be(0);
    }

    [Theory]
    [InlineData(0, "not one arrival is due")]
    [InlineData(-5, "a rate of -5/s is none")]
    [InlineData(double.NaN, "rates are numbers")]
    [InlineData(5_000_000, "beyond reason")]
    public void A_rate_of_zero_or_beyond_reason_is_refused_with_the_reason(double rate, string why) =>
        ArrivalRates.Constant(rate, Second).Problems().Should().Contain(problem => problem.Contains(why, StringComparison.Ordinal));

    [Fact]
    public void A_load_without_duration_and_one_without_users_are_refused()
    {
        ArrivalRates.Constant(10, TimeSpan.Zero).Problems().Should().Contain(problem => problem.Contains("no duration"));
        UserCounts.Constant(0, Second).Problems().Should().ContainSingle().Which.Should().Contain("no user");
        UserCounts.Constant(100_000, Second).Problems().Should().ContainSingle().Which.Should().Contain("beyond reason");
        new RecordedArrivals([]).Problems().Should().Contain(problem => problem.Contains("no arrival"));
    }

    private static List<TimeSpan> Arrivals(LoadShape shape, int part = 0, int parts = 1)
    {
        var (cursor, due) = (new ArrivalCursor(shape, part, parts), new List<TimeSpan>());
        while (cursor.TryNext(out var at)) due.Add(at);
        return due;
    }
}
