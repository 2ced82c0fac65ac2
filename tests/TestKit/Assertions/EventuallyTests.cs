using ChainBridge.TestKit.Assertions;
using FluentAssertions;
using FluentAssertions.Execution;
using Microsoft.Extensions.Time.Testing;
using Xunit;
using Xunit.Sdk;

namespace ChainBridge.Tests.TestKit.Assertions;

public sealed class EventuallyTests
{
    private readonly LeapingClock _clock = new();
    private int _looks;

    private EventuallyOptions OneSecond =>
        new() { Within = TimeSpan.FromSeconds(1), Every = TimeSpan.FromMilliseconds(100), Time = _clock };

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Eventually_passes_with_the_value_as_soon_as_the_assertion_holds()
    {
        var count = () => Task.FromResult(++_looks);
        var seen = await count.Should().EventuallyAsync(value => value.Should().BeGreaterThan(2), OneSecond, Stop);
        seen.Which.Should().Be(3);
        _clock.Elapsed.Should().Be(TimeSpan.FromMilliseconds(200));
    }

    [Fact]
    public async Task On_a_moved_clock_the_condition_is_checked_as_often_as_reported_and_the_failure_has_the_last_value_and_why()
    {
        var count = () => Task.FromResult(++_looks);
        var wait = () => count.Should().EventuallyAsync(value => value.Should().Be(42), OneSecond, Stop, "because it is the answer");
        (await wait.Should().ThrowAsync<XunitException>()).Which.Message.Should().Be(
            "Expected that within 1 s the function's result is as asserted because it is the answer, but it did not come to that. "
            + """
            10 looks in 1 s, one every 100 ms.
            Last seen: 10 (look 10, after 900 ms)
            Last failure: Expected value to be 42, but found 10 (difference of -32).
            """);
    }

    [Fact]
    public async Task An_answer_that_comes_after_the_deadline_does_not_count()
    {
        var late = () =>
        {
            _clock.Leap(TimeSpan.FromSeconds(2));
            return true;
        };
        var wait = () => Eventually.HoldsAsync(late, "it is so", OneSecond, Stop);
        (await wait.Should().ThrowAsync<XunitException>())
            .WithMessage("*within 1 s it is so, but*1 look in 2 s*Last seen: True*it came after the deadline (2 s)*");
    }

    [Fact]
    public async Task A_look_that_throws_counts_as_not_yet_and_its_exception_is_reported()
    {
        var wait = () => Eventually.SatisfiesAsync<int>(_ => ++_looks > 0
            ? throw new InvalidOperationException("the door is {closed}")
            : Task.FromResult(0), _ => { }, "the door opens", OneSecond, Stop);
        (await wait.Should().ThrowAsync<XunitException>()).WithMessage(
            "*within 1 s the door opens*Last seen: nothing*look 10 failed after 900 ms: InvalidOperationException: the door is {closed}*");
    }

    [Fact]
    public async Task A_look_that_hangs_is_left_behind_and_cancelled_at_the_deadline()
    {
        var clock = new FakeTimeProvider();
        var stopped = new TaskCompletionSource();
        var wait = Eventually.SatisfiesAsync<int>(
            stop =>
            {
                stop.Register(stopped.SetResult);
                return new TaskCompletionSource<int>().Task;
            },
            _ => { }, "it answers", new EventuallyOptions { Within = TimeSpan.FromSeconds(5), Time = clock }, Stop);
        wait.IsCompleted.Should().BeFalse();
        clock.Advance(TimeSpan.FromSeconds(5));
        var failed = () => wait;
        (await failed.Should().ThrowAsync<XunitException>())
            .WithMessage("*within 5 s it answers*1 look in 5 s*Last seen: nothing*look 1 had not answered at the deadline*");
        await stopped.Task.WaitAsync(TimeSpan.FromSeconds(10), Stop);
    }

    [Fact]
    public async Task A_cancelled_test_ends_the_wait_at_once_and_hears_what_was_seen()
    {
        using var test = new CancellationTokenSource();
        var wait = () => Eventually.HoldsAsync(
            () =>
            {
                if (++_looks == 3) test.Cancel();
                return false;
            },
            "it is so", OneSecond, test.Token);
        (await wait.Should().ThrowAsync<OperationCanceledException>())
            .WithMessage("*cancelled while it waited until it is so. 3 looks in 200 ms*Last seen: False*");
    }

    [Fact]
    public async Task The_running_test_s_own_cancellation_counts_without_being_passed()
    {
        var wait = () => Eventually.HoldsAsync(
            () =>
            {
                TestContext.Current.CancelCurrentTest();
                return false;
            },
            "it is so", OneSecond, CancellationToken.None);
        (await wait.Should().ThrowAsync<OperationCanceledException>()).WithMessage("*cancelled while it waited until it is so. 1 look*");
    }

    [Fact]
    public async Task In_a_scope_only_the_deadline_is_a_failure_not_each_look()
    {
        using var scope = new AssertionScope();
        await Eventually.SatisfiesAsync(_ => Task.FromResult(++_looks), value => value.Should().Be(3), "three", OneSecond, Stop);
        await Eventually.HoldsAsync(() => false, "it is so", OneSecond, Stop);
        scope.Discard().Should().ContainSingle().Which.Should().Contain("it is so");
    }

    [Fact]
    public async Task Without_a_deadline_there_is_no_wait()
    {
        var wait = () => Eventually.HoldsAsync(() => true, "it is so", TimeSpan.Zero, Stop);
        await wait.Should().ThrowAsync<ArgumentException>().WithMessage("*within (0 ms)*must be positive*");
    }

    /// <summary>Every wait ends at once, and the clock stands where it would have ended.</summary>
    private sealed class LeapingClock : TimeProvider
    {
        public TimeSpan Elapsed { get; private set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Elapsed.Ticks;

        public void Leap(TimeSpan time) => Elapsed += time;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Leap(dueTime);
            return System.CreateTimer(callback, state, TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        }
    }
}
