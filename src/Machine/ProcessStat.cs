using System.Globalization;

namespace ChainBridge.Machine;

/// <summary>What the kernel says of one process in <c>/proc/ID/stat</c> (proc(5)).</summary>
/// <param name="Name">The program's name, without its arguments.</param>
/// <param name="State">Its letter, e.g. <c>S</c>.</param>
/// <param name="Parent">Id of its parent.</param>
/// <param name="Session">Id of its session.</param>
/// <param name="Flags">The kernel's <c>PF_…</c>.</param>
/// <param name="Ticks">CPU of all its threads, and of its children that have ended and that it waited for.</param>
/// <param name="Start">Clock ticks from the machine's start to its own: tells it from another that got the same id.</param>
public sealed record ProcessStat(int Id, string Name, string State, int Parent, int Session, uint Flags, long Ticks, string Start)
{
    private const uint KernelThread = 0x0020_0000, Exiting = 0x0000_0004;

    /// <summary>It has not ended: a zombie has.</summary>
    public bool Runs => State is not ("Z" or "X");

    /// <summary>A thread of the kernel (<c>PF_KTHREAD</c>).</summary>
    public bool IsKernel => (Flags & KernelThread) != 0;

    /// <summary>It has given its memory back, and is no zombie yet (<c>PF_EXITING</c>).</summary>
    public bool IsExiting => (Flags & Exiting) != 0;

    /// <summary>Of a process; null when it is gone, or another user's that cannot be seen.</summary>
    public static ProcessStat? Of(int id) => Parse(ProcFiles.Text($"/proc/{id}/stat"));

    /// <summary>Of all processes that can be seen, by id.</summary>
    public static IReadOnlyDictionary<int, ProcessStat> ReadAll() =>
        ProcFiles.Processes().Select(Of).OfType<ProcessStat>().ToDictionary(process => process.Id);

    /// <summary>Null of a text that is none: the process has ended meanwhile.</summary>
    public static ProcessStat? Parse(string stat)
    {
        // "PID (NAME) STATE PARENT ...": the name may have spaces and brackets in it.
        var (open, close) = (stat.IndexOf('(', StringComparison.Ordinal), stat.LastIndexOf(')'));
        if (open < 1 || close < open || !int.TryParse(stat.AsSpan(0, open).Trim(), CultureInfo.InvariantCulture, out var id)) return null;
        var fields = stat[(close + 1)..].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (fields.Length < 20) return null;
        long Number(int index) => long.Parse(fields[index], CultureInfo.InvariantCulture);
        return new(id, stat[(open + 1)..close], fields[0], (int)Number(1), (int)Number(3), (uint)Number(6),
            Number(11) + Number(12) + Number(13) + Number(14), fields[19]);
    }
}
