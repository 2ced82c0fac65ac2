using ChainBridge.TestKit;
using ChainBridge.TestKit.Load;
using ChainBridge.Tests.Integration.Infrastructure;
using ChainBridge.Tests.Performance.Scenarios;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Performance;

/// <summary>What happens beyond what the services can do: they refuse what is too much, and are themselves again afterwards.</summary>
[Performance]
[Collection(Loads.OneAtATime)]
public sealed class SaturationTests(TestEnvironment environment)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Beyond_saturation_a_service_sheds_with_503_says_how_it_is_all_the_same_and_recovers()
    {
        await using var stack = await Stack.StartAsync(environment, Stop);
        // A crowd that waits for its answers: more at once than the services let in, whatever the machine can do.
        var shed = await PerformanceTest.JudgeAsync(new LoadPlan("saturation", ScenarioType.Of<Crowd>(),
            UserCounts.Constant(600, TimeSpan.FromSeconds(3)))
        {
            Target = stack.ChainIQ.BaseAddress, WarmUp = TimeSpan.FromSeconds(1), EndEarly = false,
            Limits = [LoadLimit.Parse("score: errors(status 500) <= 0"), LoadLimit.Parse("errors <= 100%")],
        }, Stop);
        var score = shed.Measurement.Steps.Single(step => step.Name == "score");
        score.Latency.Count.Should().BeGreaterThan(0, "who is let in is served");
        score.Errors.Keys.Should()
            .Contain("status 503").And.OnlyContain(kind => kind == "status 503" || kind == "status 429", "nothing breaks");
        var health = shed.Measurement.Steps.Single(step => step.Name == "health");
        health.Latency.Count.Should().BeGreaterThan(0);
        health.Errors.Should().BeEmpty("a service that is busy is not ill: who says so gets it replaced");

        await PerformanceTest.RunAsync(HttpScenario.PostJson("score/shipment", Loads.Json(Shipments.Named("R-${n}")))
            .At(50, stack.ChainIQ.BaseAddress, "recovery", "p50 <= 100ms", "p95 <= 300ms"), Stop);
    }
}
