using System.Runtime.InteropServices;

namespace ChainBridge.Machine;

/// <summary>
/// What a script starts in its background ignores SIGINT and SIGQUIT, and hands that down to all that it starts: a unit
/// whose stop signal is one of them could then never be asked to stop.
/// </summary>
public static class Interrupts
{
    private const int Interrupt = 2;
    private const int Quit = 3;

    /// <summary>Gives both their usual effect again, for this process and what it starts from here on.</summary>
    public static void Restore()
    {
        _ = signal(Interrupt, 0);
        _ = signal(Quit, 0);
    }

    [DllImport("libc", EntryPoint = "signal")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint signal(int number, nint action);
}
