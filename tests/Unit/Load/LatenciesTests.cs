using ChainBridge.TestKit.Load;
using ChainBridge.TestKit.Load.Histograms;
using ChainBridge.TestKit.Load.Measurements;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.Load;

/// <summary>Histograms: what is merged, and what goes over a wire, is exact.</summary>
public sealed class LatenciesTests
{
    [Fact]
    public void Percentiles_are_right_to_three_digits_over_the_whole_range()
    {
        var times = new Latencies();
        for (var i = 1; i <= 10_000; i++) times.Add(TimeSpan.FromMilliseconds(i));
        foreach (var percent in new[] { 50, 90, 99, 99.9 })
            times.Percentile(percent).TotalMilliseconds.Should().BeApproximately(percent * 100, percent * 0.1);
        times.Max.TotalMilliseconds.Should().BeApproximately(10_000, 10);
        times.CountAbove(TimeSpan.FromMilliseconds(9_000)).Should().BeInRange(990, 1010);
    }

    [Fact]
    public void Times_beyond_the_range_count_as_its_ends()
    {
        var times = new Latencies();
        times.Add(TimeSpan.FromHours(5));
        times.Add(TimeSpan.FromSeconds(-1));
        times.Count.Should().Be(2);
        times.Max.TotalHours.Should().BeApproximately(1, 0.001);
    }

    [Fact]
    public void Merged_histograms_are_the_one_that_all_would_have_made()
    {
        var (random, all, parts) = (new Random(1), new Latencies(), new[] { new Latencies(), new Latencies(), new Latencies() });
        for (var i = 0; i < 20_000; i++)
        {
            var time = TimeSpan.FromMicroseconds(Math.Exp(random.NextDouble() * 15));
            all.Add(time);
            parts[i % 3].Add(time);
        }

        var merged = new Latencies();
        foreach (var part in parts) merged.Add(Latencies.Decode(part.Encode()));
        merged.Values().Should().Equal(all.Values());
    }

    [Theory]
    [InlineData("not base64!")]
    [InlineData("AAAA")]
    [InlineData("HISTAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public void A_text_that_is_no_histogram_is_told(string text)
    {
        var read = () => Latencies.Decode(text);
        read.Should().Throw<FormatException>();
    }

    [Fact]
    public void A_recorder_hands_out_windows_whose_sum_is_its_total()
    {
        var recorder = new StepRecorder("pay");
        recorder.Succeeded(TimeSpan.FromMilliseconds(5), TimeSpan.FromMilliseconds(4), received: 10);
        recorder.Failed(TimeSpan.FromMilliseconds(1), "status 503", received: 1);
        var first = recorder.Collect();
        recorder.Succeeded(TimeSpan.FromMilliseconds(7), TimeSpan.FromMilliseconds(7));
        var second = recorder.Collect();
        (first.Latency.Count, first.Failed, second.Latency.Count, second.Failed).Should().Be((1, 1, 1, 0));
        recorder.Total.Latency.Count.Should().Be(2);
        recorder.Total.Errors.Should().Equal(new Dictionary<string, long> { ["status 503"] = 1 });
        recorder.Total.BytesReceived.Should().Be(11);
        recorder.Total.ErrorRate.Should().BeApproximately(1.0 / 3, 1e-9);
    }

    [Fact]
    public void A_measurement_survives_the_way_between_processes()
    {
        var measured = Measured.Of(samples: 50, milliseconds: 20);
        measured.Generators.Add(Measured.Quiet);
        var read = LoadJson.ReadMeasurement(LoadJson.Write(measured));
        read.Should().BeEquivalentTo(measured, options =>
            options.Excluding(one => one.Whole).Excluding(one => one.Type == typeof(Latencies)));
        read.Whole!.Latency.Values().Should().Equal(measured.Whole!.Latency.Values());
    }
}
