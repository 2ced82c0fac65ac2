using System.Text.Json.Serialization;

namespace ChainBridge.TestKit.Load;

/// <summary>How arrivals lie between each other.</summary>
public enum Spacing
{
    /// <summary>At equal distances: the k-th when the rate's integral is k.</summary>
    Even,
    /// <summary>As a Poisson process: independent of each other, as arrivals of many unrelated callers are.</summary>
    Poisson,
}

/// <summary>A time in which the arrival rate goes from one value to another in a straight line.</summary>
/// <param name="From">Arrivals per second at its beginning.</param>
/// <param name="To">Arrivals per second at its end.</param>
public sealed record RateSegment(double From, double To, TimeSpan For);

/// <summary>An open model: arrivals per second, in segments. A target that stalls gets no less for it.</summary>
/// <param name="Seed">Of the Poisson arrivals: the same seed, the same schedule.</param>
public sealed record ArrivalRates(IReadOnlyList<RateSegment> Segments, Spacing Spacing = Spacing.Even, int Seed = 1) : LoadShape
{
    /// <summary>More than any machine sends: a mistake of units.</summary>
    public const double Highest = 1_000_000;

    /// <inheritdoc/>
    [JsonIgnore]
    public override TimeSpan Duration => Segments.Aggregate(TimeSpan.Zero, (sum, segment) => sum + segment.For);

    /// <summary>Arrivals that are due in all, for an even spacing.</summary>
    [JsonIgnore]
    public double Expected => Segments.Sum(segment => (segment.From + segment.To) / 2 * segment.For.TotalSeconds);

    /// <summary>The highest rate of any moment.</summary>
    [JsonIgnore]
    public double Peak => Segments.Count == 0 ? 0 : Segments.Max(segment => Math.Max(segment.From, segment.To));

    /// <summary>The same rate all the time.</summary>
    public static ArrivalRates Constant(double perSecond, TimeSpan duration) => new([new(perSecond, perSecond, duration)]);

    /// <summary>From one rate to another in a straight line.</summary>
    public static ArrivalRates Ramp(double from, double to, TimeSpan duration) => new([new(from, to, duration)]);

    /// <summary>A base rate with a sudden peak in its middle.</summary>
    public static ArrivalRates Spike(double rate, double peak, TimeSpan before, TimeSpan during, TimeSpan after) =>
        new([new(rate, rate, before), new(peak, peak, during), new(rate, rate, after)]);

    /// <summary>From one rate to another in equal steps that each last a while.</summary>
    public static ArrivalRates Steps(double from, double to, int steps, TimeSpan each) =>
        new([.. Enumerable.Range(0, steps).Select(step => steps == 1 ? from : from + ((to - from) * step / (steps - 1)))
            .Select(rate => new RateSegment(rate, rate, each))]);

    /// <summary>This load, then another.</summary>
    public ArrivalRates Then(ArrivalRates next) => this with { Segments = [.. Segments, .. next.Segments] };

    /// <summary>The same rates as Poisson arrivals.</summary>
    public ArrivalRates Poisson(int seed = 1) => this with { Spacing = Spacing.Poisson, Seed = seed };

    /// <inheritdoc/>
    public override IEnumerable<string> Problems()
    {
        foreach (var problem in ProblemsOf(Duration)) yield return problem;
        foreach (var segment in Segments)
        {
            if (!double.IsFinite(segment.From) || !double.IsFinite(segment.To) || segment.From < 0 || segment.To < 0)
                yield return $"a rate of {Math.Min(segment.From, segment.To)}/s is none: rates are numbers from 0 on";
            if (Math.Max(segment.From, segment.To) > Highest)
                yield return $"a rate of {Math.Max(segment.From, segment.To):0}/s is beyond reason: at most {Highest:0}/s can be asked for";
            if (segment.For <= TimeSpan.Zero) yield return "a part of the load has no duration: give it a time above zero";
        }

        if (Expected < 1) yield return "not one arrival is due: a rate of zero tests nothing; raise the rate or the duration";
    }

    /// <inheritdoc/>
    public override string ToString() => string.Join(", then ", Segments.Select(segment => segment.From == segment.To
        ? $"{segment.From:0.###}/s for {Seconds(segment.For)}"
        : $"{segment.From:0.###}/s to {segment.To:0.###}/s in {Seconds(segment.For)}")) + (Spacing == Spacing.Poisson ? ", Poisson" : "");

    /// <inheritdoc/>
    public bool Equals(ArrivalRates? other) =>
        other is not null && Spacing == other.Spacing && Seed == other.Seed && Segments.SequenceEqual(other.Segments);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Segments.Count, Spacing, Seed);
}
