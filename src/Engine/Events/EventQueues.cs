namespace ChainBridge.Engine.Events;

/// <summary>Hands events to any number of sinks, each behind a bounded queue of its own, in the order they happened.</summary>
public sealed class EventQueues : IReporter
{
    /// <summary>Events that wait for a sink; what comes beyond them is dropped and counted.</summary>
    public const int Capacity = 10_000;

    private readonly Action<string> _complain;
    private readonly TimeProvider _time;
    private volatile IReadOnlyList<EventQueue> _queues;

    /// <param name="complain">Gets a line when a sink failed or events were dropped. What it throws changes nothing.</param>
    public EventQueues(IReadOnlyList<IEventSink> sinks, TimeProvider time, Action<string> complain)
    {
        (_complain, _time, _queues) = (complain, time, []);
        foreach (var sink in sinks) Add(sink);
    }

    /// <summary>Hands what happens from now on to this sink as well.</summary>
    public void Add(IEventSink sink) => _queues = [.. _queues, new EventQueue(sink, _time, Complain)];

    /// <inheritdoc />
    public void Report(RunnerEvent happened)
    {
        foreach (var queue in _queues) queue.Add(happened);
    }

    /// <summary>
    /// Waits for what is on its way: for each sink as long as its <see cref="IEventSink.Patience"/>, after an
    /// interrupt 5 s at most. What is reported later is lost.
    /// </summary>
    public Task EndAsync(CancellationToken interrupted) => Task.WhenAll(_queues.Select(queue => queue.EndAsync(interrupted)));

    private void Complain(string what)
    {
        try
        {
            _complain(what);
        }
        catch (IOException)
        {
            // The terminal itself is gone; the exit code and the journal still report the outcome.
        }
    }
}
