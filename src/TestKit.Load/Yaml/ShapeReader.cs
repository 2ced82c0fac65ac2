namespace ChainBridge.TestKit.Load.Yaml;

/// <summary>Reads <c>load:</c> of a scenario file: one part, or a list of parts one after the other.</summary>
internal sealed class ShapeReader(Func<string, string?> variable, Func<string, TextReader> open)
{
    private const int MostSteps = 1000;
    private int? _poisson;

    public LoadShape Read(YamlPlace load)
    {
        var parts = load.Items().Select(Part).ToList();
        if (parts.Count == 0) throw load.Wrong("is empty: say rate and for, or users and for");
        var whole = parts.Aggregate((first, next) => (first, next) switch
        {
            (ArrivalRates one, ArrivalRates two) => one.Then(two),
            (UserCounts one, UserCounts two) => one.Then(two),
            _ => throw load.Wrong("mixes arrival rates, users and a recorded schedule: one model for a run"),
        });
        return whole is ArrivalRates rates && _poisson is { } seed ? rates.Poisson(seed) : whole;
    }

    private LoadShape Part(YamlPlace part)
    {
        (double From, double To)? rate = null;
        (int From, int To)? users = null;
        TimeSpan? duration = null;
        RecordedArrivals? recorded = null;
        var (steps, peak, peakFor) = (1, (double?)null, TimeSpan.Zero);
        part.Read(
            ("rate", value => rate = Range(value, text => Quantities.Rate(text, value))),
            ("users", value => users = Range(value, text => Quantities.Whole(text, value))),
            ("for", value => duration = Quantities.Time(value.Text(variable), value)),
            ("steps", value => steps = Quantities.Whole(value.Text(variable), value) is var number && number is >= 1 and <= MostSteps
                ? number
                : throw value.Wrong($"is {number}: 1 to {MostSteps} steps")),
            ("peak", value => peak = Quantities.Rate(value.Text(variable), value)),
            ("peakFor", value => peakFor = Quantities.Time(value.Text(variable), value)),
            ("replay", value => recorded = Recorded(value)),
            ("arrivals", value => _poisson = Arrivals(value)),
            ("seed", value => _poisson = Quantities.Whole(value.Text(variable), value)));
        if (recorded is not null) return recorded;
        if (duration is not { } time) throw part.Wrong("says no 'for': how long, as in for: 30s");
        if (rate is { } rates)
            return peak is { } top ? ArrivalRates.Spike(rates.From, top, (time - peakFor) / 2, peakFor, (time - peakFor) / 2)
                : steps > 1 ? ArrivalRates.Steps(rates.From, rates.To, steps, time / steps)
                : ArrivalRates.Ramp(rates.From, rates.To, time);
        return users is { } counts ? UserCounts.Ramp(counts.From, counts.To, time)
            : throw part.Wrong("says neither 'rate' (arrivals whatever the target does) nor 'users' (who wait for it) nor 'replay'");
    }

    /// <summary><c>100/s</c>, or <c>10/s to 100/s</c>.</summary>
    private (T From, T To) Range<T>(YamlPlace place, Func<string, T> read)
    {
        var ends = place.Text(variable).Split(" to ", 2);
        var from = read(ends[0].Trim());
        return (from, ends.Length > 1 ? read(ends[1].Trim()) : from);
    }

    private int? Arrivals(YamlPlace place) => place.Text(variable) switch
    {
        "even" => null,
        "poisson" => _poisson ?? 1,
        var other => throw place.Wrong($"is '{other}': even or poisson"),
    };

    private RecordedArrivals Recorded(YamlPlace place)
    {
        try
        {
            using var lines = open(place.Text(variable));
            return RecordedArrivals.Read(lines);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException or FormatException or OverflowException)
        {
            throw place.Wrong($"cannot be read: {unreadable.Message}");
        }
    }
}
