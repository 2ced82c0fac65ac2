using System.Net.Http.Json;
using ChainBridge.TestKit;
using ChainBridge.Tests.Integration.Infrastructure;
using FluentAssertions;
using HdrHistogram;
using Xunit;

namespace ChainBridge.Tests.Performance;

/// <summary>
/// Limits that a healthy build keeps with room to spare on two shared cores; a route that got slow by a multiple does not.
/// </summary>
[Performance]
public sealed class MainRouteTests(TestEnvironment environment, ITestOutputHelper output)
{
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(10);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public Task The_status_answers_in_time_at_a_steady_rate() =>
        MeasureAsync("GET /api/v1/status", 50, limit: new(100, 250, 500), async (client, _, stop) =>
        {
            using var answer = await client.GetAsync("api/v1/status", stop);
            return answer.IsSuccessStatusCode;
        });

    [Fact]
    public Task Scoring_answers_in_time_at_a_steady_rate() =>
        MeasureAsync("POST /iq/score/shipment", 100, limit: new(100, 250, 500), async (client, number, stop) =>
        {
            using var answer = await client.PostAsJsonAsync("iq/score/shipment", Shipments.Named($"P-{number}"), stop);
            return answer.IsSuccessStatusCode;
        });

    [Fact]
    public Task Payments_are_made_in_time_at_a_steady_rate() =>
        MeasureAsync("POST /api/chainpay/payment_intents", 50, limit: new(150, 400, 800), async (client, number, stop) =>
        {
            using var answer = await client.PostAsJsonAsync("api/chainpay/payment_intents",
                Shipments.Payment(Shipments.Named($"P-{number}")), stop);
            return answer.StatusCode == System.Net.HttpStatusCode.Created;
        });

    private sealed record Limit(long P50, long P95, long P99);

    private async Task MeasureAsync(
        string route, int requestsPerSecond, Limit limit, Func<HttpClient, int, CancellationToken, Task<bool>> send)
    {
        await using var stack = await Stack.StartAsync(environment, Stop);
        var load = new SteadyLoad(requestsPerSecond, TimeProvider.System);
        await load.RunAsync(WarmUp, (number, stop) => send(stack.Gateway.Client, -number - 1, stop), Stop);

        var samples = await load.RunAsync(Duration, (number, stop) => send(stack.Gateway.Client, number, stop), Stop);

        var histogram = new LongHistogram(TimeSpan.FromMinutes(1).Ticks, 3);
        foreach (var sample in samples) histogram.RecordValue(Math.Max(0, sample.Latency.Ticks));
        double Percentile(double percent) => TimeSpan.FromTicks(histogram.GetValueAtPercentile(percent)).TotalMilliseconds;
        output.WriteLine($"{route}: {samples.Count} requests at {requestsPerSecond}/s, p50 {Percentile(50):0.0} ms, "
            + $"p95 {Percentile(95):0.0} ms, p99 {Percentile(99):0.0} ms, {samples.Count(one => one.Failed)} failed");
        samples.Should().HaveCount((int)(Duration.TotalSeconds * requestsPerSecond));
        samples.Count(one => one.Failed).Should().Be(0, "no request may fail at this rate");
        Percentile(50).Should().BeLessThan(limit.P50);
        Percentile(95).Should().BeLessThan(limit.P95);
        Percentile(99).Should().BeLessThan(limit.P99);
    }
}
