using System.Numerics;
using HdrHistogram;

namespace ChainBridge.TestKit.Load.Histograms;

/// <summary>
/// The times of a histogram and how often each came, in one or two bytes each: a run of an hour keeps thousands of windows, and most
/// of their buckets are empty. Nothing is lost: what is read from it is what the histogram says.
/// </summary>
internal sealed class PackedTimes
{
    /// <summary>The buckets of each power of two, by the digits of <see cref="Latencies.Digits"/>.</summary>
    private const int HalfBits = 10;

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
            // The distance to the bucket before it, and whether there is more than one.
            var (place, count) = (Place(value.ValueIteratedTo), value.CountAtValueIteratedTo);
            Write(bytes, ((place - last) << 1) | (count == 1 ? 0L : 1));
            if (count != 1) Write(bytes, count);
            last = place;
        }

        return new([.. bytes], histogram.TotalCount);
    }

    /// <summary>In microseconds, the highest of each bucket, in order.</summary>
    public IEnumerable<(long Value, long Count)> Values()
    {
        var (at, place) = (0, 0L);
        while (at < _bytes.Length)
        {
            var next = Read(ref at);
            place += next >> 1;
            yield return (Highest(place), (next & 1) == 0 ? 1 : Read(ref at));
        }
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

    /// <summary>The number of the bucket that a value is in: each power of two has as many, above the first ones of 1 µs.</summary>
    private static long Place(long value)
    {
        var power = Math.Max(0, BitOperations.Log2((ulong)value) - HalfBits);
        return ((long)power << HalfBits) + (value >> power);
    }

    private static long Highest(long place)
    {
        var power = (int)Math.Max(0, (place >> HalfBits) - 1);
        var from = place - ((long)power << HalfBits);
        return ((from + 1) << power) - 1;
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
