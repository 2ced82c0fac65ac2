using ChainBridge.Engine.Notifications;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.Engine.Notifications;

/// <summary>How often and when a notification is tried.</summary>
public sealed class TriesTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);

    /// <summary>Pauses pass; a try's deadline does not.</summary>
    private readonly ImmediateClock _clock = new(wait => wait != Deadline);
    private int _tries;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Three_tries_are_1_and_3_seconds_apart_and_the_last_failure_is_reported()
    {
        await Trying(_ => throw new DeliveryException("no answer", again: true)).Should()
            .ThrowAsync<DeliveryException>().WithMessage("no answer, 3 times");
        _clock.Waited.Should().Equal(1, 3);
    }

    [Theory]
    [InlineData(2, 2)]
    [InlineData(600, 10)]
    [InlineData(-5, 1)]
    public async Task A_server_that_asks_for_a_pause_gets_it_up_to_10_seconds(int asked, int waited)
    {
        // The deadline is a day away, so that it is not taken for the pause.
        var clock = new ImmediateClock(wait => wait < TimeSpan.FromMinutes(1));
        var tries = new Tries(clock, TimeSpan.FromDays(1));
        (await tries.RunAsync(_ => ++_tries == 1
            ? throw new DeliveryException("busy", again: true, TimeSpan.FromSeconds(asked))
            : Task.FromResult("taken"), Stop)).Should().Be("taken");
        clock.Waited.Should().Equal(waited);
    }

    [Fact]
    public async Task A_failure_that_no_other_try_changes_is_the_last()
    {
        await Trying(_ => throw new DeliveryException("refused")).Should().ThrowAsync<DeliveryException>().WithMessage("refused");
        _tries.Should().Be(1);
    }

    [Fact]
    public async Task A_try_without_an_answer_ends_after_10_seconds_and_is_tried_again()
    {
        var clock = new ImmediateClock(_ => true);
        var trying = () => new Tries(clock).RunAsync(HangAsync, Stop);
        await trying.Should().ThrowAsync<DeliveryException>().WithMessage("no answer within 10 s, 3 times");
        clock.Waited.Should().Equal(10, 1, 10, 3, 10);
    }

    [Fact]
    public async Task A_run_that_gives_up_ends_a_try_at_once()
    {
        using var given = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var running = new Tries(_clock).RunAsync(HangAsync, given.Token);
        await given.CancelAsync();
        await FluentActions.Awaiting(() => running).Should().ThrowAsync<OperationCanceledException>();
    }

    private Func<Task> Trying(Func<CancellationToken, Task<int>> attempt) => () => new Tries(_clock).RunAsync(token =>
    {
        _tries++;
        return attempt(token);
    }, Stop);

    private static async Task<int> HangAsync(CancellationToken token)
    {
        await Task.Delay(Timeout.InfiniteTimeSpan, token);
        return 0;
    }
}
