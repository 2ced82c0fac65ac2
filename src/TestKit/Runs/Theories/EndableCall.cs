namespace ChainBridge.TestKit.Runs.Theories;

/// <summary>
/// A call into code of the tests that can be ended from outside where it waits: for an event, a lock, a time. What it holds in a
/// <c>lock</c> is free then. Code that computes, or has gone on to other threads or into native code, is not reached.
/// </summary>
/// <remarks>
/// .NET has a way to end a computing thread, too (<c>ControlledExecution.Run</c>), and its documentation warns that it may corrupt the
/// process. It does: one endless iterator in some ten took the whole process with it.
/// </remarks>
internal sealed class EndableCall
{
    private readonly Lock _gate = new();
    private Thread? _thread;
    private bool _interrupted;

    /// <summary>Makes the call, on this thread; once for each object.</summary>
    /// <exception cref="ThreadInterruptedException">It was ended.</exception>
    public void Run(Action call)
    {
        lock (_gate) _thread = Thread.CurrentThread;
        try
        {
            call();
        }
        finally
        {
            lock (_gate) _thread = null;
            if (_interrupted) ForgetInterrupt();
        }
    }

    /// <summary>Ends it where it is under way. Does not wait for that.</summary>
    public void End()
    {
        lock (_gate)
        {
            _interrupted = _thread is not null;
            _thread?.Interrupt();
        }
    }

    /// <summary>The thread goes back to the pool: an interrupt that met no wait must not meet the next one there.</summary>
    private static void ForgetInterrupt()
    {
        try
        {
            Thread.CurrentThread.Join(0);
        }
        catch (ThreadInterruptedException)
        {
            // That was it.
        }
    }
}
