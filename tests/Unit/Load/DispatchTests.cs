using ChainBridge.TestKit.Load;
using ChainBridge.TestKit.Load.Engines;
using FluentAssertions;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace ChainBridge.Tests.Unit.Load;

/// <summary>The open model on a clock that the test moves: what is begun when, and from when a latency counts.</summary>
public sealed class DispatchTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void Each_arrival_is_begun_when_it_is_due_and_none_is_late()
    {
        var phase = Run(new Script((_, _) => ValueTask.CompletedTask), ArrivalRates.Constant(100, TimeSpan.FromSeconds(2)));
        (phase.Begun, phase.Late, phase.Dropped, phase.InFlight).Should().Be((200, 0, 0, 0));
        phase.Lag().Max.Should().Be(TimeSpan.Zero);
    }

    [Fact]
    public void A_stall_of_the_generator_shows_as_lag_and_in_every_latency_that_it_made_late()
    {
        var stalled = false;
        var phase = Run(new Script((user, _) =>
        {
            // Holds the thread for 500 ms once: the 49 arrivals after it are begun late.
            if (user.Iteration == 50 && !stalled) _time.Advance(TimeSpan.FromMilliseconds(500));
            stalled |= user.Iteration == 50;
            var step = user.StepBegins();
            user.StepSucceeded("work", step);
            return ValueTask.CompletedTask;
        }), ArrivalRates.Constant(100, TimeSpan.FromSeconds(2)));
        phase.Collect();
        var work = phase.Totals().Single(step => step.Name == "work");
        phase.Late.Should().Be(49);
        work.Latency.Max.TotalMilliseconds.Should().BeApproximately(500, 1, "it counts from when the arrival was due");
        work.Service.Max.Should().Be(TimeSpan.Zero, "the target took no time");
    }

    [Fact]
    public void Arrivals_go_on_while_nothing_is_answered_and_are_dropped_beyond_the_most_under_way()
    {
        var never = new TaskCompletionSource();
        var phase = Run(new Script((_, _) => new(never.Task)), ArrivalRates.Constant(100, TimeSpan.FromSeconds(1)), maxInFlight: 30);
        (phase.Begun, phase.Dropped, phase.InFlight).Should().Be((30, 70, 30));
        var windows = new WindowCutter(phase, TimeSpan.FromSeconds(1), null, keeps: true);
        windows.Finish(phase.Now);
        windows.All.Single().Dropped.Should().Be(70);
        never.SetResult();
    }

    [Fact]
    public void A_step_that_throws_is_counted_under_its_kind_and_fails_its_iteration()
    {
        var phase = Run(new Script((user, stop) => user.StepAsync("pay", _ => throw new TimeoutException(), stop)),
            ArrivalRates.Constant(10, TimeSpan.FromSeconds(1)));
        phase.Collect();
        phase.Totals().Single(step => step.Name == "pay").Errors.Should().Equal(new Dictionary<string, long> { ["timeout"] = 10 });
        phase.Totals().Single(step => step.Name == StepMeasure.Iteration).Failed.Count.Should().Be(10);
    }

    [Fact]
    public void An_iteration_fails_as_its_first_failed_step_did_and_has_the_bytes_of_all_its_steps()
    {
        var phase = Run(new Script(async (user, stop) =>
        {
            user.StepSucceeded("look", user.StepBegins(), received: 100);
            user.StepFailed("buy", user.StepBegins(), user.Iteration < 6 ? "status 500" : "status 503", received: 20);
            if (user.Iteration < 3) await user.StepAsync("pay", _ => throw new TimeoutException(), stop);
        }), ArrivalRates.Constant(10, TimeSpan.FromSeconds(1)));
        phase.Collect();
        var iterations = phase.Totals().Single(step => step.Name == StepMeasure.Iteration);
        iterations.Errors.Should().BeEquivalentTo(new Dictionary<string, long> { ["status 500"] = 6, ["status 503"] = 4 });
        iterations.BytesReceived.Should().Be(1200);
    }

    [Fact]
    public void An_iteration_that_fails_outside_of_its_steps_says_how()
    {
        var phase = Run(new Script((_, _) => throw new FormatException()), ArrivalRates.Constant(10, TimeSpan.FromSeconds(1)));
        phase.Collect();
        phase.Totals().Single().Errors.Should().Equal(new Dictionary<string, long> { ["FormatException"] = 10 });
    }

    [Fact]
    public async Task A_step_that_takes_longer_than_the_timeout_is_cancelled()
    {
        var phase = Run(new Script((user, stop) => user.StepAsync("wait", token => new(Task.Delay(Timeout.Infinite, token)), stop)),
            ArrivalRates.Constant(1, TimeSpan.FromSeconds(1)));
        phase.Users.CancelOverdue(TimeSpan.FromSeconds(4));
        phase.InFlight.Should().Be(1);
        phase.Users.CancelOverdue(TimeSpan.FromSeconds(6));
        // What was cancelled goes on in the thread pool.
        while (phase.InFlight > 0) await Task.Delay(1, TestContext.Current.CancellationToken);
        phase.Collect();
        phase.Totals().Single(step => step.Name == "wait").Errors.Should().ContainKey("timeout");
    }

    [Fact]
    public void A_free_user_is_taken_again_with_what_it_keeps()
    {
        var seen = new HashSet<int>();
        var phase = Run(new Script((user, _) =>
        {
            user.State ??= new List<long>();
            ((List<long>)user.State).Add(user.Iteration);
            seen.Add(user.Number);
            return ValueTask.CompletedTask;
        }), ArrivalRates.Constant(10, TimeSpan.FromSeconds(1)));
        seen.Should().Equal(0);
        ((List<long>)phase.Take().State!).Should().HaveCount(10);
    }

    private LoadPhase Run(ILoadScenario scenario, ArrivalRates shape, int maxInFlight = 1000)
    {
        var plan = new LoadPlan("unit", new InlineScenario(() => scenario), shape) { MaxInFlight = maxInFlight, StepTimeout =
            TimeSpan.FromSeconds(5) };
        var phase = new LoadPhase(plan, scenario, new LoadHttp(new(), null), new(), 0, 1, _time);
        new OpenModel(phase, shape, 0, 1, 0, new Jumps(_time)).Dispatch(0, 1);
        return phase;
    }

    private sealed class Script(Func<LoadUser, CancellationToken, ValueTask> run) : ILoadScenario
    {
        public ValueTask RunAsync(LoadUser user, CancellationToken cancellationToken) => run(user, cancellationToken);
    }

    /// <summary>Rests by moving the clock.</summary>
    private sealed class Jumps(FakeTimeProvider time) : IPacer
    {
        public void Prepare()
        {
        }

        public void Rest(TimeSpan rest) => time.Advance(rest);
    }
}
