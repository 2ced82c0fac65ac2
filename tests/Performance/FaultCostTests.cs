using ChainBridge.TestKit;
using ChainBridge.TestKit.Faults;
using ChainBridge.TestKit.Load;
using ChainBridge.Tests.Integration.Infrastructure;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Performance;

/// <summary>What a fault between two services costs those who pay: the output has the figures, side by side.</summary>
[Performance]
[Collection(Loads.OneAtATime)]
public sealed class FaultCostTests(TestEnvironment environment, ITestOutputHelper output)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_fault_before_the_scoring_costs_a_payment_what_it_adds_and_no_more()
    {
        await using var stack = await Stack.WithDatabasesAsync(environment, Stop);
        var scoring = await stack.StartChainIQAsync();
        var proxy = await FaultProxy.StartAsync(scoring, Stop);
        await stack.StartPayAndGatewayAsync(proxy.Through(scoring));

        var usual = await CostAsync(stack, "none");
        ToxicHandle late = proxy.Add(new Latency(TimeSpan.FromMilliseconds(100)));
        var delayed = await CostAsync(stack, "latency of 100 ms");
        late.Dispose();
        ToxicHandle pieces = proxy.Add(new Slicing(64, 0, TimeSpan.FromMilliseconds(1)));
        var sliced = await CostAsync(stack, "answers in pieces");
        pieces.Dispose();
        proxy.Add(new Down());
        var down = await CostAsync(stack, "down");

        P50(delayed).Should().BeGreaterThanOrEqualTo(100, "the delay is on the way of every payment").And.BeLessThan(P50(usual) + 400);
        sliced.Failed.Count.Should().Be(0, "pieces are slower, and whole");
        down.Latency.Count.Should().Be(0, "without a score nothing is paid");
        down.Errors.Keys.Should().NotContain("status 500").And.NotContain("timeout", "a service that is away is told at once");
    }

    private async Task<StepMeasure> CostAsync(Stack stack, string fault)
    {
        var plan = HttpScenario.PostJson("api/chainpay/payment_intents", Loads.Json(Shipments.Payment(Shipments.Named("F-${uuid}"))),
            expected: 201)
            .At(20, stack.Gateway.BaseAddress, "fault-" + fault.Replace(' ', '-'), "errors <= 100%") with
            {
                Shape = ArrivalRates.Constant(20, TimeSpan.FromSeconds(2)), WarmUp = TimeSpan.FromMilliseconds(500),
            };
        var step = (await PerformanceTest.JudgeAsync(plan, Stop)).Measurement.Steps.Single();
        output.WriteLine($"{fault}: p50 {P50(step):0.0} ms, {step.Latency.Count} done, {step.Failed.Count} failed "
            + $"{string.Join(", ", step.Errors)}");
        return step;
    }

    private static double P50(StepMeasure step) => step.Latency.Percentile(50).TotalMilliseconds;
}
