using ChainBridge.TestKit.Load;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.Load;

/// <summary>What a measurement is worth: a pass only on good evidence, a fail only for what the target did.</summary>
public sealed class JudgeTests
{
    [Fact]
    public void Limits_that_held_on_good_evidence_are_a_pass()
    {
        var result = Judge(Measured.Of(1000, 20, generator: Measured.Quiet), "p99 <= 50ms", "errors <= 1%", "throughput >= 99/s",
            "mean <= 30ms");
        result.Verdict.Should().Be(LoadVerdict.Pass, result.Reason);
        result.Reason.Should().Be("unit: all 5 limits held");
    }

    [Fact]
    public void A_broken_limit_fails_with_its_figures_in_one_line()
    {
        var result = Judge(Measured.Of(1000, 20, generator: Measured.Quiet), "p99 <= 30ms");
        result.Verdict.Should().Be(LoadVerdict.Fail);
        result.Reason.Should().Be("unit: p99 <= 30ms: was 39.6ms (1000 samples)");
        result.Invoking(one => one.ShouldPass()).Should().Throw<LoadVerdictException>().WithMessage("unit: p99*");
    }

    [Fact]
    public void Zero_samples_fail_though_no_limit_was_named() =>
        Judge(new LoadMeasurement { Elapsed = TimeSpan.FromSeconds(10), Due = 1000 }).Verdict.Should().Be(LoadVerdict.Fail);

    [Fact]
    public void Errors_of_which_no_limit_speaks_may_not_happen()
    {
        var result = Judge(Measured.Of(999, 1, generator: Measured.Quiet).With("status 500", 1), "p99 <= 1s");
        result.Verdict.Should().Be(LoadVerdict.Fail);
        result.Reason.Should().Contain("errors <= 0%: was 0.1% (1 of 1000: 1× status 500)");
    }

    [Fact]
    public void A_limit_on_one_kind_of_error_lets_that_kind_through_and_no_other()
    {
        var shed = Measured.Of(900, 1, generator: Measured.Quiet).With("status 503", 100);
        Judge(shed, "errors(status 503) <= 20%", "errors(status 500) <= 0").Verdict.Should().Be(LoadVerdict.Pass);
        Judge(shed.With("status 500", 1), "errors(status 503) <= 20%", "errors(status 500) <= 0").Verdict.Should().Be(LoadVerdict.Fail);
    }

    [Fact]
    public void A_generator_that_did_not_keep_up_is_never_a_pass_and_its_bottleneck_is_named()
    {
        var busy = Measured.Quiet with { CpuCores = 1.1, Machine = Measured.Quiet.Machine! with { Busy = 0.99 } };
        var result = Judge(Measured.Of(1000, 5, late: 200, generator: busy), "p99 <= 50ms");
        result.Verdict.Should().Be(LoadVerdict.Inconclusive);
        result.Reason.Should()
            .Contain("20.0 % of 1000 arrivals were begun more than 5 ms late").And.Contain("bottleneck: CPU: the 2 cores");
    }

    [Theory]
    [InlineData("steal", "steal time: the hypervisor gave 20 %")]
    [InlineData("held", "a step that holds its thread")]
    [InlineData("queue", "thread pool: up to 500")]
    [InlineData("gc", "garbage collection: it stopped the generator 30 %")]
    [InlineData("none", "its threads woke late")]
    public void Each_bottleneck_has_its_name(string cause, string named)
    {
        var quiet = Measured.Quiet;
        var generator = cause switch
        {
            "steal" => quiet with { Machine = quiet.Machine! with { Steal = 0.2 } },
            "held" => quiet with { HeldMicroseconds = 5000 },
            "queue" => quiet with { ThreadPoolQueue = 500 },
            "gc" => quiet with { GcPauses = 0.3 },
            _ => quiet,
        };
        Judge(Measured.Of(1000, 5, late: 200, generator: generator)).Reason.Should().Contain($"bottleneck: {named}");
    }

    [Fact]
    public void Sockets_that_ran_out_are_the_generators_fault_and_no_failure_of_the_target()
    {
        var result = Judge(Measured.Of(900, 5, generator: Measured.Quiet).With("no local socket left", 100));
        result.Verdict.Should().Be(LoadVerdict.Inconclusive);
        result.Reason.Should().Contain("bottleneck: sockets: 100");
    }

    [Fact]
    public void A_wrong_answer_of_the_target_fails_though_the_generator_was_late() =>
        Judge(Measured.Of(900, 5, late: 500, generator: Measured.Quiet).With("status 500", 100)).Verdict.Should().Be(LoadVerdict.Fail);

    [Fact]
    public void A_limit_that_only_the_generators_own_delay_breaks_is_inconclusive()
    {
        var measured = Measured.Of(1000, 5, generator: Measured.Quiet);
        measured.Steps[0].Latency.Add(measured.Steps[0].Latency);
        for (var i = 0; i < 100; i++) measured.Steps[0].Latency.Add(TimeSpan.FromMilliseconds(80));
        var result = Judge(measured, "p99 <= 50ms");
        result.Verdict.Should().Be(LoadVerdict.Inconclusive);
        result.Reason.Should().Contain("the generator's own delay");
    }

    [Fact]
    public void A_time_that_breaks_on_a_noisy_machine_is_inconclusive_and_one_that_holds_there_is_a_pass()
    {
        var noisy = Measured.Quiet with { Machine = Measured.Quiet.Machine! with { Steal = 0.12 } };
        Judge(Measured.Of(1000, 20, generator: noisy), "p99 <= 30ms").Verdict.Should().Be(LoadVerdict.Inconclusive);
        Judge(Measured.Of(1000, 20, generator: noisy), "p99 <= 50ms").Verdict.Should().Be(LoadVerdict.Pass);
    }

    [Fact]
    public void A_clock_that_was_set_and_a_broken_run_are_inconclusive_with_what_was_measured()
    {
        Judge(Measured.Of(1000, 1, generator: Measured.Quiet with { ClockStep = TimeSpan.FromSeconds(-3.2) }))
            .Reason.Should().Contain("moved by -3.2 s against the monotonic one");
        Judge(Measured.Of(1000, 1, generator: Measured.Quiet with { ClockOffset = TimeSpan.FromSeconds(5) }))
            .Reason.Should().Contain("differs by +5.0 s").And.Contain("NTP");
        var died = Measured.Of(1000, 1, generator: Measured.Quiet);
        died.Broken = "generator 1 ended before it wrote its measurement: exit code 137";
        Judge(died, "p99 <= 50ms").Verdict.Should().Be(LoadVerdict.Inconclusive);
    }

    [Fact]
    public void A_name_that_does_not_resolve_is_inconclusive_and_a_refused_connection_fails()
    {
        Judge(Measured.Of(0, 1, generator: Measured.Quiet).With("the name does not resolve", 10)).Verdict.Should()
            .Be(LoadVerdict.Inconclusive);
        Judge(Measured.Of(0, 1, generator: Measured.Quiet).With("connection refused", 10)).Verdict.Should().Be(LoadVerdict.Fail);
    }

    [Fact]
    public void A_dropped_arrival_fails_unless_a_limit_allows_it()
    {
        var measured = Measured.Of(1000, 1, generator: Measured.Quiet);
        measured.Dropped = 10;
        Judge(measured).Reason.Should().Contain("dropped <= 0%: was 1% of the arrivals");
        Judge(measured, "dropped <= 2%").Verdict.Should().Be(LoadVerdict.Pass);
    }

    [Fact]
    public void A_cancelled_run_is_inconclusive_with_every_limit_and_says_how_far_it_came()
    {
        var measured = Measured.Of(200, 5, generator: Measured.Quiet);
        (measured.EndedEarly, measured.Elapsed, measured.Due) = ("it was cancelled", TimeSpan.FromSeconds(2), 200);
        var result = Judge(measured, "p99 <= 50ms");
        result.Reason.Should().Be("unit: inconclusive: ended after 2 of 10 s: it was cancelled");
        result.Limits.Should().OnlyContain(limit => limit.Verdict == LoadVerdict.Inconclusive);
        Judge(measured, "p99 <= 1ms").Verdict.Should().Be(LoadVerdict.Inconclusive);
        Judge(new() { EndedEarly = "it was cancelled" }).Verdict.Should().Be(LoadVerdict.Inconclusive, "nothing could be measured yet");
    }

    [Fact]
    public void A_run_that_was_ended_because_a_limit_is_lost_fails()
    {
        var measured = Measured.Of(200, 20, generator: Measured.Quiet);
        (measured.EndedEarly, measured.Due) = ("'p99 <= 30ms' cannot be kept any more", 200);
        Judge(measured, "p99 <= 30ms").Reason.Should().Be("unit: p99 <= 30ms: was 39.6ms (200 samples)");
    }

    [Fact]
    public void A_percentile_of_fewer_samples_than_it_is_about_does_not_hold_and_can_be_broken_all_the_same()
    {
        Judge(Measured.Of(20, 5, generator: Measured.Quiet), "p99.9 <= 50ms").Reason.Should()
            .Be("unit: inconclusive: p99.9 <= 50ms: was 10ms, but there are not enough samples for p99.9: 20 of 1000");
        Judge(Measured.Of(1000, 5, generator: Measured.Quiet), "p99.9 <= 50ms").Verdict.Should().Be(LoadVerdict.Pass);
        Judge(Measured.Of(20, 5, generator: Measured.Quiet), "p99.9 <= 5ms").Verdict.Should().Be(LoadVerdict.Fail);
    }

    [Fact]
    public void A_throughput_that_is_missed_on_a_noisy_machine_is_inconclusive()
    {
        var noisy = Measured.Quiet with { Machine = Measured.Quiet.Machine! with { Steal = 0.12 } };
        Judge(Measured.Of(1000, 20, generator: noisy), "throughput >= 500/s").Verdict.Should().Be(LoadVerdict.Inconclusive);
        Judge(Measured.Of(1000, 20, generator: Measured.Quiet), "throughput >= 500/s").Verdict.Should().Be(LoadVerdict.Fail);
    }

    private static LoadResult Judge(LoadMeasurement measured, params string[] limits) => LoadTest.Judge(Measured.Plan(limits), measured);
}
