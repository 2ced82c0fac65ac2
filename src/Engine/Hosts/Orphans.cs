using System.Runtime.InteropServices;

namespace ChainBridge.Engine.Hosts;

/// <summary>Processes whose parent has ended.</summary>
public static class Orphans
{
    private const int SetChildSubreaper = 36;

    /// <summary>
    /// From now on orphans below this process become its children instead of init's, so that one which left its session and
    /// its environment behind is still found. Answers whether this system can (Linux).
    /// </summary>
    public static bool Adopt() => OperatingSystem.IsLinux() && prctl(SetChildSubreaper, 1, 0, 0, 0) == 0;

    [DllImport("libc", EntryPoint = "prctl")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int prctl(int option, nuint first, nuint second, nuint third, nuint fourth);
}
