namespace ChainBridge.TestKit.Load.Verdicts;

/// <summary>What makes a measurement no evidence, whatever its figures are.</summary>
internal static class Doubts
{
    /// <summary>More late arrivals than this share, and another load was made than the one that was asked for.</summary>
    public const double MostLate = 0.01;

    private const double GeneratorIsAll = 0.9;
    private static readonly TimeSpan MostClockStep = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan MostClockOffset = TimeSpan.FromSeconds(1);

    public static IEnumerable<string> Of(LoadPlan plan, LoadMeasurement measured)
    {
        if (measured.Broken is { } broken) yield return broken;
        if (KeepingUp(plan, measured) is { } behind) yield return behind;
        foreach (var generator in measured.Generators.Where(generator => generator.ClockStep.Duration() > MostClockStep))
            yield return $"the wall clock of {generator.Host} moved by {generator.ClockStep.TotalSeconds:+0.0;-0.0} s against the "
                + $"monotonic one "
                + "during the run: it was set, or the machine was suspended; run it again";
        foreach (var generator in measured.Generators.Where(generator =>
            generator.ClockOffset.Duration() - generator.ClockUncertainty > MostClockOffset))
            yield return $"the clock of {generator.Host} differs by {generator.ClockOffset.TotalSeconds:+0.0;-0.0} s from the one that "
                + $"coordinates: "
                + "set both by NTP";
        // Some wait for the resolver until their time is over.
        if (measured.Whole is { Count: > 0, Latency.Count: 0 } whole && whole.Errors.ContainsKey("the name does not resolve"))
            yield return $"no request was sent: the name of {plan.Target} does not resolve from here";
    }

    /// <summary>Whether the load that was asked for was made; null when it was.</summary>
    public static string? KeepingUp(LoadPlan plan, LoadMeasurement measured)
    {
        if (plan.Shape is UserCounts)
        {
            var machine = measured.Generators.Select(generator => generator.Machine).OfType<MachineHealth>().FirstOrDefault();
            return machine is not null && measured.Generators.Sum(generator => generator.CpuCores) > GeneratorIsAll * machine.Cores
                ? $"the generator took nearly the whole machine itself; bottleneck: {Bottleneck.Of(measured)}"
                : null;
        }

        var late = measured.Due == 0 ? 0 : (double)measured.Late / measured.Due;
        if (measured.Due > 0 && late > MostLate)
            return $"the generator did not keep up: {late * 100:0.0} % of {measured.Due} arrivals were begun more than "
                + $"{plan.Late.TotalMilliseconds:0.##} ms late (p99 {measured.Lag.Percentile(99).TotalMilliseconds:0.0} ms); "
                + $"bottleneck: {Bottleneck.Of(measured)}";
        if (plan.Shape is ArrivalRates { Spacing: Spacing.Even } rates && measured.EndedEarly is null
            && measured.Due < rates.Expected * (1 - MostLate))
            return $"the generator did not keep up: only {measured.Due} of {rates.Expected:0} arrivals were begun before the time was "
                + $"over; "
                + $"bottleneck: {Bottleneck.Of(measured)}";
        return measured.FailedAs(FailureKind.LocalSockets) > 0
            ? $"the generator ran out of something; bottleneck: {Bottleneck.Of(measured)}"
            : null;
    }

    /// <summary>Why figures of time mean little here, though arrivals were begun in time; null when nothing disturbed them.</summary>
    public static string? Noise(LoadPlan plan, LoadMeasurement measured)
    {
        foreach (var machine in measured.Generators.Select(generator => generator.Machine).OfType<MachineHealth>())
        {
            if (machine.Steal > plan.QuietEnough) return $"the hypervisor gave {machine.Steal * 100:0.#} % of the machine to others "
                + $"meanwhile";
            if (machine.OthersBefore > Math.Max(plan.QuietEnough, 0.25))
                return $"other processes used {machine.OthersBefore * 100:0.#} % of the machine before the load began";
        }

        return null;
    }
}
