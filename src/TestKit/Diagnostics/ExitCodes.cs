namespace ChainBridge.TestKit.Diagnostics;

/// <summary>What an exit code means, in words.</summary>
internal static class ExitCodes
{
    /// <summary>The base of a signal's exit code in shells and container engines: 128 and the number of the signal.</summary>
    private const int SignalBase = 128;

    /// <summary>E.g. <c>exit code 137 (SIGKILL: killed from outside, or by the kernel because the machine ran out of memory)</c>.</summary>
    /// <param name="outOfMemory">The container engine reported that the process ran out of memory.</param>
    public static string Describe(int code, bool outOfMemory = false) =>
        outOfMemory ? $"exit code {code} (out of memory: it went over its memory limit and was killed)"
            : Meaning(code) is { } meaning ? $"exit code {code} ({meaning})" : $"exit code {code}";

    private static string? Meaning(int code) => code switch
    {
        0 => "it ended by itself, and well",
        125 => "the container engine could not start it",
        126 => "the program was found but cannot be run: no permission, or built for another machine",
        127 => "the program, or a library that it needs, was not found",
        > SignalBase and <= SignalBase + 64 => Signal(code - SignalBase),
        // .NET answers a signal on Unix by its negative number.
        < 0 and >= -64 => Signal(-code),
        unchecked((int)0xE0434352) => "an unhandled .NET exception",
        unchecked((int)0xC0000005) => "access violation",
        _ => null,
    };

    private static string Signal(int number) => number switch
    {
        1 => "SIGHUP: its terminal closed",
        2 => "SIGINT: interrupted, as by Ctrl-C",
        3 => "SIGQUIT: asked to end with a dump",
        4 => "SIGILL: an instruction that this processor does not know",
        6 => "SIGABRT: it gave itself up; an unhandled exception or a failed assertion, see its last output",
        7 => "SIGBUS: memory that is not there; a full disk or /dev/shm, perhaps",
        8 => "SIGFPE: an impossible calculation",
        9 => "SIGKILL: killed from outside, or by the kernel because the machine ran out of memory",
        11 => "SIGSEGV: it crashed in native code",
        13 => "SIGPIPE: it wrote to a pipe whose reader was gone",
        15 => "SIGTERM: it was asked to stop",
        25 => "SIGXFSZ: a file over its size limit",
        31 => "SIGSYS: a system call that is not allowed",
        _ => $"signal {number}",
    };
}
