using System.Runtime.InteropServices;
using System.Text.Json.Serialization;

namespace ChainBridge.Machine;

/// <summary>A process known by its id and its start, so that a reused id is not taken for it.</summary>
/// <param name="Start">Field 22 of <c>/proc/ID/stat</c>: clock ticks from the machine's start to the process's.</param>
public sealed record ProcessIdentity(int Id, string Start)
{
    private const string Gone = "ended";

    /// <summary>The process that has this id now.</summary>
    public static ProcessIdentity Of(int id) => new(id, StartOf(id) ?? Gone);

    /// <summary>Whether it still runs; a zombie does not.</summary>
    [JsonIgnore]
    public bool Running => Start != Gone && StartOf(Id) == Start;

    /// <summary>Sends a signal to the process, if it still runs.</summary>
    public void Signal(int signal)
    {
        if (Running) kill(Id, signal);
    }

    /// <summary>
    /// Ends what is left of the session it leads. Only for a process whose end was just seen, or that still runs: its
    /// number may become another's.
    /// </summary>
    public void KillGroup() => kill(-Id, 9);

    private static string? StartOf(int id) => ProcessStat.Of(id) is { Runs: true } process ? process.Start : null;

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int kill(int id, int signal);
}
