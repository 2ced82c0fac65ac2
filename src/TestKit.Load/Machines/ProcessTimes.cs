using System.Globalization;

namespace ChainBridge.TestKit.Load.Machines;

/// <summary>What the kernel counted of one process, from the text of its <c>stat</c>.</summary>
/// <param name="Ticks">CPU of all its threads, and of its children that have ended and that it waited for.</param>
/// <param name="Started">Tells it from another that got the same number.</param>
/// <param name="IsKernel">A thread of the kernel: what it does is done for others, the load among them.</param>
internal sealed record ProcessTimes(int Id, string Name, int Parent, long Ticks, long Started, bool IsKernel)
{
    private const long KernelThread = 0x0020_0000;

    /// <summary>Null of a text that is none: the process has ended meanwhile.</summary>
    public static ProcessTimes? Parse(string stat)
    {
        // "PID (NAME) STATE PARENT ...": the name may have spaces and brackets in it.
        var (open, close) = (stat.IndexOf('(', StringComparison.Ordinal), stat.LastIndexOf(')'));
        if (open < 1 || close < open || !int.TryParse(stat.AsSpan(0, open).Trim(), CultureInfo.InvariantCulture, out var id)) return null;
        var fields = stat[(close + 1)..].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (fields.Length < 20) return null;
        long Number(int index) => long.Parse(fields[index], CultureInfo.InvariantCulture);
        return new(id, stat[(open + 1)..close], (int)Number(1), Number(11) + Number(12) + Number(13) + Number(14), Number(19),
            (Number(6) & KernelThread) != 0);
    }

    /// <summary>Of all processes that can be seen.</summary>
    public static IReadOnlyDictionary<int, ProcessTimes> ReadAll() =>
        ProcFiles.Processes().Select(id => Parse(ProcFiles.Text($"/proc/{id}/stat"))).OfType<ProcessTimes>()
            .ToDictionary(process => process.Id);
}
