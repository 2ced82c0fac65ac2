namespace ChainBridge.TestKit.Load;

/// <summary>One try of a search.</summary>
public sealed record LimitProbe(double Rate, LoadVerdict Verdict, string Reason);

/// <summary>The highest rate that held.</summary>
/// <param name="Held">The highest at which every limit held; zero when none did.</param>
/// <param name="Broke">The lowest that did not; null when the search ended before one was found.</param>
/// <param name="ByGenerator">The lowest that did not was inconclusive: the generator's limit, not the target's.</param>
public sealed record FoundLimit(double Held, double? Broke, bool ByGenerator, IReadOnlyList<LimitProbe> Probes)
{
    /// <summary>In one line.</summary>
    public override string ToString() => Broke is null ? $"the limits hold up to {Held:0.#}/s, the highest that was tried"
        : ByGenerator ? $"the limits hold up to {Held:0.#}/s at least; at {Broke:0.#}/s the run is inconclusive: "
            + $"{Probes.Last(one => one.Rate == Broke).Reason}"
        : Held == 0 ? $"the limits do not hold even at {Broke:0.#}/s: {Probes.Last(one => one.Rate == Broke).Reason}"
        : $"the limits hold up to {Held:0.#}/s, and break at {Broke:0.#}/s: {Probes.Last(one => one.Rate == Broke).Reason}";
}

/// <summary>
/// Finds the highest arrival rate that holds a plan's limits: doubles until they break, then halves what lies between. A rate that
/// breaks is tried once more before it is believed.
/// </summary>
/// <param name="run">Runs a plan to its verdict.</param>
public sealed class LimitSearch(Func<LoadPlan, CancellationToken, Task<LoadResult>> run)
{
    /// <summary>How near the two ends have to come, as a share of the lower.</summary>
    public double Precision { get; init; } = 0.05;

    /// <summary>Where it begins.</summary>
    public double From { get; init; } = 50;

    /// <summary>Where it ends at the latest.</summary>
    public double UpTo { get; init; } = 100_000;

    /// <summary>How long each rate is tried.</summary>
    public TimeSpan Each { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>One arrival in the time of a try, and not less than one a second.</summary>
    private double Lowest => Math.Max(1, 1 / Each.TotalSeconds);

    /// <summary>Searches.</summary>
    /// <param name="told">Hears of each try.</param>
    /// <exception cref="LoadPlanException">The bounds leave nothing to search.</exception>
    public async Task<FoundLimit> FindAsync(LoadPlan plan, Action<LimitProbe>? told, CancellationToken cancellationToken)
    {
        if (From <= 0 || UpTo < From) throw new LoadPlanException($"there is no rate between {From}/s and {UpTo}/s to try");
        var (held, rate, probes) = (0.0, From, new List<LimitProbe>());
        LimitProbe? broke = null;
        while (broke is null || (held > 0 && (broke.Rate - held) / held > Precision) || (held == 0 && broke.Rate > Lowest))
        {
            var probe = await TryAsync(plan, rate, probes, told, cancellationToken).ConfigureAwait(false);
            if (probe.Verdict == LoadVerdict.Pass) held = rate;
            else broke = probe;
            if (broke is null && rate >= UpTo) break;
            rate = broke is null ? Math.Min(rate * 2, UpTo) : held == 0 ? Math.Max(Lowest, broke.Rate / 2) : (held + broke.Rate) / 2;
        }

        return new(held, broke?.Rate, broke?.Verdict == LoadVerdict.Inconclusive, probes);
    }

    private async Task<LimitProbe> TryAsync(
        LoadPlan plan, double rate, List<LimitProbe> probes, Action<LimitProbe>? told, CancellationToken cancellationToken)
    {
        LimitProbe probe = new(rate, LoadVerdict.Inconclusive, "");
        for (var attempt = 0; attempt < 2 && probe.Verdict != LoadVerdict.Pass; attempt++)
        {
            var shape = ArrivalRates.Constant(rate, Each);
            if (plan.Shape is ArrivalRates { Spacing: Spacing.Poisson, Seed: var seed }) shape = shape.Poisson(seed);
            var result = await run(plan with { Shape = shape }, cancellationToken).ConfigureAwait(false);
            probe = new(rate, result.Verdict, result.Verdict == LoadVerdict.Pass ? "" : result.Reason);
            probes.Add(probe);
            told?.Invoke(probe);
        }

        return probe;
    }
}
