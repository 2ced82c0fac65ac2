namespace ChainBridge.Engine.Events;

/// <summary>Shows events to somebody.</summary>
public interface IReporter
{
    /// <summary>Shows one event, at once.</summary>
    void Report(RunnerEvent happened);
}
