using ChainBridge.Statistics;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.Statistics;

/// <summary>How two releases are compared, on simulated windows with a seed: what is planted is found, and nothing else is.</summary>
public sealed class ComparisonTests
{
    private const int Runs = 100, WindowsOfARun = 40, SamplesOfAWindow = 400;
    private static readonly Tolerance Usual = new(0.10, 1);

    [Fact]
    public void A_planted_twenty_percent_at_p99_is_caught_in_95_of_100_runs() =>
        Enumerable.Range(0, Runs).Count(run => Compare(run, slower: 1.20).Outcome == ComparisonOutcome.Fail).Should()
            .BeGreaterThanOrEqualTo(95);

    [Fact]
    public void Releases_alike_raise_an_alarm_in_5_of_100_runs_at_the_most()
    {
        var outcomes = Enumerable.Range(0, Runs).Select(run => Compare(run, slower: 1).Outcome).ToList();
        outcomes.Count(outcome => outcome == ComparisonOutcome.Fail).Should().BeLessThanOrEqualTo(5);
        outcomes.Count(outcome => outcome == ComparisonOutcome.Pass).Should()
            .BeGreaterThan(80, "a comparison that never passes is no gate");
    }

    [Fact]
    public void A_faster_release_passes() =>
        Enumerable.Range(0, 20).Select(run => Compare(run, slower: 0.8).Outcome).Should().AllBeEquivalentTo(ComparisonOutcome.Pass);

    [Fact]
    public void A_difference_below_the_milliseconds_of_the_tolerance_is_none_whatever_its_percentage()
    {
        var before = Enumerable.Range(0, 30).Select(i => 0.50 + (i % 5 * 0.01)).ToList();
        Comparison.Of(before, before.ConvertAll(value => value * 1.5), new(0.10, 1)).Outcome.Should().Be(ComparisonOutcome.Pass);
        Comparison.Of(before, before.ConvertAll(value => value * 1.5), new(0.10, 0.1)).Outcome.Should().Be(ComparisonOutcome.Fail);
    }

    [Fact]
    public void Few_windows_are_not_enough_data()
    {
        var few = Enumerable.Repeat(10.0, Comparison.Fewest - 1).ToList();
        var compared = Comparison.Of(few, Enumerable.Repeat(99.0, 30).ToList(), Usual);
        compared.Outcome.Should().Be(ComparisonOutcome.NotEnoughData);
        compared.Why.Should().Contain("9 windows before").And.Contain("let it run longer");
    }

    [Fact]
    public void Windows_that_differ_among_themselves_more_than_the_releases_do_are_not_enough_data()
    {
        var random = new Random(3);
        List<double> Noisy(double middle) => [.. Enumerable.Range(0, 15).Select(_ => middle * (0.5 + random.NextDouble()))];
        Comparison.Of(Noisy(100), Noisy(112), Usual).Outcome.Should().Be(ComparisonOutcome.NotEnoughData);
    }

    [Fact]
    public void The_same_data_and_seed_give_the_same_answer() => Compare(7, 1.1).Should().Be(Compare(7, 1.1));

    [Theory]
    [InlineData(new double[] { 1, 2, 3, 4, 5 }, new double[] { 6, 7, 8, 9, 10 }, 0.0061)]
    [InlineData(new double[] { 1, 2, 3, 4, 5 }, new double[] { 1, 2, 3, 4, 5 }, 0.5417)]
    [InlineData(new double[] { 6, 7, 8, 9, 10 }, new double[] { 1, 2, 3, 4, 5 }, 0.9968)]
    public void Mann_Whitney_has_the_p_of_the_textbook(double[] before, double[] after, double p) =>
        MannWhitney.Larger(before, after).Should().BeApproximately(p, 0.001);

    [Theory]
    [InlineData(0, 0.5)]
    [InlineData(1.96, 0.975)]
    [InlineData(-2.326, 0.01)]
    public void The_normal_distribution_is_the_one_of_the_tables(double z, double below) =>
        Normal.Below(z).Should().BeApproximately(below, 1e-4);

    private static Comparison Compare(int run, double slower)
    {
        var random = new Random(1000 + run);
        return Comparison.Of(P99(random, 1), P99(random, slower), Usual);
    }

    /// <summary>The p99 of windows of skewed latencies around 20 ms, on a machine whose speed drifts by a few percent.</summary>
    private static List<double> P99(Random random, double slower)
    {
        var (windows, drift, samples) = (new List<double>(), 0.0, new double[SamplesOfAWindow]);
        for (var window = 0; window < WindowsOfARun; window++)
        {
            drift = (0.7 * drift) + (0.03 * Normally(random));
            for (var i = 0; i < samples.Length; i++) samples[i] = 20 * slower * Math.Exp(drift + (0.3 * Normally(random)));
            Array.Sort(samples);
            windows.Add(samples[(int)(0.99 * samples.Length)]);
        }

        return windows;
    }

    private static double Normally(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
