using System.Runtime.InteropServices;

namespace ChainBridge.TestKit.Load.Engines;

/// <summary>
/// <c>nanosleep</c> of libc: .NET's own sleeps count milliseconds, and requests in bursts of one millisecond measure the burst.
/// Threads of Linux wake up to 50 µs late on purpose; ours ask for no such slack.
/// </summary>
internal sealed partial class PrecisePacer : IPacer
{
    private const int SetTimerSlack = 29;
    private const long NanosecondsPerTick = 100;

    public void Prepare()
    {
        if (OperatingSystem.IsLinux()) _ = Control(SetTimerSlack, 1, 0, 0, 0);
    }

    public void Rest(TimeSpan time)
    {
        var wanted = new Interval { Seconds = (long)time.TotalSeconds, Nanoseconds =
            time.Ticks % TimeSpan.TicksPerSecond * NanosecondsPerTick };
        _ = NanoSleep(in wanted, 0);
    }

    [LibraryImport("libc", EntryPoint = "nanosleep")]
    private static partial int NanoSleep(in Interval wanted, nint left);

    [LibraryImport("libc", EntryPoint = "prctl")]
    private static partial int Control(int option, nuint second, nuint third, nuint fourth, nuint fifth);

    [StructLayout(LayoutKind.Sequential)]
    private struct Interval
    {
        public long Seconds;
        public long Nanoseconds;
    }
}
