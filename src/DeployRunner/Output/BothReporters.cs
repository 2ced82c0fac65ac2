using ChainBridge.Engine.Events;

namespace ChainBridge.DeployRunner.Output;

/// <summary>Tells two: scripts on standard output, people on the error stream.</summary>
public sealed class BothReporters(IReporter first, IReporter second) : IReporter
{
    /// <inheritdoc />
    public void Report(RunnerEvent happened)
    {
        first.Report(happened);
        second.Report(happened);
    }
}
