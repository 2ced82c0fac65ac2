using ChainBridge.TestKit.Load;
using ChainBridge.TestKit.Load.Verdicts;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.Load;

/// <summary>A run is ended early when a limit is lost whatever the rest will be, and only then. The schedule holds 1000 arrivals.</summary>
public sealed class BeyondSavingTests
{
    [Fact]
    public void A_run_that_cannot_be_saved_is_ended_early_and_another_is_not()
    {
        Sees(Measured.Plan("p99 <= 50ms"), Slow(11)).Should().Be("'p99 <= 50ms' cannot be kept any more");
        Sees(Measured.Plan("p95 <= 50ms"), Slow(11)).Should().BeNull("50 of 1000 may be longer");
        Sees(Measured.Plan("max <= 50ms"), Slow(11)).Should().NotBeNull();
        Sees(Measured.Plan("p99 <= 50ms") with { EndEarly = false }, Slow(11)).Should().BeNull();
    }

    [Fact]
    public void A_step_that_code_does_often_in_an_iteration_ends_no_run_by_its_share()
    {
        var code = Measured.Plan($"{Measured.Step}: p99 <= 50ms", $"{Measured.Step}: errors <= 1%") with
        {
            Scenario = new InlineScenario(() => throw new NotSupportedException()),
        };
        Sees(code, Slow(50), Failed(50)).Should().BeNull("it may have 10,000 samples in the end");
        Sees(code with { Limits = [LoadLimit.Parse($"{Measured.Step}: max <= 50ms")] }, Slow(1)).Should().NotBeNull();
        Sees(code with { Limits = [LoadLimit.Parse("errors <= 1%")] }, Failed(11, StepMeasure.Iteration)).Should().NotBeNull();
    }

    [Theory]
    [InlineData(49, "p99 <= 50ms", 1, true)]
    [InlineData(51, "p99 <= 50ms", 1, false)]
    public void A_run_is_ended_by_the_percentile_that_will_be_judged(int arrivals, string limit, int slow, bool isLost)
    {
        var times = Slow(slow).Steps[0].Latency;
        var plan = Measured.Plan(limit) with { Shape = ArrivalRates.Constant(arrivals, TimeSpan.FromSeconds(1)) };
        (Sees(plan, Slow(slow)) is not null).Should().Be(isLost);
        for (var i = slow; i < arrivals; i++) times.Add(TimeSpan.FromMilliseconds(1));
        (times.Percentile(99).TotalMilliseconds > 50).Should().Be(isLost);
    }

    [Fact]
    public void A_run_is_ended_early_by_one_kind_of_errors_and_by_arrivals_that_were_dropped()
    {
        var window = Failed(30);
        Sees(Measured.Plan("errors(status 500) <= 2%"), window).Should().Be("'errors(status 500) <= 2%' cannot be kept any more");
        Sees(Measured.Plan("errors(status 503) <= 2%"), window).Should().BeNull("they are of another kind");
        Sees(Measured.Plan("errors(status 500) <= 3%"), window).Should().BeNull();
        Sees(Measured.Plan("dropped <= 1%"), window with { Dropped = 6 }, window with { Dropped = 5 }).Should()
            .Be("'dropped <= 1%' cannot be kept any more");
        Sees(Measured.Plan("dropped <= 1%"), window with { Dropped = 6 }, window with { Dropped = 4 }).Should().BeNull();
    }

    [Fact]
    public void Windows_of_two_generators_add_up_their_kinds_of_errors_and_what_they_dropped()
    {
        var one = Failed(3) with { Dropped = 2 };
        var both = one.With(one with { Steps = [one.Steps[0] with { Errors = new Dictionary<string, long> { ["timeout"] = 3 } }] });
        both.Dropped.Should().Be(4);
        both.Steps.Single().Errors.Should().BeEquivalentTo(new Dictionary<string, long> { ["status 500"] = 3, ["timeout"] = 3 });
        ChainBridge.TestKit.Load.Measurements.LoadJson.ReadWindow(ChainBridge.TestKit.Load.Measurements.LoadJson.Write(both))
            .Steps.Single().Errors.Should().BeEquivalentTo(both.Steps.Single().Errors);
    }

    private static string? Sees(LoadPlan plan, params LoadWindow[] windows)
    {
        var saving = new BeyondSaving(plan, null);
        return windows.Select(saving.Sees).ToList().Find(why => why is not null);
    }

    private static LoadWindow Slow(int count)
    {
        var times = new Latencies();
        for (var i = 0; i < count; i++) times.Add(TimeSpan.FromMilliseconds(60));
        return Window(new(Measured.Step, times, 0, 0));
    }

    private static LoadWindow Failed(int count, string step = Measured.Step) =>
        Window(new(step, new(), count, 0) { Errors = new Dictionary<string, long> { ["status 500"] = count } });

    private static LoadWindow Window(StepWindow step) => new(TimeSpan.Zero, TimeSpan.FromSeconds(1), [step], 50, 0);
}
