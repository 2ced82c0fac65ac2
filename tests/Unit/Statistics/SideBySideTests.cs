using ChainBridge.Statistics;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.Statistics;

/// <summary>
/// A canary on simulated traffic with a seed: what is planted is found at its first share, and a release like the one beside it raises no
/// alarm at all three. The candidate gets 2,000 requests in the time that a share lasts, and is looked at as in a deployment.
/// </summary>
public sealed class SideBySideTests
{
    private const int Runs = 100, Answers = 2_000;
    private static readonly MayBeWorse Usual = new(0.01, new(0.10, 1_000));

    [Theory]
    [InlineData(5, false)]
    [InlineData(5, true)]
    [InlineData(50, true)]
    public void A_planted_twenty_percent_at_p99_is_caught_in_95_of_100_runs(int share, bool onlyTheSlowest) =>
        Count(ComparisonOutcome.Fail, run => At(run, share, new() { Slower = 1.20, OnlyTheSlowest = onlyTheSlowest })).Should()
            .BeGreaterThanOrEqualTo(95);

    [Theory]
    [InlineData(5, 0.000)]
    [InlineData(5, 0.001)]
    [InlineData(50, 0.001)]
    public void A_planted_error_rate_of_two_percent_is_caught_in_95_of_100_runs(int share, double before) =>
        Count(ComparisonOutcome.Fail, run => At(run, share, new() { Failing = 0.02, FailingBefore = before })).Should()
            .BeGreaterThanOrEqualTo(95);

    [Theory]
    [InlineData(0)]
    [InlineData(0.02)]
    public void Releases_alike_raise_an_alarm_in_5_of_100_canaries_at_the_most_and_most_pass(double failing)
    {
        var canaries = Enumerable.Range(0, Runs).Select(run => new[] { 5, 25, 50 }.Select((share, place) =>
            At((run * 10) + place, share, new() { Failing = failing, FailingBefore = failing })).ToList()).ToList();
        canaries.Count(shares => shares.Contains(ComparisonOutcome.Fail)).Should().BeLessThanOrEqualTo(5);
        canaries.Count(shares => shares.TrueForAll(share => share == ComparisonOutcome.Pass)).Should()
            .BeGreaterThanOrEqualTo(80, "a comparison that never passes is no gate");
    }

    [Theory]
    [InlineData(5)]
    [InlineData(50)]
    public void A_release_that_stands_still_once_while_its_answers_pile_up_raises_no_alarm(int share) =>
        Count(ComparisonOutcome.Fail, run => At(run, share, new() { StandsStillAt = 1 + (run % 4) })).Should().BeLessThanOrEqualTo(5);

    [Fact]
    public void A_machine_that_is_slow_for_both_raises_no_alarm() =>
        Count(ComparisonOutcome.Fail, run => At(run, 25, new() { Drift = 0.5 })).Should().BeLessThanOrEqualTo(5);

    [Theory]
    [InlineData(5, 100)]
    [InlineData(15, 95)]
    public void Too_little_traffic_is_not_enough_data_and_never_a_pass(int answers, int atLeast)
    {
        var outcomes = Enumerable.Range(0, Runs).Select(run => At(run, 5, new(), answers)).ToList();
        outcomes.Should().NotContain(ComparisonOutcome.Pass);
        outcomes.Count(outcome => outcome == ComparisonOutcome.NotEnoughData).Should().BeGreaterThanOrEqualTo(atLeast);
    }

    [Fact]
    public void A_side_without_any_request_is_not_enough_data()
    {
        var some = new Served(new(0, 5_000), new([new(10, 5_000)]));
        var none = new Served(new(0, 0), new([]));
        SideBySide.Of(some, none, Usual, 1).Outcome.Should().Be(ComparisonOutcome.NotEnoughData);
        SideBySide.Of(none, some, Usual, 1).Outcome.Should().Be(ComparisonOutcome.NotEnoughData);
        SideBySide.Of(some, some, Usual, 1).Outcome.Should().Be(ComparisonOutcome.Pass);
        SideBySide.Of(some, some with { Times = new([]) }, Usual, 1).Outcome.Should().Be(ComparisonOutcome.NotEnoughData, "no answer came");
    }

    [Fact]
    public void A_difference_that_is_tolerated_is_none_and_one_below_a_millisecond_either()
    {
        Served Each(long microseconds, long failed) => new(new(failed, 5_000), new([new(microseconds, 5_000)]));
        SideBySide.Of(Each(20_000, 0), Each(21_900, 0), Usual, 1).Outcome.Should().Be(ComparisonOutcome.Pass);
        var slower = SideBySide.Of(Each(20_000, 0), Each(22_100, 0), Usual, 1);
        slower.Outcome.Should().Be(ComparisonOutcome.NotEnoughData, "the next look must find the same");
        SideBySide.Of(Twice(Each(20_000, 0)), Twice(Each(22_100, 0)), Usual, 2, slower).Outcome.Should().Be(ComparisonOutcome.Fail);
        SideBySide.Of(Twice(Each(20_000, 0)), new(new(0, 10_000), new([new(22_100, 5_000), new(20_000, 5_000)])), Usual, 2, slower)
            .Outcome.Should().Be(ComparisonOutcome.NotEnoughData, "what came since was as fast");
        SideBySide.Of(Each(500, 0), Each(1_400, 0), Usual, 1).Outcome.Should().Be(ComparisonOutcome.Pass, "both are fast");
        SideBySide.Of(Each(500, 0), Each(500, 20), Usual, 1).Figures[0].Outcome.Should().Be(ComparisonOutcome.Pass);
        SideBySide.Of(Each(500, 0), Each(500, 100), Usual, 1).Figures[0].Should()
            .Be(new Compared("failed", ComparisonOutcome.Fail, 0, 0.02) { LooksWorse = true }, "a failure needs no second look");

        static Served Twice(Served once) => new(new(2 * once.Failed.Events, 2 * once.Failed.Of),
            new([new(once.Times.Quantile(1), 2 * once.Times.Count)]));
    }

    [Fact]
    public void A_faster_release_with_fewer_failures_passes() =>
        Count(ComparisonOutcome.Pass, run => At(run, 25, new() { Slower = 0.8, FailingBefore = 0.05 })).Should().Be(Runs);

    private sealed record Planted
    {
        public double Failing { get; init; }
        public double FailingBefore { get; init; }
        public double Slower { get; init; } = 1;
        public bool OnlyTheSlowest { get; init; }
        public double Drift { get; init; } = 0.03;

        /// <summary>The candidate's last answers before this look come 60 ms later, a tenth of what came since the look before.</summary>
        public int StandsStillAt { get; init; }
    }

    private static int Count(ComparisonOutcome wanted, Func<int, ComparisonOutcome> canary) =>
        Enumerable.Range(0, Runs).Count(run => canary(run) == wanted);

    /// <summary>One share of a canary, to its end: looks while the data doubles, a pass only from the fourth on, seven in all.</summary>
    private static ComparisonOutcome At(int run, int share, Planted planted, int answers = Answers)
    {
        var random = new Random(1000 + run);
        var (before, after) = (new Side(), new Side());
        var drift = 0.0;
        SideBySide? compared = null;
        for (var look = 1; look <= 7; look++)
        {
            var (since, due) = (after.Requests, answers * Math.Pow(2, look - 4));
            for (; after.Requests < due; drift = (0.7 * drift) + (planted.Drift * Normally(random)))
            {
                // A block of time in which the machine is as fast or slow for both.
                var late = look == planted.StandsStillAt && after.Requests >= due - ((due - since) / 10) ? 60_000 : 0;
                for (var i = 0; i < share; i++) after.Add(random, drift, planted.Failing, planted.Slower, planted.OnlyTheSlowest, late);
                for (var i = share; i < 100; i++) before.Add(random, drift, planted.FailingBefore, 1, false, 0);
            }

            compared = SideBySide.Of(before.Served, after.Served, Usual, look, compared);
            var outcome = compared.Outcome;
            if (outcome == ComparisonOutcome.Fail || (outcome == ComparisonOutcome.Pass && look >= 4)) return outcome;
        }

        return ComparisonOutcome.NotEnoughData;
    }

    /// <summary>Skewed times around 20 ms, in buckets of less than 1 %.</summary>
    private sealed class Side
    {
        private readonly Dictionary<long, long> _buckets = [];
        private long _failed;

        public long Requests { get; private set; }

        public Served Served => new(new(_failed, Requests), new(_buckets));

        public void Add(Random random, double drift, double failing, double slower, bool onlyTheSlowest, int late)
        {
            Requests++;
            if (random.NextDouble() < failing) _failed++;
            var z = Normally(random);
            var time = (20_000 * Math.Exp(drift + (0.3 * z)) * (!onlyTheSlowest || z > 1.5 ? slower : 1)) + late;
            var bucket = (long)Math.Pow(1.008, Math.Ceiling(Math.Log(time) / Math.Log(1.008)));
            _buckets[bucket] = _buckets.GetValueOrDefault(bucket) + 1;
        }
    }

    private static double Normally(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
