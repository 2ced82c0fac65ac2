using System.Globalization;

namespace ChainBridge.TestKit.Load.Verdicts;

/// <summary>
/// Why figures of time mean little, though arrivals were begun in time: others had the machine. What the load itself does to it, in the
/// generator and in the target, is no noise, however much that is.
/// </summary>
internal static class Noise
{
    /// <summary>Others that use so much of the machine are in the way, whatever the plan bears.</summary>
    public const double MuchOfOthers = 0.25;

    /// <summary>Work that waited for a core for so much of the time did so because of others, where those used some of it.</summary>
    public const double MuchPressure = 0.25;

    /// <summary>In words with the figure; null when nothing disturbed it.</summary>
    public static string? Of(LoadPlan plan, LoadMeasurement measured) =>
        measured.Generators.Select(generator => generator.Machine).OfType<MachineHealth>()
            .Select(machine => Of(machine, plan.QuietEnough)).FirstOrDefault(noise => noise is not null);

    private static string? Of(MachineHealth machine, double quiet)
    {
        var much = Math.Max(quiet, MuchOfOthers);
        if (machine.Steal > quiet) return $"the hypervisor gave {Percent(machine.Steal)} of the machine to others meanwhile";
        if (machine.OthersBefore > much)
            return $"other processes used {Percent(machine.OthersBefore)} of the machine before the load began";
        if (machine.Others is not { } others || others <= quiet) return null;
        var used = $"other processes used {Percent(others)} of the machine meanwhile"
            + (machine.LargestOther is { } largest ? $" (most of it {largest})" : "");
        if (others > much) return used;
        // Alone it tells nothing: a generator and its target on two cores wait for each other.
        return machine.Pressure is { } pressure && pressure > MuchPressure
            ? $"{used}, and work waited for a core {Percent(pressure)} of the time" : null;
    }

    private static string Percent(double share) => (share * 100).ToString("0.#", CultureInfo.InvariantCulture) + " %";
}
