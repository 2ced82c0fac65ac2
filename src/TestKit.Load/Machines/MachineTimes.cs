using System.Globalization;
using ChainBridge.Machine;

namespace ChainBridge.TestKit.Load.Machines;

/// <summary>What the kernel counted up to a moment. Linux; elsewhere all is zero, and nothing is concluded from it.</summary>
/// <param name="Busy">Ticks of all cores in which something ran.</param>
/// <param name="Steal">Ticks the hypervisor gave to others.</param>
/// <param name="PressureMicroseconds">PSI <c>some</c> of the CPU; null where the kernel has none.</param>
internal sealed record MachineTimes(long Busy, long Idle, long Steal, long? PressureMicroseconds)
{
    private const string Stat = "/proc/stat";
    private const string Pressure = "/proc/pressure/cpu";

    public long All => Busy + Idle + Steal;

    public static MachineTimes Read() => Parse(ProcFiles.Text(Stat), ProcFiles.Text(Pressure));

    public static MachineTimes Parse(string stat, string pressure)
    {
        var fields = stat.Split('\n')[0].Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1)
            .Select(field => long.Parse(field, CultureInfo.InvariantCulture)).ToArray();
        if (fields.Length < 8) return new(0, 0, 0, null);
        // user nice system idle iowait irq softirq steal; guest time is within user.
        return new(fields[0] + fields[1] + fields[2] + fields[5] + fields[6], fields[3] + fields[4], fields[7], Total(pressure));
    }

    private static long? Total(string pressure)
    {
        const string Mark = "total=";
        var line = pressure.Split('\n').FirstOrDefault(line => line.StartsWith("some", StringComparison.Ordinal));
        return line?.IndexOf(Mark, StringComparison.Ordinal) is >= 0 and var at
            ? long.Parse(line.AsSpan(at + Mark.Length), CultureInfo.InvariantCulture) : null;
    }
}
