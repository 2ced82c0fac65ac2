using System.Diagnostics;
using System.Globalization;
using ChainBridge.TestKit;
using ChainBridge.TestKit.Load;
using ChainBridge.Tests.Integration.Infrastructure;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Performance;

/// <summary>
/// What grows under a steady load of scores and payments: memory, sockets, connections to PostgreSQL and Redis. In the suite it takes
/// seconds and looks at how many there are; <c>make soak</c> lets it run for CHAINBRIDGE_SOAK_SECONDS and looks at the slopes too.
/// </summary>
[Performance]
[Collection(Loads.OneAtATime)]
public sealed class SoakTests(TestEnvironment environment, ITestOutputHelper output)
{
    private const int InTheSuite = 4, Rate = 50, PoolSize = 30;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_steady_load_lets_neither_memory_nor_connections_grow()
    {
        var seconds = int.Parse(Environment.GetEnvironmentVariable("CHAINBRIDGE_SOAK_SECONDS")
            ?? $"{InTheSuite}", CultureInfo.InvariantCulture);
        await using var stack = await Stack.WithDatabasesAsync(environment, Stop);
        var scoring = await stack.StartChainIQProcessAsync();
        var paying = await stack.StartChainPayProcessAsync(scoring.BaseAddress);
        await using var watch = await SoakWatch.OfAsync(stack, ("ChainIQ", scoring), ("ChainPay", paying));
        var load = PerformanceTest.RunAsync(Plan(scoring, paying, seconds), Stop);
        var began = Stopwatch.StartNew();
        using var every = new PeriodicTimer(TimeSpan.FromSeconds(1));
        while (!load.IsCompleted && await every.WaitForNextTickAsync(Stop)) await watch.LookAsync(began.Elapsed, Stop);

        var steps = (await load).Measurement.Steps;
        output.WriteLine($"{seconds} s at {Rate}/s: {string.Join(", ", steps.Where(step => step.Name != StepMeasure.Iteration)
            .Select(step => $"{step.Latency.Count} of '{step.Name}'"))}");
        foreach (var growth in watch.All) output.WriteLine($"{growth}");
        watch.PostgresSessions.Most.Should().BeLessThanOrEqualTo(2 * PoolSize, "that is the size of two services' pools");
        watch.All.Where(growth => growth.IsGrowing).Select(growth => $"{growth}").Should().BeEmpty("what is kept of each request is the "
            + "end of a service");
    }

    private static LoadPlan Plan(ServiceUnderTest scoring, ServiceUnderTest paying, int seconds) =>
        new HttpScenario([
            Post("score", new(scoring.BaseAddress, "score/shipment"), Shipments.Named("S-${n}"), 200),
            Post("pay", new(paying.BaseAddress, "payment_intents"), Shipments.Payment(Shipments.Named("P-${n}")), 201),
        ]).At(Rate, scoring.BaseAddress, "soak", "p99 <= 1s", "errors <= 0.01%") with
        {
            Shape = ArrivalRates.Constant(Rate, TimeSpan.FromSeconds(seconds)).Poisson(), WarmUp = TimeSpan.FromSeconds(2),
        };

    private static HttpStep Post(string name, Uri address, object body, int expected) => new(name, $"{address}")
    {
        Method = "POST", Body = Loads.Json(body), Expect = expected,
        Headers = new Dictionary<string, string> { ["Content-Type"] = "application/json" },
    };
}
