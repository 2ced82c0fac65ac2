namespace ChainBridge.TestKit.Load.Shapes;

/// <summary>
/// Goes through the arrivals of an open model that are one part's: every n-th, so that the parts together are exactly the whole
/// schedule, on one host or on several.
/// </summary>
/// <param name="part">Which part, from 0.</param>
/// <param name="parts">Of how many.</param>
internal sealed class ArrivalCursor(LoadShape shape, int part, int parts)
{
    private readonly Random _random = new((shape as ArrivalRates)?.Seed ?? 0);
    private long _number = -1;
    private int _segment;
    private double _segmentBegan;
    private double _passed;
    private double _target;

    /// <summary>The number of the arrival in the whole schedule.</summary>
    public long Number => _number;

    /// <summary>Goes to the next arrival of this part; false when there is none.</summary>
    /// <param name="due">When it is due, from the beginning.</param>
    public bool TryNext(out TimeSpan due)
    {
        do
        {
            if (!Advance(out due)) return false;
        }
        while (_number % parts != part);
        return true;
    }

    private bool Advance(out TimeSpan due)
    {
        _number++;
        due = default;
        if (shape is RecordedArrivals recorded)
        {
            if (_number >= recorded.At.Count) return false;
            due = recorded.At[(int)_number];
            return true;
        }

        var rates = (ArrivalRates)shape;
        // The integral of the rate at which this arrival is due; of a Poisson process its steps are exponential.
        _target = rates.Spacing == Spacing.Even ? _number : _target - Math.Log(1 - _random.NextDouble());
        for (; _segment < rates.Segments.Count; _segment++)
        {
            var segment = rates.Segments[_segment];
            var whole = (segment.From + segment.To) / 2 * segment.For.TotalSeconds;
            if (_target < _passed + whole)
            {
                due = TimeSpan.FromSeconds(_segmentBegan + Within(segment, _target - _passed));
                return true;
            }

            _passed += whole;
            _segmentBegan += segment.For.TotalSeconds;
        }

        return false;
    }

    /// <summary>When the integral of the segment's rate reaches a value: <c>from·t + slope·t²/2 = value</c>.</summary>
    private static double Within(RateSegment segment, double value)
    {
        if (value <= 0) return 0;
        var slope = (segment.To - segment.From) / segment.For.TotalSeconds;
        if (Math.Abs(slope) < 1e-12) return segment.From == 0 ? 0 : value / segment.From;
        // The form of the root that loses no digits when the slope is small.
        return 2 * value / (segment.From + Math.Sqrt(Math.Max(0, (segment.From * segment.From) + (2 * slope * value))));
    }
}
