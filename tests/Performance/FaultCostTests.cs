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
    private const double Slack = 300;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>Each toxic there is, and the least that it adds to each payment; null: it lets none through.</summary>
    private static readonly (string Name, Toxic Toxic, double? Adds)[] Faults =
    [
        ("latency of 100 ms", new Latency(TimeSpan.FromMilliseconds(100)), 100),
        ("4 kB a second", new Bandwidth(4_000), 20),
        ("answers in pieces", new Slicing(64, 0, TimeSpan.FromMilliseconds(1)), 0),
        ("a late end", new SlowClose(TimeSpan.FromMilliseconds(100)), 0),
        ("half an answer", new LimitData(100), null),
        ("silence", new Silence(TimeSpan.FromMilliseconds(50)), null),
        ("reset", new Reset(), null),
        ("down", new Down(), null),
    ];

    [Fact]
    public async Task A_fault_before_the_scoring_costs_a_payment_what_it_adds_and_no_more()
    {
        await using var stack = await Stack.WithDatabasesAsync(environment, Stop);
        var scoring = await stack.StartChainIQAsync();
        var proxy = await FaultProxy.StartAsync(scoring, Stop);
        await stack.StartPayAndGatewayAsync(proxy.Through(scoring));

        var usual = P50(await CostAsync(stack, "none"));
        foreach (var (name, toxic, adds) in Faults)
        {
            using var fault = proxy.Add(toxic);
            var cost = await CostAsync(stack, name);
            if (adds is { } least)
            {
                cost.Failed.Count.Should().Be(0, $"{name} is slower, and whole");
                P50(cost).Should().BeGreaterThanOrEqualTo(least, $"{name} is on the way of every payment").And
                    .BeLessThan(usual + least + Slack, $"{name} costs no more than it adds");
            }
            else
            {
                cost.Latency.Count.Should().Be(0, $"without a score nothing is paid ({name})");
                cost.Errors.Keys.Should().Equal(["status 503"], $"that it is away is told at once, and nothing breaks ({name})");
            }
        }

        (await CostAsync(stack, "none any more")).Failed.Count.Should().Be(0, "what is taken away costs nothing more");
    }

    [Fact]
    public void Every_fault_that_can_be_injected_has_its_cost_measured() =>
        typeof(Toxic).Assembly.GetExportedTypes().Where(type => type.IsSubclassOf(typeof(Toxic))).Should()
            .BeEquivalentTo(Faults.Select(fault => fault.Toxic.GetType()));

    private async Task<StepMeasure> CostAsync(Stack stack, string fault)
    {
        var plan = HttpScenario.PostJson("api/chainpay/payment_intents", Loads.Json(Shipments.Payment(Shipments.Named("F-${uuid}"))),
            expected: 201)
            .At(30, stack.Gateway.BaseAddress, "fault-" + fault.Replace(' ', '-'), "errors <= 100%") with
            {
                Shape = ArrivalRates.Constant(30, TimeSpan.FromSeconds(1)), WarmUp = TimeSpan.FromMilliseconds(400),
            };
        var step = (await PerformanceTest.JudgeAsync(plan, Stop)).Measurement.Steps.Single();
        output.WriteLine($"{fault}: p50 {P50(step):0.0} ms, {step.Latency.Count} done, {step.Failed.Count} failed "
            + $"{string.Join(", ", step.Errors)}");
        return step;
    }

    private static double P50(StepMeasure step) => step.Latency.Percentile(50).TotalMilliseconds;
}
