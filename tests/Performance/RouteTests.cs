using ChainBridge.TestKit;
using ChainBridge.TestKit.Load;
using ChainBridge.Tests.Integration.Infrastructure;
using ChainBridge.Tests.Performance.Scenarios;
using FluentAssertions;
using Npgsql;
using Xunit;

namespace ChainBridge.Tests.Performance;

/// <summary>
/// Limits that a healthy build keeps with room to spare on two shared cores; a route that got slow by a multiple does not.
/// </summary>
[Performance]
[Collection(Loads.OneAtATime)]
public sealed class RouteTests(TestEnvironment environment)
{
    private const string Score = "iq/score/shipment";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_status_answers_in_time_at_a_steady_rate()
    {
        await using var stack = await Stack.StartAsync(environment, Stop);
        await PerformanceTest.RunAsync(HttpScenario.Get("api/v1/status").At(50, stack.Gateway.BaseAddress, "status",
            "p50 <= 100ms", "p95 <= 250ms", "p99 <= 500ms"), Stop);
    }

    [Fact]
    public async Task The_health_of_a_service_answers_in_time_under_load()
    {
        await using var stack = await Stack.StartAsync(environment, Stop);
        await PerformanceTest.RunAsync(HttpScenario.Get("health").At(200, stack.ChainIQ.BaseAddress, "health",
            "p50 <= 50ms", "p95 <= 150ms", "p99 <= 400ms"), Stop);
    }

    [Fact]
    public async Task The_health_of_a_service_answers_in_time_while_it_scores()
    {
        await using var stack = await Stack.StartAsync(environment, Stop);
        var scores = new HttpStep("score", "score/shipment")
        {
            Method = "POST", Body = Loads.Json(Shipments.Named("H-${n}")), Expect = 200,
            Headers = new Dictionary<string, string> { ["Content-Type"] = "application/json" },
        };
        await PerformanceTest.RunAsync(new HttpScenario([scores, new("health", "health") { Expect = 200 }])
            .At(80, stack.ChainIQ.BaseAddress, "health-while-scoring",
                "health: p50 <= 50ms", "health: p95 <= 200ms", "health: p99 <= 500ms", "score: p95 <= 300ms"), Stop);
    }

    [Fact]
    public async Task Shipments_never_seen_before_are_scored_in_time()
    {
        await using var stack = await Stack.StartAsync(environment, Stop);
        await PerformanceTest.RunAsync(HttpScenario.PostJson(Score, Loads.Json(Shipments.Named("P-${n}")))
            .At(100, stack.Gateway.BaseAddress, "scoring-cold", "p50 <= 100ms", "p95 <= 250ms", "p99 <= 500ms", "throughput >= 80/s"),
                Stop);
    }

    [Fact]
    public async Task A_shipment_seen_before_is_scored_in_time_from_the_cache()
    {
        await using var stack = await Stack.StartAsync(environment, Stop);
        await PerformanceTest.RunAsync(HttpScenario.PostJson(Score, Loads.Json(Shipments.Named("P-1")))
            .At(150, stack.Gateway.BaseAddress, "scoring-cached", "p50 <= 80ms", "p95 <= 200ms", "p99 <= 400ms"), Stop);
    }

    [Fact]
    public async Task Payments_that_are_sent_again_are_made_once_and_in_time()
    {
        // The warm-up is a second of the same rate, and the load counts on from it.
        const int Rate = 40;
        await using var stack = await Stack.StartAsync(environment, Stop);
        var result = await PerformanceTest.RunAsync(ScenarioType.Of<PayTwice>().At(Rate, stack.Gateway.BaseAddress, "payments",
            "pay: p50 <= 150ms", "pay: p99 <= 800ms", "pay again: p50 <= 100ms", "pay again: p99 <= 600ms", "p99 <= 1.2s"), Stop);
        await using var count = NpgsqlDataSource.Create(stack.PayDatabase.ConnectionString)
            .CreateCommand("SELECT count(*) FROM payment_intents WHERE shipment->>'shipment_id' IN (SELECT 'P-' || n FROM "
                + $"generate_series({Rate}, 9999) n)");
        (await count.ExecuteScalarAsync(Stop)).Should().Be(result.Measurement.Begun, "each was sent twice and is there once");
    }

    [Fact]
    public async Task A_payment_is_settled_in_time_from_end_to_end()
    {
        await using var stack = await Stack.StartAsync(environment, Stop);
        var result = await PerformanceTest.RunAsync(ScenarioType.Of<Settle>().At(40, stack.Gateway.BaseAddress, "settlement",
            "p50 <= 300ms", "p95 <= 800ms", "p99 <= 1.5s"), Stop);
        result.Measurement.Steps.Single(step => step.Name == "complete").Latency.Count.Should().Be(result.Measurement.Begun);
    }
}
