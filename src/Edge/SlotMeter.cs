using HdrHistogram;

namespace ChainBridge.Edge;

/// <summary>Counts a slot's requests. For one thread at a time.</summary>
internal sealed class SlotMeter(TimeProvider time)
{
    private readonly LongHistogram _firstByte = Latencies.Histogram();
    private readonly LongHistogram _duration = Latencies.Histogram();
    private readonly long[] _endings = new long[Enum.GetValues<Ending>().Length];
    private long _givenUp;

    /// <summary>Requests under way.</summary>
    public int InFlight { get; private set; }

    /// <summary>Requests that ended.</summary>
    public long Requests => _endings.Sum();

    public void Enter() => InFlight++;

    public void Leave(Visit visit, Ending ending)
    {
        InFlight--;
        _endings[(int)ending]++;
        if (ending == Ending.Aborted && visit.FirstByte is null) _givenUp++;
        if (visit.FirstByte is { } first) _firstByte.RecordValue(Microseconds(visit.Began, first));
        if (ending is Ending.Served or Ending.Failed && visit is { Whole: true, Lasting: false })
            _duration.RecordValue(Microseconds(visit.Began, time.GetTimestamp()));
    }

    /// <summary>A copy of what was counted.</summary>
    public SlotFigures Figures() => new(Requests, Count(Ending.Failed), Count(Ending.Broken) + Count(Ending.Refused), Count(Ending.Refused),
        Count(Ending.Aborted), _givenUp, Latencies.Of(_firstByte), Latencies.Of(_duration));

    private long Count(Ending ending) => _endings[(int)ending];

    private long Microseconds(long from, long to) =>
        Math.Clamp((long)time.GetElapsedTime(from, to).TotalMicroseconds, 1, Latencies.Longest);
}
