namespace ChainBridge.Supervisor;

/// <summary>Describes how a process ended.</summary>
public static class Endings
{
    private static readonly IReadOnlyDictionary<int, string> Signals = new Dictionary<int, string>
    {
        [1] = "SIGHUP", [2] = "SIGINT", [3] = "SIGQUIT", [4] = "SIGILL", [6] = "SIGABRT", [7] = "SIGBUS", [8] = "SIGFPE",
        [9] = "SIGKILL", [11] = "SIGSEGV", [13] = "SIGPIPE", [14] = "SIGALRM", [15] = "SIGTERM", [24] = "SIGXCPU", [25] = "SIGXFSZ",
        [31] = "SIGSYS",
    };

    /// <summary>E.g. <c>exit code 139 (SIGSEGV)</c>: above 128 the code is the signal's number and 128.</summary>
    public static string Of(int exitCode) =>
        Signals.TryGetValue(exitCode - 128, out var signal) ? $"exit code {exitCode} ({signal})" : $"exit code {exitCode}";
}
