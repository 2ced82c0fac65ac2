using ChainBridge.TestKit.Runs.Ladder;

namespace ChainBridge.TestKit.Runs.Endings;

/// <summary>
/// Sees to it that a process which is ended in the middle of a run does not end well. <c>Environment.Exit(0)</c> in a test,
/// or in what it tests, would else pass for a run in which all was green. When the process exits while this watch
/// is in force, it logs which tests were running, fails those not reported, and gives the runner time to write its result files;
/// then the runner's exit code counts. Should the runner not get that far, exit code 0 becomes 1.
/// </summary>
internal sealed class ExitWatch : IDisposable
{
    private const int Ended = 1;

    /// <summary>The time for the end of the run: the thread that ends the process stands still, and may hold what we wait for.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>The time for the runner to write its result files; it gives no sign when it has.</summary>
    private static readonly TimeSpan Writing = TimeSpan.FromSeconds(2);

    private readonly ManualResetEventSlim _over = new();
    private readonly BudgetedRun _run;
    private readonly string _assembly;
    private readonly TextWriter _log;

    public ExitWatch(BudgetedRun run, string assembly, TextWriter log)
    {
        (_run, _assembly, _log) = (run, assembly, log);
        AppDomain.CurrentDomain.ProcessExit += OnExit;
    }

    /// <summary>The run is over: the process may end. The event is not disposed, because a thread may wait for it.</summary>
    public void Dispose()
    {
        AppDomain.CurrentDomain.ProcessExit -= OnExit;
        _over.Set();
    }

    private void OnExit(object? sender, EventArgs ending)
    {
        var code = Environment.ExitCode;
        if (code == 0) Environment.ExitCode = Ended;
        var what = $"The process was ended in the middle of the run, with exit code {code}: {_run.RunningTests()} "
            + "Find what calls Environment.Exit.";
        _log.WriteLine($"ChainBridge.TestKit: {_assembly}: {what}");
        _run.End(what);
        if (!_over.Wait(Patience)) return;
        using var written = new ManualResetEventSlim();
        written.Wait(Writing);
    }
}
