using System.IO.Compression;
using HdrHistogram;
using HdrHistogram.Utilities;

namespace ChainBridge.TestKit.Load;

/// <summary>
/// Times in a high dynamic range histogram: from 1 µs to 1 hour with three digits everywhere, in the same memory for ten samples
/// and for ten million. Two are added to exactly what one would have been.
/// </summary>
public sealed class Latencies
{
    /// <summary>What is longer counts as this.</summary>
    internal const long HighestMicroseconds = 3_600_000_000;

    internal const int Digits = 3;

    private readonly LongHistogram _histogram = new(1, HighestMicroseconds, Digits);

    /// <summary>How many times were recorded.</summary>
    public long Count => _histogram.TotalCount;

    /// <summary>The mean; zero of none.</summary>
    public TimeSpan Mean => Count == 0 ? TimeSpan.Zero : TimeSpan.FromMicroseconds(_histogram.GetMean());

    /// <summary>The longest; zero of none.</summary>
    public TimeSpan Max => Count == 0 ? TimeSpan.Zero : TimeSpan.FromMicroseconds(_histogram.GetMaxValue());

    /// <summary>The time that this share did not exceed; zero of none.</summary>
    /// <param name="percent">0 to 100.</param>
    public TimeSpan Percentile(double percent) =>
        Count == 0 ? TimeSpan.Zero : TimeSpan.FromMicroseconds(_histogram.GetValueAtPercentile(percent));

    /// <summary>How many were longer.</summary>
    public long CountAbove(TimeSpan time) => _histogram.RecordedValues()
        .Where(value => value.ValueIteratedTo > time.TotalMicroseconds).Sum(value => value.CountAtValueIteratedTo);

    /// <summary>Adds another's times to these.</summary>
    public void Add(Latencies other) => _histogram.Add(other._histogram);

    /// <summary>Adds one time.</summary>
    public void Add(TimeSpan time) => _histogram.RecordValue(Math.Clamp((long)time.TotalMicroseconds, 0, HighestMicroseconds));

    /// <summary>Each distinct time that was recorded, in order, with how often.</summary>
    public IEnumerable<(TimeSpan Time, long Count)> Values() =>
        _histogram.RecordedValues().Select(value => (TimeSpan.FromMicroseconds(value.ValueIteratedTo), value.CountAtValueIteratedTo));

    /// <summary>The V2 encoding of HdrHistogram, deflated, in base64: what its tools in every language read.</summary>
    public string Encode()
    {
        var buffer = ByteBuffer.Allocate(_histogram.GetNeededByteBufferCapacity() + 64);
        var length = _histogram.EncodeIntoCompressedByteBuffer(buffer);
        // The buffer gives its bytes out one at a time only.
        var bytes = new byte[length];
        buffer.Position = 0;
        for (var i = 0; i < length; i++) bytes[i] = buffer.Get();
        return Convert.ToBase64String(bytes);
    }

    /// <summary>Reads what <see cref="Encode"/> wrote, here or elsewhere.</summary>
    /// <exception cref="FormatException">It is no such text.</exception>
    public static Latencies Decode(string text)
    {
        try
        {
            var read = new Latencies();
            read._histogram.Add(HistogramEncoding.DecodeFromCompressedByteBuffer(ByteBuffer.Allocate(Convert.FromBase64String(text)), 0));
            return read;
        }
        catch (Exception broken) when (broken is InvalidDataException or ArgumentException or IndexOutOfRangeException or OverflowException)
        {
            throw new FormatException($"this is no histogram in HdrHistogram's compressed V2 encoding: {broken.Message}", broken);
        }
    }

    internal void Add(HistogramBase other) => _histogram.Add(other);

    /// <summary>A histogram for one interval of one thread: half the memory, the same buckets.</summary>
    internal static IntHistogram NewInterval() => new(1, HighestMicroseconds, Digits);

    /// <summary>For the interval log of <see cref="HistogramLogWriter"/>.</summary>
    internal HistogramBase ForLog(string tag, long began, long ended)
    {
        var copy = (LongHistogram)_histogram.Copy();
        (copy.Tag, copy.StartTimeStamp, copy.EndTimeStamp) = (tag, began, ended);
        return copy;
    }
}
