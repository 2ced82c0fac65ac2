using ChainBridge.Statistics;

namespace ChainBridge.Engine.Traffic;

/// <summary>A histogram of times, as the edge keeps it: every edge cuts its buckets at the same values.</summary>
public sealed class Latencies
{
    private readonly SortedDictionary<long, long> _buckets;

    private Latencies(SortedDictionary<long, long> buckets) => _buckets = buckets;

    /// <summary>How many times were measured.</summary>
    public long Count => _buckets.Values.Sum();

    /// <summary>Reads pairs of the longest time a bucket holds, in microseconds, and how many it held.</summary>
    public static Latencies Of(IEnumerable<IReadOnlyList<long>> pairs)
    {
        var buckets = new SortedDictionary<long, long>();
        foreach (var pair in pairs) buckets[pair[0]] = buckets.GetValueOrDefault(pair[0]) + pair[1];
        return new(buckets);
    }

    /// <summary>What was measured after an earlier look at the same histogram.</summary>
    public Latencies Since(Latencies earlier) => new(new(_buckets
        .Select(bucket => KeyValuePair.Create(bucket.Key, bucket.Value - earlier._buckets.GetValueOrDefault(bucket.Key)))
        .Where(bucket => bucket.Value > 0).ToDictionary()));

    /// <summary>The time that this share of all was not longer than; zero when nothing was measured.</summary>
    /// <param name="share">E.g. 0.99.</param>
    public TimeSpan Percentile(double share) => TimeSpan.FromMicroseconds(new Times(_buckets).Quantile(share));

    /// <summary>The longest time each bucket holds, in microseconds, and how many it held.</summary>
    internal IReadOnlyDictionary<long, long> Buckets => _buckets;
}
