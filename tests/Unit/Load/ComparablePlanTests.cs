using ChainBridge.TestKit.Load;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.Load;

/// <summary>Which loads are the same for a comparison, and what a baseline may not hold.</summary>
public sealed class ComparablePlanTests
{
    private const string Secret = "hunter2";
    private static readonly HttpStep Step = new("buy", "/orders") { Method = "POST", Body = "{}" };

    private static readonly LoadPlan Plan = new("unit", new HttpScenario([Step]), ArrivalRates.Constant(10, TimeSpan.FromSeconds(1)))
    {
        Target = new("http://127.0.0.1:5000"),
    };

    [Fact]
    public void A_plan_is_comparable_with_itself_at_another_address_with_other_limits_settings_and_credentials()
    {
        var other = Plan with { Target = new("http://127.0.0.1:6000"), Limits = [LoadLimit.Parse("p99 <= 1s")] };
        other.Comparable().Should().Be(Plan.Comparable());
        Settings("Host=a;Port=1").Comparable().Should().Be(Settings("Host=a;Port=2").Comparable());
        Of(Step with { Headers = Header("Authorization", "Bearer a") }).Comparable().Should()
            .Be(Of(Step with { Headers = Header("Authorization", "Bearer b") }).Comparable());
    }

    [Fact]
    public void A_plan_that_sends_something_else_or_in_another_way_is_another_load()
    {
        IReadOnlyDictionary<string, string> row = Header("a", "1");
        LoadPlan[] others =
        [
            Plan, Plan with { WarmUp = TimeSpan.Zero }, Plan with { StepTimeout = TimeSpan.FromSeconds(1) },
            Plan with { Window = TimeSpan.FromSeconds(5) }, Plan with { Http = new("2") }, Plan with { MaxInFlight = 5 }, Settings("a"),
            Of(Step with { Path = "/other" }), Of(Step with { Body = null }), Of(Step with { Body = "" }), Of(Step with { Expect = 201 }),
            Of(Step with { Headers = Header("Accept", "a") }), Of(Step with { Headers = Header("Accept", "b") }),
            Of(Step with { Headers = Header("Authorization", "a") }),
            Plan with { Scenario = new HttpScenario([Step]) { Think = TimeSpan.FromSeconds(1) } },
            Plan with { Scenario = new HttpScenario([Step]) { Data = [row] } },
            Plan with { Scenario = new HttpScenario([Step]) { Data = [row, row] } },
            Plan with { Scenario = new HttpScenario([Step]) { Data = [row], DataSeed = 1 } },
            Replay(0, 1, 2), Replay(0, 0.5, 2), Plan with { Agents = 1 }, Plan with { Agents = 2 },
        ];
        others.Select(plan => plan.Comparable()).Should().OnlyHaveUniqueItems();
    }

    [Fact]
    public void A_comparable_text_holds_no_secret()
    {
        LoadPlan[] plans =
        [
            Settings($"Host=a;Password={Secret}"), Of(Step with { Headers = Header("X-Key", Secret) }), Of(Step with { Body = Secret }),
            Of(Step with { Path = $"/a?key={Secret}" }), Plan with { Scenario = new HttpScenario([Step]) { Data = [Header("a", Secret)] } },
        ];
        plans.Select(plan => plan.Comparable()).Should().OnlyContain(text => !text.Contains(Secret));
    }

    private static Dictionary<string, string> Header(string name, string value) => new() { [name] = value };

    private static LoadPlan Of(HttpStep step) => Plan with { Scenario = new HttpScenario([step]) };

    private static LoadPlan Settings(string value) => Plan with { Settings = Header("Database", value) };

    private static LoadPlan Replay(params double[] at) => Plan with { Shape = new RecordedArrivals([.. at.Select(TimeSpan.FromSeconds)]) };
}
