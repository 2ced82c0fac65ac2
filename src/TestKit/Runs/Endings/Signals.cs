using System.Runtime.InteropServices;
using ChainBridge.TestKit.Runs.Ladder;

namespace ChainBridge.TestKit.Runs.Endings;

/// <summary>
/// What SIGTERM, SIGINT and SIGHUP do while a run goes on: its tests are cancelled, what is not reported is failed by name, and
/// the runner writes its result files. A second signal does not wait for the tests.
/// </summary>
internal sealed class Signals : IDisposable
{
    private readonly List<PosixSignalRegistration> _registrations;
    private readonly BudgetedRun _run;
    private readonly string _assembly;
    private readonly TextWriter _log;
    private int _taken;

    /// <summary>Takes them from here on.</summary>
    public Signals(BudgetedRun run, string assembly, TextWriter log)
    {
        (_run, _assembly, _log) = (run, assembly, log);
        _registrations = [.. new[] { PosixSignal.SIGTERM, PosixSignal.SIGINT,
            PosixSignal.SIGHUP }.Select(signal => PosixSignalRegistration.Create(signal, Take))];
    }

    /// <inheritdoc/>
    public void Dispose() => _registrations.ForEach(registration => registration.Dispose());

    private void Take(PosixSignalContext context)
    {
        context.Cancel = true;
        var what = $"The run was asked to stop by {context.Signal}: {_run.RunningTests()}";
        _log.WriteLine($"ChainBridge.TestKit: {_assembly}: {what}");
        if (Interlocked.Increment(ref _taken) == 1) _run.Interrupt(what);
        else _run.End(what);
    }
}
