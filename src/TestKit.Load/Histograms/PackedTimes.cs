using HdrHistogram;

namespace ChainBridge.TestKit.Load.Histograms;

/// <summary>
/// The times of a histogram and how often each came, in a few bytes each: a run of an hour keeps thousands of windows, and most of
/// their buckets are empty. Nothing is lost: what is read from it is what the histogram says.
/// </summary>
internal sealed class PackedTimes
{
    private const int Bits = 7;
    private const byte More = 1 << Bits;
    private readonly byte[] _bytes;

    private PackedTimes(byte[] bytes, long count) => (_bytes, Count) = (bytes, count);

    public static PackedTimes Empty { get; } = new([], 0);

    public long Count { get; }

    public static PackedTimes Of(HistogramBase histogram)
    {
        if (histogram.TotalCount == 0) return Empty;
        var (bytes, last) = (new List<byte>(), 0L);
        foreach (var value in histogram.RecordedValues())
        {
            Write(bytes, value.ValueIteratedTo - last);
            Write(bytes, value.CountAtValueIteratedTo);
            last = value.ValueIteratedTo;
        }

        return new([.. bytes], histogram.TotalCount);
    }

    /// <summary>In microseconds, the highest of each bucket, in order.</summary>
    public IEnumerable<(long Value, long Count)> Values()
    {
        var (at, value) = (0, 0L);
        while (at < _bytes.Length) yield return (value += Read(ref at), Read(ref at));
    }

    /// <summary>Adds them to a histogram.</summary>
    public void AddTo(HistogramBase histogram)
    {
        foreach (var (value, count) in Values())
            histogram.RecordValueWithCount(Math.Min(value, Latencies.HighestMicroseconds), count);
    }

    /// <summary>The same as the histogram's own.</summary>
    public long Percentile(double percent)
    {
        var (wanted, passed, last) = (Math.Max(1, (long)((Math.Min(percent, 100) / 100 * Count) + 0.5)), 0L, 0L);
        foreach (var (value, count) in Values())
        {
            last = value;
            if ((passed += count) >= wanted) break;
        }

        return last;
    }

    private static void Write(List<byte> to, long number)
    {
        for (; number >= More; number >>= Bits) to.Add((byte)(number | More));
        to.Add((byte)number);
    }

    private long Read(ref int at)
    {
        var (number, shift) = (0L, 0);
        for (; _bytes[at] >= More; shift += Bits) number |= (long)(_bytes[at++] & (More - 1)) << shift;
        return number | ((long)_bytes[at++] << shift);
    }
}
