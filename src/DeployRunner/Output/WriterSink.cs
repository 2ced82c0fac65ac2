using ChainBridge.Engine.Events;

namespace ChainBridge.DeployRunner.Output;

/// <summary>A sink that writes each event where a person or a pipe reads it.</summary>
public abstract class WriterSink : IEventSink
{
    /// <summary>Waits as long as its reader takes: a person reads a pager, and ends it.</summary>
    public TimeSpan Patience => Timeout.InfiniteTimeSpan;

    /// <inheritdoc />
    public ValueTask SendAsync(RunnerEvent happened, CancellationToken cancellationToken)
    {
        Report(happened);
        return ValueTask.CompletedTask;
    }

    /// <summary>Writes one event.</summary>
    public abstract void Report(RunnerEvent happened);
}
