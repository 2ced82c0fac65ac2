using System.IO.Compression;
using HdrHistogram;
using HdrHistogram.Utilities;

namespace ChainBridge.TestKit.Load;

/// <summary>
/// Times in a high dynamic range histogram: from 1 µs to 1 hour with three digits everywhere, in the same memory for ten samples
/// and for ten million, and in less where they are only read. Two are added to exactly what one would have been.
/// </summary>
public sealed class Latencies
{
    /// <summary>What is longer counts as this.</summary>
    internal const long HighestMicroseconds = 3_600_000_000;

    internal const int Digits = 3;

    /// <summary>Null until a time is added, and of one that is packed.</summary>
    private LongHistogram? _histogram;

    private PackedTimes _packed = PackedTimes.Empty;

    /// <summary>How many times were recorded.</summary>
    public long Count => _histogram?.TotalCount ?? _packed.Count;

    /// <summary>The mean; zero of none.</summary>
    public TimeSpan Mean => Count == 0 ? TimeSpan.Zero : TimeSpan.FromMicroseconds(Whole().GetMean());

    /// <summary>The longest; zero of none.</summary>
    public TimeSpan Max => Count == 0 ? TimeSpan.Zero : TimeSpan.FromMicroseconds(_histogram?.GetMaxValue() ?? _packed.Percentile(100));

    /// <summary>The time that this share did not exceed; zero of none.</summary>
    /// <param name="percent">0 to 100.</param>
    public TimeSpan Percentile(double percent) => Count == 0
        ? TimeSpan.Zero
        : TimeSpan.FromMicroseconds(_histogram?.GetValueAtPercentile(percent) ?? _packed.Percentile(percent));

    /// <summary>How many were longer.</summary>
    public long CountAbove(TimeSpan time) => Recorded().Where(one => one.Value > time.TotalMicroseconds).Sum(one => one.Count);

    /// <summary>Adds another's times to these.</summary>
    public void Add(Latencies other)
    {
        if (other._histogram is { } histogram) Add(histogram);
        else if (other.Count > 0) other._packed.AddTo(Opened());
    }

    /// <summary>Adds one time.</summary>
    public void Add(TimeSpan time) => Opened().RecordValue(Math.Clamp((long)time.TotalMicroseconds, 0, HighestMicroseconds));

    /// <summary>So many of the same time.</summary>
    internal void Add(TimeSpan time, long count) =>
        Opened().RecordValueWithCount(Math.Clamp((long)time.TotalMicroseconds, 0, HighestMicroseconds), count);

    /// <summary>Each distinct time that was recorded, in order, with how often.</summary>
    public IEnumerable<(TimeSpan Time, long Count)> Values() =>
        Recorded().Select(one => (TimeSpan.FromMicroseconds(one.Value), one.Count));

    /// <summary>The V2 encoding of HdrHistogram, deflated, in base64: what its tools in every language read.</summary>
    public string Encode()
    {
        var whole = Whole();
        var buffer = ByteBuffer.Allocate(whole.GetNeededByteBufferCapacity() + 64);
        var length = whole.EncodeIntoCompressedByteBuffer(buffer);
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
            read.Add(HistogramEncoding.DecodeFromCompressedByteBuffer(ByteBuffer.Allocate(Convert.FromBase64String(text)), 0));
            return read;
        }
        catch (Exception broken) when (broken is InvalidDataException or ArgumentException or IndexOutOfRangeException or OverflowException)
        {
            throw new FormatException($"this is no histogram in HdrHistogram's compressed V2 encoding: {broken.Message}", broken);
        }
    }

    internal void Add(HistogramBase other)
    {
        if (other.TotalCount > 0) Opened().Add(other);
    }

    internal void Clear()
    {
        if (Count > 0) _histogram?.Reset();
        _packed = PackedTimes.Empty;
    }

    /// <summary>The same times in as little memory as they need, for what is kept and not added to.</summary>
    internal Latencies Packed() => new() { _packed = _histogram is null ? _packed : PackedTimes.Of(_histogram) };

    /// <summary>A histogram for one interval of one thread: half the memory, the same buckets.</summary>
    internal static IntHistogram NewInterval() => new(1, HighestMicroseconds, Digits);

    /// <summary>For the interval log of <see cref="HistogramLogWriter"/>.</summary>
    internal HistogramBase ForLog(string tag, long began, long ended)
    {
        var copy = (LongHistogram)Whole().Copy();
        (copy.Tag, copy.StartTimeStamp, copy.EndTimeStamp) = (tag, began, ended);
        return copy;
    }

    /// <summary>The histogram to add to.</summary>
    private LongHistogram Opened()
    {
        if (_histogram is not null) return _histogram;
        _histogram = Whole();
        _packed = PackedTimes.Empty;
        return _histogram;
    }

    private LongHistogram Whole()
    {
        if (_histogram is not null) return _histogram;
        var whole = new LongHistogram(1, HighestMicroseconds, Digits);
        _packed.AddTo(whole);
        return whole;
    }

    private IEnumerable<(long Value, long Count)> Recorded() => _histogram is null
        ? _packed.Values()
        : _histogram.RecordedValues().Select(value => (value.ValueIteratedTo, value.CountAtValueIteratedTo));
}
