namespace ChainBridge.Engine.Events;

/// <summary>Takes what happens in a run.</summary>
public interface IReporter
{
    /// <summary>Takes one event, and never fails or waits: where it goes is for <see cref="EventQueues"/>.</summary>
    void Report(RunnerEvent happened);
}
