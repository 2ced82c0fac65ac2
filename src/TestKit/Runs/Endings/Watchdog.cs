using System.Diagnostics;
using System.Runtime.InteropServices;
using ChainBridge.TestKit.Runs.Ladder;

namespace ChainBridge.TestKit.Runs.Endings;

/// <summary>
/// The last resort of a run that is out of time: a thread of its own, because the clocks fire on the thread pool, and that may be
/// full of tests that block. When all of a run's time is up and the run does not come to its end, it logs which tests were running
/// and kills the process. The unfinished result file is on disk by then.
/// </summary>
internal sealed class Watchdog : IDisposable
{
    /// <summary>
    /// The time after the deadline. The three steps of a budget take 6 s, their own work a second or two; ten seconds are promised. Where
    /// the machine gives the process only a part of its processors, it is more by as much: a slow end is no missing end.
    /// </summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(9);

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LogTime = TimeSpan.FromSeconds(1);

    /// <summary>An amount of processor time, used to measure how long the process waits for it.</summary>
    private static readonly TimeSpan Probe = TimeSpan.FromMilliseconds(25);

    private const int ThreadTime = 3;

    private readonly ManualResetEventSlim _over = new();
    private readonly BudgetedRun _run;
    private readonly Action<string> _log;

    /// <summary>Watches from here on.</summary>
    /// <param name="log">Has a second to write; a reader that does not read must not hold up the end.</param>
    public Watchdog(BudgetedRun run, Action<string> log)
    {
        (_run, _log) = (run, log);
        new Thread(Watch) { IsBackground = true, Name = "ChainBridge.TestKit watchdog" }.Start();
    }

    /// <summary>The run has come to its end.</summary>
    public void Dispose() => _over.Set();

    private void Watch()
    {
        var (waited, before) = (TimeSpan.Zero, TimeSpan.Zero);
        while (!_over.Wait(Look))
        {
            if (_run.LateBy() is not { } late || late <= TimeSpan.Zero)
            {
                (waited, before) = (TimeSpan.Zero, TimeSpan.Zero);
                continue;
            }

            waited += (late - before) / Slowness();
            before = late;
            if (waited > Patience) Kill();
        }
    }

    private void Kill()
    {
        var logging = new Thread(() => _log($"The run did not come to its end {Patience.TotalSeconds} s after its time was up: "
            + $"{_run.RunningTests()} The process is killed.")) { IsBackground = true };
        logging.Start();
        logging.Join(LogTime);
        if (!_over.IsSet) Process.GetCurrentProcess().Kill();
    }

    /// <summary>How many times longer a piece of work takes than the processor time in it; 1 on a machine that is not busy.</summary>
    private static double Slowness()
    {
        if (!OperatingSystem.IsLinux() || GetTime(ThreadTime, out var start) != 0) return 1;
        var begun = Stopwatch.GetTimestamp();
        while (GetTime(ThreadTime, out var now) == 0 && now.Since(start) < Probe) Thread.SpinWait(1000);
        return Math.Max(1, Stopwatch.GetElapsedTime(begun) / Probe);
    }

    [DllImport("libc", EntryPoint = "clock_gettime")]
    private static extern int GetTime(int clock, out TimeSpec time);

    [StructLayout(LayoutKind.Sequential)]
    private readonly struct TimeSpec
    {
        private readonly nint _seconds;
        private readonly nint _nanoseconds;

        public TimeSpan Since(TimeSpec other) =>
            TimeSpan.FromSeconds(_seconds - other._seconds) + TimeSpan.FromMicroseconds((_nanoseconds - other._nanoseconds) / 1000.0);
    }
}
