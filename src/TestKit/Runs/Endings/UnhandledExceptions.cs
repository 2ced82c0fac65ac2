using System.Runtime.ExceptionServices;
using ChainBridge.TestKit.Runs.Ladder;

namespace ChainBridge.TestKit.Runs.Endings;

/// <summary>
/// Takes the exceptions that end a thread of this process while a run goes on: without it xUnit's executable waits for its tests
/// and then ends with 0. The test whose flow the exception belongs to fails; the process lives on and runs the rest.
/// </summary>
internal sealed class UnhandledExceptions : IDisposable
{
    /// <summary>.NET takes one handler per process and for ever, so the handler looks here for the run it works for.</summary>
    private const string Slot = "ChainBridge.TestKit.UnhandledExceptions";

    private readonly BudgetedRun _run;

    /// <summary>Takes them for this run from here on.</summary>
    public UnhandledExceptions(BudgetedRun run)
    {
        _run = run;
        AppDomain.CurrentDomain.SetData(Slot, this);
        try
        {
            ExceptionHandling.SetUnhandledExceptionHandler(static problem =>
                (AppDomain.CurrentDomain.GetData(Slot) as UnhandledExceptions)?.Take(problem) ?? false);
        }
        catch (InvalidOperationException)
        {
            // There is a handler: that of an earlier run, which looks into the slot, or one that the tests set themselves.
        }
    }

    /// <summary>The run is over: an exception after it ends the process as .NET would.</summary>
    public void Dispose() => AppDomain.CurrentDomain.SetData(Slot, null);

    private bool Take(Exception problem)
    {
        if (_run.Bus is null) return false;
        _run.Bus.Blame(problem);
        return true;
    }
}
