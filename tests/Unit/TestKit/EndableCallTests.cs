using ChainBridge.TestKit.Runs.Theories;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.TestKit;

public sealed class EndableCallTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_call_that_waits_for_ever_is_ended_and_its_locks_are_free()
    {
        var held = new object();
        var call = new EndableCall();
        var begun = new TaskCompletionSource();
        var ended = OnAThreadAsync(() => call.Run(() =>
        {
            using var never = new ManualResetEventSlim();
            lock (held)
            {
                begun.SetResult();
                never.Wait(CancellationToken.None);
            }
        }));
        await begun.Task.WaitAsync(Stop);
        call.End();
        (await ended.WaitAsync(Stop)).Should().NotBeNull();
        Monitor.TryEnter(held).Should().BeTrue();
        Monitor.Exit(held);
    }

    [Fact]
    public async Task An_end_that_meets_no_wait_does_not_meet_the_next_one_of_the_thread()
    {
        var call = new EndableCall();
        var (begun, go) = (new TaskCompletionSource(), false);
        var ended = OnAThreadAsync(() =>
        {
            call.Run(() =>
            {
                begun.SetResult();
                while (!Volatile.Read(ref go)) Thread.SpinWait(100);
            });
            Thread.CurrentThread.Join(1);
        });
        await begun.Task.WaitAsync(Stop);
        call.End();
        Volatile.Write(ref go, true);
        (await ended.WaitAsync(Stop)).Should().BeNull();
    }

    [Fact]
    public async Task A_call_that_ends_by_itself_is_not_touched_by_an_end_that_comes_later()
    {
        var call = new EndableCall();
        var done = false;
        var failure = await OnAThreadAsync(() =>
        {
            call.Run(() => done = true);
            call.End();
            // An interrupt that had been left behind would come up here.
            Thread.CurrentThread.Join(1);
        }).WaitAsync(Stop);
        failure.Should().BeNull();
        done.Should().BeTrue();
    }

    [Fact]
    public async Task A_failure_of_the_call_comes_out_as_it_is() =>
        (await OnAThreadAsync(() => new EndableCall().Run(() => throw new InvalidDataException("its own"))).WaitAsync(Stop))
            .Should().BeOfType<InvalidDataException>();

    private static Task<Exception?> OnAThreadAsync(Action act)
    {
        var ended = new TaskCompletionSource<Exception?>(TaskCreationOptions.RunContinuationsAsynchronously);
        new Thread(() => ended.SetResult(Record.Exception(act))) { IsBackground = true }.Start();
        return ended.Task;
    }
}
