using System.Globalization;

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
        // A run that is ended because a limit is lost has its verdict; any other end leaves open what the rest would have been.
        if (measured.EndedEarly is { } early && !plan.Limits.Any(limit => BeyondSaving.Reason(limit) == early))
            yield return string.Create(CultureInfo.InvariantCulture,
                $"ended after {measured.Elapsed.TotalSeconds:0.#} of {plan.Shape.Duration.TotalSeconds:0.#} s: {early}");
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
    public static string? KeepingUp(LoadPlan plan, LoadMeasurement measured) =>
        (plan.Shape is UserCounts ? WholeMachine(measured) : Late(plan, measured) ?? NotBegun(plan, measured))
        ?? (measured.FailedAs(FailureKind.LocalSockets) > 0
            ? $"the generator ran out of something; bottleneck: {Bottleneck.Of(measured)}"
            : null);

    private static string? WholeMachine(LoadMeasurement measured)
    {
        bool IsFull(IGrouping<string, GeneratorHealth> host) => host.Select(generator => generator.Machine).OfType<MachineHealth>()
            .FirstOrDefault() is { } machine && host.Sum(generator => generator.CpuCores) > GeneratorIsAll * machine.Cores;
        return measured.Generators.GroupBy(generator => generator.Host).FirstOrDefault(IsFull) is { } full
            ? $"the generator took nearly the whole machine {full.Key} itself; bottleneck: {Bottleneck.Of(measured)}"
            : null;
    }

    private static string? Late(LoadPlan plan, LoadMeasurement measured)
    {
        var late = measured.Due == 0 ? 0 : (double)measured.Late / measured.Due;
        return late <= MostLate ? null
            : $"the generator did not keep up: {late * 100:0.0} % of {measured.Due} arrivals were begun more than "
                + $"{plan.Late.TotalMilliseconds:0.##} ms late (p99 {measured.Lag.Percentile(99).TotalMilliseconds:0.0} ms); "
                + $"bottleneck: {Bottleneck.Of(measured)}";
    }

    /// <summary>A run that broke or was ended says so itself, and what it counted until then is not all.</summary>
    private static string? NotBegun(LoadPlan plan, LoadMeasurement measured) =>
        measured is { EndedEarly: null, Broken: null } && ScheduledArrivals.Of(plan.Shape) is { } scheduled
            && measured.Due < scheduled.Least * (1 - MostLate)
            ? $"the generator did not keep up: only {measured.Due} of {scheduled.Least:0} arrivals were begun before the time was over; "
                + $"bottleneck: {Bottleneck.Of(measured)}"
            : null;
}
