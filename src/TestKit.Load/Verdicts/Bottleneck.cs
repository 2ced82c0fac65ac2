using System.Globalization;

namespace ChainBridge.TestKit.Load.Verdicts;

/// <summary>Names what held a generator up, with the figure that shows it.</summary>
internal static class Bottleneck
{
    private const double MuchSteal = 0.05, FullMachine = 0.88, MuchGc = 0.10;
    private const long LongQueue = 100;
    private const double LongHeld = 500;

    /// <summary>The first that is there, the ones that cause others first.</summary>
    public static string Of(LoadMeasurement measured)
    {
        var generators = measured.Generators;
        var machines = generators.Select(generator => generator.Machine).OfType<MachineHealth>().ToList();
        var sockets = measured.FailedAs(FailureKind.LocalSockets);
        if (sockets > 0) return $"sockets: {sockets} connections found no local port or file descriptor free";
        if (machines.Find(machine => machine.Steal > MuchSteal) is { } robbed)
            return $"steal time: the hypervisor gave {Percent(robbed.Steal)} of this machine to others";
        if (generators.Find(generator => generator.Machine is { } machine && machine.Busy + machine.Steal > FullMachine) is
            { Machine: { } full, Host: var host })
        {
            var own = generators.Where(generator => generator.Host == host).Sum(generator => generator.CpuCores);
            return $"CPU: the {full.Cores} cores were {Percent(full.Busy)} busy, {Cores(own)} of them with the generator and "
                + $"{Cores(Math.Max(0, (full.Busy * full.Cores) - own))} with the target and others"
                + (full.Pressure is { } pressure ? $" (work waited for a core {Percent(pressure)} of the time)" : "");
        }

        if (generators.Find(generator => generator.HeldMicroseconds > LongHeld) is { } held)
            return $"a step that holds its thread: beginning an iteration took {held.HeldMicroseconds:0} µs on average; await instead of "
                + $"blocking";
        if (generators.Find(generator => generator.ThreadPoolQueue > LongQueue) is { } queue)
            return $"thread pool: up to {queue.ThreadPoolQueue} continuations waited for a thread; a step blocks";
        if (generators.Find(generator => generator.GcPauses > MuchGc) is { } paused)
            return $"garbage collection: it stopped the generator {Percent(paused.GcPauses)} of the time";
        return machines.Find(machine => machine.Pressure > MuchGc) is { Pressure: { } waited } pressed
            ? $"CPU in bursts: work waited for a core {Percent(waited)} of the time, with the cores {Percent(pressed.Busy)} busy"
            : $"its threads woke late ({Cores(generators.Sum(generator => generator.CpuCores))} cores used, "
                + $"{machines.Sum(machine => machine.Cores)} there)";
    }

    private static string Percent(double share) => (share * 100).ToString("0.#", CultureInfo.InvariantCulture) + " %";

    private static string Cores(double cores) => cores.ToString("0.##", CultureInfo.InvariantCulture);
}
