namespace ChainBridge.Engine.Events;

/// <summary>
/// Takes events to a place: a terminal, a pipe, a chat. It may be slow and it may fail; no run waits for it or changes by it.
/// </summary>
public interface IEventSink
{
    /// <summary>What it is called in a complaint; a notification names its place by the host alone.</summary>
    string Name => "what takes the report";

    /// <summary>How long the end of a run waits for the events that are still on their way, unless it is interrupted.</summary>
    TimeSpan Patience { get; }

    /// <summary>Takes one event; the next one comes when it is done. What it throws is reported once, and events go on.</summary>
    ValueTask SendAsync(RunnerEvent happened, CancellationToken cancellationToken);
}
