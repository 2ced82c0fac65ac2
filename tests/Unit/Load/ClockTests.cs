using ChainBridge.TestKit.Load;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.Load;

/// <summary>A run whose clock is set meanwhile, or that is cancelled: its figures are right, and it says what happened.</summary>
public sealed class ClockTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(3600, @"\+3(599|600)")]
    [InlineData(-3600, "-3(599|600)")]
    public async Task A_clock_that_is_set_in_mid_run_moves_no_figure_and_makes_the_run_inconclusive(int seconds, string told)
    {
        var clock = new SetClock();
        var result = await RunAsync(clock, TimeSpan.FromSeconds(seconds));
        result.Verdict.Should().Be(LoadVerdict.Inconclusive);
        result.Reason.Should().MatchRegex($@"moved by {told}\.\d s against the monotonic one");
        result.Measurement.Whole!.Latency.Count.Should().Be(30);
        result.Measurement.Whole.Latency.Max.Should().BeLessThan(TimeSpan.FromSeconds(60));
        result.Measurement.Elapsed.Should().BeLessThan(TimeSpan.FromSeconds(60));
    }

    [Fact]
    public async Task A_clock_that_nobody_sets_is_no_doubt() =>
        (await RunAsync(new SetClock(), TimeSpan.Zero)).Reason.Should().NotContain("monotonic");

    [Fact]
    public async Task A_run_that_is_cancelled_in_its_middle_is_inconclusive_with_what_it_measured_until_then()
    {
        using var cancelled = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var plan = new LoadPlan("unit", new InlineScenario(() => new Cancels(cancelled)),
            ArrivalRates.Constant(100, TimeSpan.FromSeconds(60)))
        {
            WarmUp = TimeSpan.Zero, LateAfter = TimeSpan.FromSeconds(60),
        };
        var result = await new LoadTest(LoadEngine.InProcess(TimeProvider.System)).RunAsync(plan, cancelled.Token);
        result.Verdict.Should().Be(LoadVerdict.Inconclusive);
        result.Reason.Should().MatchRegex(@"ended after \d+(\.\d)? of 60 s: it was cancelled");
        result.Measurement.Whole!.Latency.Count.Should().BeGreaterThan(9);
    }

    private static Task<LoadResult> RunAsync(SetClock clock, TimeSpan by) =>
        new LoadTest(LoadEngine.InProcess(clock)).RunAsync(new LoadPlan("unit", new InlineScenario(() => new Sets(clock, by)),
            ArrivalRates.Constant(100, TimeSpan.FromMilliseconds(300)))
        {
            WarmUp = TimeSpan.Zero, EndEarly = false, LateAfter = TimeSpan.FromSeconds(60),
        }, Stop);

    private sealed class Cancels(CancellationTokenSource cancelled) : ILoadScenario
    {
        public async ValueTask RunAsync(LoadUser user, CancellationToken cancellationToken)
        {
            if (user.Iteration == 10) await cancelled.CancelAsync();
        }
    }

    private sealed class Sets(SetClock clock, TimeSpan by) : ILoadScenario
    {
        public ValueTask RunAsync(LoadUser user, CancellationToken cancellationToken)
        {
            if (user.Iteration == 15) clock.Move(by);
            return ValueTask.CompletedTask;
        }
    }

    private sealed class SetClock : TimeProvider
    {
        private long _moved;

        public void Move(TimeSpan by) => Interlocked.Add(ref _moved, by.Ticks);

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + TimeSpan.FromTicks(Interlocked.Read(ref _moved));
    }
}
