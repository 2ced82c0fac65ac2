using System.Threading.Channels;
using ChainBridge.Engine.Model;

namespace ChainBridge.Engine.Events;

/// <summary>The events on their way to one sink.</summary>
internal sealed class EventQueue
{
    private static readonly TimeSpan AfterInterrupt = TimeSpan.FromSeconds(5);
    private readonly IEventSink _sink;
    private readonly TimeProvider _time;
    private readonly Action<string> _complain;
    private readonly Channel<RunnerEvent> _events = Channel.CreateBounded<RunnerEvent>(
        new BoundedChannelOptions(EventQueues.Capacity) { SingleReader = true });
    private readonly CancellationTokenSource _given = new();
    private readonly Task _sending;
    private int _dropped;
    private volatile bool _failed;

    public EventQueue(IEventSink sink, TimeProvider time, Action<string> complain)
    {
        (_sink, _time, _complain) = (sink, time, complain);
        _sending = Task.Run(SendAsync);
    }

    public void Add(RunnerEvent happened)
    {
        if (!_events.Writer.TryWrite(happened)) Interlocked.Increment(ref _dropped);
    }

    /// <summary>Waits for what is on its way; a sink that hangs is left behind, because the verdict is out.</summary>
    public async Task EndAsync(CancellationToken interrupted)
    {
        _events.Writer.TryComplete();
        if (!await IsSentAsync(_sink.Patience, interrupted)
            && !(interrupted.IsCancellationRequested && await IsSentAsync(AfterInterrupt, CancellationToken.None)))
        {
            // A sink that failed was complained of already.
            if (!_failed)
                _complain($"{_sink.Name} is too slow; {Plural.Of(_events.Reader.Count + 1, "event was", "events were")} not shown");
            await _given.CancelAsync();
        }

        if (_dropped > 0) _complain($"{_sink.Name} was too slow; {Plural.Of(_dropped, "event was", "events were")} dropped");
    }

    private async Task<bool> IsSentAsync(TimeSpan patience, CancellationToken interrupted)
    {
        try
        {
            await _sending.WaitAsync(patience, _time, interrupted);
            return true;
        }
        catch (Exception late) when (late is TimeoutException or OperationCanceledException)
        {
            return false;
        }
    }

    private async Task SendAsync()
    {
        await foreach (var happened in _events.Reader.ReadAllAsync())
        {
            try
            {
                await _sink.SendAsync(happened, _given.Token);
            }
            catch (OperationCanceledException) when (_given.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure)
            {
                if (_failed) continue;
                _failed = true;
                _complain($"reporting failed and goes on without: {failure.Message}");
            }
        }
    }
}
