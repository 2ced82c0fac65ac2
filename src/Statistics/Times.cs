namespace ChainBridge.Statistics;

/// <summary>Measured times, counted in buckets.</summary>
/// <param name="buckets">The longest time each bucket holds, and how many it held; in any order.</param>
public sealed class Times(IEnumerable<KeyValuePair<long, long>> buckets)
{
    private readonly KeyValuePair<long, long>[] _buckets = [.. buckets.OrderBy(bucket => bucket.Key)];

    /// <summary>How many were measured.</summary>
    public long Count => _buckets.Sum(bucket => bucket.Value);

    /// <summary>The time that this share of all was not longer than; 0 when none was measured.</summary>
    /// <param name="share">E.g. 0.99.</param>
    public long Quantile(double share)
    {
        var left = (long)Math.Ceiling(share * Count);
        foreach (var (longest, count) in _buckets)
            if ((left -= count) <= 0) return longest;
        return 0;
    }

    /// <summary>Those measured after an earlier look at the same count.</summary>
    public Times Since(Times earlier)
    {
        var taken = earlier._buckets.Select(bucket => KeyValuePair.Create(bucket.Key, -bucket.Value));
        return new(_buckets.Concat(taken).GroupBy(bucket => bucket.Key, bucket => bucket.Value)
            .Select(same => KeyValuePair.Create(same.Key, same.Sum())));
    }

    /// <summary>Those in buckets that hold longer times than this one.</summary>
    public Part Above(double time) => Counted(longest => longest > time);

    /// <summary>Those in buckets that hold this time or longer ones.</summary>
    public Part From(double time) => Counted(longest => longest >= time);

    private Part Counted(Func<long, bool> isCounted) =>
        new(_buckets.Where(bucket => isCounted(bucket.Key)).Sum(bucket => bucket.Value), Count);
}
