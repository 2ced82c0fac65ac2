using System.Globalization;
using ChainBridge.Machine;

namespace ChainBridge.TestKit.Providers;

/// <summary>The process that a container belongs to, as its labels name it.</summary>
/// <param name="Host">The machine and process namespace in which the process id means something.</param>
/// <param name="Process">The process id and the start of the process, so that a reused id is not taken for its predecessor.</param>
public sealed record ContainerOwner(string Host, string Process)
{
    /// <summary>The label with <see cref="Process"/>.</summary>
    public const string ProcessLabel = "chainbridge.testkit.owner";

    /// <summary>The label with <see cref="Host"/>.</summary>
    public const string HostLabel = "chainbridge.testkit.host";

    /// <summary>This process.</summary>
    public static ContainerOwner Self() => new(ThisHost(), $"{Environment.ProcessId}@{StartOf(Environment.ProcessId)}");

    /// <summary>Whether the process is known to be gone. Of what runs elsewhere, or is not understood, nothing is known.</summary>
    public bool IsGone()
    {
        if (Host != ThisHost() || Process.Split('@') is not [var id, var start]) return false;
        return int.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var processId) && processId > 0
            && StartOf(processId) != start;
    }

    /// <summary>Another machine on the same engine, or another container on this machine, has ids of its own.</summary>
    private static string ThisHost() => $"{Environment.MachineName}/{new FileInfo("/proc/self/ns/pid").LinkTarget ?? "all"}";

    /// <summary>
    /// The boot and the ticks since it: unlike a time of day it does not move when the clock is set. Null when there is no such process.
    /// </summary>
    private static string? StartOf(int processId)
    {
        try
        {
            if (!File.Exists("/proc/self/stat")) return StartTimeOf(processId);
            var process = ProcessIdentity.Of(processId);
            return process.Running ? $"{File.ReadAllText("/proc/sys/kernel/random/boot_id")[..8]}.{process.Start}" : null;
        }
        catch (Exception gone)
            when (gone is FileNotFoundException or DirectoryNotFoundException or ArgumentException or InvalidOperationException)
        {
            return null;
        }
    }

    private static string StartTimeOf(int processId)
    {
        using var process = System.Diagnostics.Process.GetProcessById(processId);
        return process.StartTime.ToUniversalTime().ToString("yyyyMMddTHHmmss", CultureInfo.InvariantCulture);
    }
}
