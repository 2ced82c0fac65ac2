using System.Diagnostics;
using ChainBridge.Machine;

namespace ChainBridge.Engine.State;

/// <summary>Who holds a target.</summary>
/// <param name="Who">User.</param>
/// <param name="Host">Machine.</param>
/// <param name="ProcessId">Process on that machine.</param>
/// <param name="Why">The command.</param>
/// <param name="Token">The fencing token.</param>
/// <param name="Until">Free for others from then on, unless renewed.</param>
public sealed record LockHolder(string Who, string Host, int ProcessId, string Why, DateTimeOffset Since, long Token, DateTimeOffset Until)
{
    /// <summary>Where the process id means this process; null from an earlier runner, or where the system does not tell it.</summary>
    public string? Space { get; init; }

    /// <summary>Whether its process was one of this machine and is gone: it will not come back.</summary>
    public bool IsDeadHere()
    {
        if (Space is { } space ? space != ProcessSpace.Identity() : Host != Environment.MachineName) return false;
        try
        {
            using var process = Process.GetProcessById(ProcessId);
            return process.HasExited;
        }
        catch (ArgumentException)
        {
            return true;
        }
    }

    /// <inheritdoc />
    public override string ToString() =>
        $"{Who} on {Host} (process {ProcessId}) for '{Why}' since {Since:u}, until {Until:u} unless renewed";
}
