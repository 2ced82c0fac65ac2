using ChainBridge.TestKit.Load;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.Load;

/// <summary>Errors of which a plan says nothing beside those of which it does.</summary>
public sealed class UnspokenErrorsTests
{
    [Fact]
    public void A_limit_on_one_kind_of_error_leaves_other_kinds_forbidden()
    {
        var result = Judge(Errors(("status 503", 100), ("timeout", 2)), "errors(status 503) <= 20%");
        result.Verdict.Should().Be(LoadVerdict.Fail);
        result.Reason.Should().Be("unit: errors <= 0%: was 0.1996% of which no limit speaks (2 of 1002: 2× timeout)");
        Judge(Errors(("status 503", 100)), "errors(status 503) <= 20%").Verdict.Should().Be(LoadVerdict.Pass);
    }

    [Fact]
    public void A_limit_on_the_errors_of_one_step_leaves_those_of_others_forbidden()
    {
        var measured = Errors(("timeout", 5));
        Judge(measured, $"{Measured.Step}: errors <= 1%").Verdict.Should().Be(LoadVerdict.Pass);
        measured.Steps.Add(Errors(("timeout", 1)).Steps[0]);
        measured.Steps.Add(new("buy") { Errors = { ["timeout"] = 1 } });
        Judge(measured, $"{Measured.Step}: errors <= 1%").Reason.Should().Contain("1× timeout");
    }

    [Fact]
    public void A_limit_on_all_errors_speaks_of_every_kind() =>
        Judge(Errors(("status 503", 5), ("timeout", 2)), "errors(status 503) <= 1%", "errors <= 1%").Verdict.Should()
            .Be(LoadVerdict.Pass);

    [Theory]
    [InlineData("errors(status 503) <= 20%")]
    [InlineData("GET /: errors <= 20%")]
    [InlineData("errors <= 1%")]
    [InlineData("p99 <= 1s")]
    public void A_target_that_hangs_in_mid_run_fails_whatever_the_limits_on_errors_are_about(string limit)
    {
        var measured = Measured.Of(900, 5, generator: Measured.Quiet);
        measured.Unfinished = 100;
        var result = Judge(measured, limit);
        result.Verdict.Should().Be(LoadVerdict.Fail);
        result.Reason.Should().Contain("100 of 1000: 100× unfinished at the end");
    }

    [Fact]
    public void A_limit_on_what_is_unfinished_at_the_end_lets_that_through()
    {
        var measured = Measured.Of(900, 5, generator: Measured.Quiet);
        measured.Unfinished = 100;
        Judge(measured, "errors(unfinished at the end) <= 10%").Verdict.Should().Be(LoadVerdict.Pass);
        Judge(measured, "errors(unfinished at the end) <= 9%").Verdict.Should().Be(LoadVerdict.Fail);
    }

    [Fact]
    public void An_iteration_that_failed_outside_of_its_steps_is_an_error_of_its_own()
    {
        var measured = Errors(("status 503", 5));
        measured.Steps.Insert(0, new(StepMeasure.Iteration) { Errors = { ["status 503"] = 5, ["FormatException"] = 3 } });
        foreach (var _ in Enumerable.Range(0, 8)) measured.Steps[0].Failed.Add(TimeSpan.FromMilliseconds(1));
        Judge(measured, "errors(status 503) <= 100%").Reason.Should().Contain("3× FormatException");
        Judge(measured, "errors(status 503) <= 100%", "errors(FormatException) <= 100%").Verdict.Should().Be(LoadVerdict.Pass);
    }

    [Fact]
    public void An_error_of_which_no_limit_speaks_is_inconclusive_of_a_late_generator_and_a_wrong_answer_fails()
    {
        var late = Errors(("status 503", 5), ("timeout", 5));
        late.Late = 500;
        Judge(late, "errors(status 503) <= 1%").Verdict.Should().Be(LoadVerdict.Inconclusive);
        Judge(late, "errors(timeout) <= 1%").Verdict.Should().Be(LoadVerdict.Fail);
    }

    private static LoadMeasurement Errors(params (string Kind, long Count)[] errors) =>
        errors.Aggregate(Measured.Of(1000 - (int)errors.Take(1).Sum(error => error.Count), 5, generator: Measured.Quiet),
            (measured, error) => measured.With(error.Kind, error.Count));

    private static LoadResult Judge(LoadMeasurement measured, params string[] limits) => LoadTest.Judge(Measured.Plan(limits), measured);
}
