using ChainBridge.Engine.Events;
using FluentAssertions;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace ChainBridge.Tests.Unit.Engine.Events;

/// <summary>Where events go never holds up the run they are about.</summary>
public sealed class EventQueuesTests
{
    private readonly List<string> _complaints = [];
    private readonly FakeTimeProvider _time = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_sink_gets_every_event_in_order()
    {
        var (first, second) = (new Sink(), new Sink());
        var queues = New(first, second);
        for (var number = 0; number < 500; number++) queues.Report(new Note($"{number}"));
        await queues.EndAsync(Stop);
        first.Taken.Should().Equal(Enumerable.Range(0, 500).Select(number => $"{number}"));
        second.Taken.Should().Equal(first.Taken);
        _complaints.Should().BeEmpty();
    }

    [Fact]
    public async Task A_sink_that_hangs_holds_up_neither_the_run_nor_another_sink_and_is_left_behind_at_the_end()
    {
        var (hangs, works) = (new Sink { Hangs = true }, new Sink());
        var queues = New(hangs, works);
        for (var number = 0; number < EventQueues.Capacity + 100; number++)
        {
            queues.Report(new Note($"{number}"));
            // The other one keeps up, so that its own queue is not full.
            if (number % 1000 == 0) await Until(() => works.Taken.Count == number + 1);
        }

        var end = queues.EndAsync(Stop);
        await Until(() => works.Taken.Count == EventQueues.Capacity + 100);
        end.IsCompleted.Should().BeFalse();
        _time.Advance(hangs.Patience);
        await end;
        _complaints.Should().HaveCount(2);
        _complaints[0].Should().Contain("10001 events were not shown");
        _complaints[1].Should().Contain("99 events were dropped", "one is being sent, and 10,000 wait");
        await Until(() => hangs.WasGivenUp);
    }

    [Fact]
    public async Task A_sink_that_fails_is_complained_of_once_and_gets_the_next_events()
    {
        var fails = new Sink { FailsOn = text => text is "1" or "2" };
        var queues = New(fails);
        foreach (var text in new[] { "0", "1", "2", "3" }) queues.Report(new Note(text));
        await queues.EndAsync(Stop);
        fails.Taken.Should().Equal("0", "3");
        _complaints.Should().ContainSingle().Which.Should().Contain("the pipe is gone");
    }

    [Fact]
    public async Task A_sink_that_failed_and_then_hangs_is_complained_of_once_and_one_that_is_added_later_gets_the_rest()
    {
        var (fails, late) = (new Sink { FailsOn = text => text == "0", HangsOn = text => text == "1" }, new Sink());
        var queues = New(fails);
        queues.Report(new Note("0"));
        queues.Add(late);
        queues.Report(new Note("1"));
        var end = queues.EndAsync(Stop);
        await Until(() => late.Taken.Count == 1 && fails.Hung);
        _time.Advance(fails.Patience);
        await end;
        late.Taken.Should().Equal("1");
        _complaints.Should().ContainSingle().Which.Should().Contain("the pipe is gone");
    }

    [Fact]
    public async Task A_reader_is_waited_for_until_a_person_interrupts()
    {
        using var interrupted = new CancellationTokenSource();
        var hangs = new Sink { Hangs = true, Patience = Timeout.InfiniteTimeSpan };
        var queues = New(hangs);
        queues.Report(new Note("page 1"));
        var end = queues.EndAsync(interrupted.Token);
        _time.Advance(TimeSpan.FromHours(2));
        end.IsCompleted.Should().BeFalse("a person reads page after page");
        await interrupted.CancelAsync();
        while (!end.IsCompleted)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        await end;
        _complaints.Should().ContainSingle().Which.Should().Contain("not shown");
    }

    private EventQueues New(params Sink[] sinks) => new(sinks, _time, _complaints.Add);

    private static async Task Until(Func<bool> condition)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        deadline.CancelAfter(TimeSpan.FromSeconds(30));
        while (!condition()) await Task.Delay(5, deadline.Token);
    }

    private sealed class Sink : IEventSink
    {
        private readonly Lock _gate = new();
        private readonly List<string> _taken = [];

        public bool Hangs { get; init; }
        public bool Hung { get; private set; }
        public Func<string, bool> HangsOn { get; init; } = _ => false;
        public Func<string, bool> FailsOn { get; init; } = _ => false;
        public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(10);
        public bool WasGivenUp { get; private set; }

        public IReadOnlyList<string> Taken
        {
            get
            {
                lock (_gate) return [.. _taken];
            }
        }

        public async ValueTask SendAsync(RunnerEvent happened, CancellationToken cancellationToken)
        {
            try
            {
                Hung = Hangs || HangsOn(((Note)happened).Text);
                if (Hung) await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
            }
            catch (OperationCanceledException)
            {
                WasGivenUp = true;
                throw;
            }

            var text = ((Note)happened).Text;
            if (FailsOn(text)) throw new IOException("the pipe is gone");
            lock (_gate) _taken.Add(text);
        }
    }
}
