using ChainBridge.TestKit.Load;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.Load;

/// <summary>What is judged of a scenario of several steps as a whole.</summary>
public sealed class SeveralStepsTests
{
    [Fact]
    public void A_limit_on_a_kind_or_on_bytes_of_the_whole_scenario_sees_what_its_steps_did()
    {
        var measured = Several("status 500", 30);
        measured.Steps[0].BytesReceived = 50_000;
        var result = Judge(measured, "errors(status 500) <= 0", "bytes <= 1kB/s");
        result.Reason.Should().Be("unit: errors(status 500) <= 0%: was 3% (30 of 1000: 30× status 500); bytes <= 1000B/s: was 5000B/s");
    }

    [Fact]
    public void A_wrong_answer_of_one_of_several_steps_fails_though_the_generator_was_late()
    {
        var measured = Several("status 500", 30);
        measured.Late = 500;
        Judge(measured).Verdict.Should().Be(LoadVerdict.Fail);
    }

    [Fact]
    public void A_name_that_does_not_resolve_is_a_doubt_of_several_steps_too() =>
        Judge(Several("the name does not resolve", 1000)).Reason.Should().Contain("does not resolve from here");

    [Fact]
    public void Sockets_that_ran_out_are_counted_once_of_a_step_and_its_iteration() =>
        Judge(Several("no local socket left", 30)).Reason.Should().Contain("sockets: 30 connections");

    /// <summary>Iterations of two steps, of which the second failed so often.</summary>
    private static LoadMeasurement Several(string kind, int failed)
    {
        var measured = Measured.Of(1000 - failed, 20, generator: Measured.Quiet);
        var iterations = measured.With(kind, failed).Steps[0];
        var whole = new StepMeasure(StepMeasure.Iteration);
        whole.Add(iterations);
        measured.Steps.Insert(0, whole);
        return measured;
    }

    private static LoadResult Judge(LoadMeasurement measured, params string[] limits) => LoadTest.Judge(Measured.Plan(limits), measured);
}
