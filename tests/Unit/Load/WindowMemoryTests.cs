using ChainBridge.TestKit.Load;
using ChainBridge.TestKit.Load.Generators;
using ChainBridge.TestKit.Load.Histograms;
using ChainBridge.TestKit.Load.Measurements;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.Load;

/// <summary>What a run keeps of each second: few bytes, from which every percentile is read as before.</summary>
public sealed class WindowMemoryTests
{
    [Fact]
    public void The_windows_of_an_hour_with_three_rows_fit_in_sixty_megabytes()
    {
        const int Seconds = 3600, Samples = 100;
        var (random, windows) = (new Random(1), new List<LoadWindow>());
        var rows = new[] { "(iteration)", "pay", "pay again" }.Select(name => new StepRecorder(name)).ToList();
        var before = GC.GetTotalMemory(forceFullCollection: true);
        for (var second = 0; second < Seconds; second++)
        {
            // The third has a window of nothing each second.
            foreach (var row in rows.Take(2))
                for (var i = 0; i < Samples; i++)
                {
                    var time = TimeSpan.FromMilliseconds(Math.Exp(random.NextDouble() * 7));
                    row.Succeeded(time, time);
                }

            windows.Add(new(TimeSpan.FromSeconds(second), TimeSpan.FromSeconds(1), [.. rows.Select(row => row.Collect())], Samples, 0));
        }

        var kept = (GC.GetTotalMemory(forceFullCollection: true) - before) / 1e6;
        kept.Should().BeLessThan(10, "60 MB are for more samples");
        windows.Sum(window => window.Steps[0].Latency.Count).Should().Be(Seconds * Samples);
        rows[0].Total.Latency.Count.Should().Be(Seconds * Samples);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(50_000)]
    public void A_packed_histogram_says_what_the_histogram_said(int samples)
    {
        var (random, times) = (new Random(samples), new Latencies());
        for (var i = 0; i < samples; i++) times.Add(TimeSpan.FromMicroseconds(Math.Exp(random.NextDouble() * 22.1)));
        times.Add(TimeSpan.Zero);
        times.Add(TimeSpan.FromHours(2));
        var packed = times.Packed();
        foreach (var percent in new[] { 0, 0.001, 25, 50, 75, 90, 95, 99, 99.9, 99.99, 100 })
            packed.Percentile(percent).Should().Be(times.Percentile(percent), $"p{percent}");
        (packed.Count, packed.Mean, packed.Max).Should().Be((times.Count, times.Mean, times.Max));
        packed.CountAbove(TimeSpan.FromMilliseconds(1)).Should().Be(times.CountAbove(TimeSpan.FromMilliseconds(1)));
        packed.Values().Should().Equal(times.Values());
        packed.Encode().Should().Be(times.Encode());

        packed.Add(times);
        times.Add(times.Packed());
        packed.Values().Should().Equal(times.Values(), "one that is packed can be added to");
    }

    [Fact]
    public void A_histogram_of_nothing_is_packed_to_nothing()
    {
        var packed = new Latencies().Packed();
        (packed.Count, packed.Mean, packed.Max, packed.Percentile(99)).Should().Be((0, TimeSpan.Zero, TimeSpan.Zero, TimeSpan.Zero));
    }

    [Fact]
    public void Windows_of_several_generators_are_seen_on_when_one_of_them_says_no_more()
    {
        var merge = new WindowMerge(2);
        merge.Add(0, Window(0)).Should().BeEmpty("the other has not said its own");
        merge.Add(1, Window(0)).Should().ContainSingle().Which.Begun.Should().Be(2);
        merge.Add(0, Window(1)).Should().BeEmpty();
        merge.Ended(1).Should().ContainSingle().Which.Begun.Should().Be(1);
        merge.Add(0, Window(2)).Should().ContainSingle();
        merge.Ended(0).Should().BeEmpty();
    }

    private static LoadWindow Window(int second) => new(TimeSpan.FromSeconds(second), TimeSpan.FromSeconds(1), [], 1, 0);
}
