using ChainBridge.Engine.Events;
using ChainBridge.Engine.Secrets;

namespace ChainBridge.DeployRunner.Output;

/// <summary>Keeps a reporter that fails from changing what it reports on; says so once on the error stream.</summary>
public sealed class GuardedReporter(IReporter inner, TextWriter errors) : IReporter
{
    private bool _said;

    /// <inheritdoc />
    public void Report(RunnerEvent happened)
    {
        try
        {
            inner.Report(happened);
        }
        catch (Exception failure)
        {
            Say(failure);
        }
    }

    private void Say(Exception failure)
    {
        if (_said) return;
        _said = true;
        try
        {
            errors.WriteLine($"warning: reporting failed and goes on without: {Shown.OnOneLine(failure.Message)}");
        }
        catch (IOException)
        {
            // The terminal itself is gone; the exit code and the journal still tell.
        }
    }
}
