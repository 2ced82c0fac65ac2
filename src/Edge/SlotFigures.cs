using System.Text.Json.Serialization;
using HdrHistogram;

namespace ChainBridge.Edge;

/// <summary>How a request ended.</summary>
public enum Ending
{
    /// <summary>The release answered with a status below 500, or the edge itself refused what its limits do not allow.</summary>
    Served,
    /// <summary>The release answered with 500 or above.</summary>
    Failed,
    /// <summary>The release took no connection, or has no address at the door.</summary>
    Refused,
    /// <summary>The release gave no answer, or broke one off.</summary>
    Broken,
    /// <summary>The caller went away, or broke its own request off.</summary>
    Aborted,
}

/// <summary>What the edge counted for a slot since the edge started. Requests still under way are not among them.</summary>
/// <param name="Requests">All that ended, however they did.</param>
/// <param name="Failed">Answered with 500 or above.</param>
/// <param name="Broken">Got no answer, or no whole one, by the release's fault; the refused ones included.</param>
/// <param name="Refused">Of the broken ones, those for which there was no connection or no address.</param>
/// <param name="Aborted">Given up by the caller: no failures of the release.</param>
/// <param name="GivenUp">Of the aborted ones, those for which no answer had begun: a release that hangs has more of them.</param>
/// <param name="FirstByte">From the request's arrival to the head of the release's answer.</param>
/// <param name="Duration">
/// From the request's arrival to the end of a whole answer; WebSockets and event streams, which last as long as their callers
/// like, are left out.
/// </param>
public sealed record SlotFigures(
    long Requests, long Failed, long Broken, long Refused, long Aborted, long GivenUp, Latencies FirstByte, Latencies Duration);

/// <summary>A histogram of times. Two can be added or subtracted bucket by bucket: the buckets are always cut at the same values.</summary>
/// <param name="Buckets">Pairs: the largest time a bucket holds, in microseconds, and how many it held; empty buckets are left out.</param>
public sealed record Latencies(IReadOnlyList<long[]> Buckets)
{
    /// <summary>Digits that are kept of a time: a bucket's ends differ by less than 1 %.</summary>
    internal const int Digits = 2;

    /// <summary>Longer ones are counted as this, in microseconds.</summary>
    internal const long Longest = 3_600_000_000;

    /// <summary>How many times were measured.</summary>
    [JsonIgnore]
    public long Count => Buckets.Sum(bucket => bucket[1]);

    internal static LongHistogram Histogram() => new(1, Longest, Digits);

    internal static Latencies Of(LongHistogram histogram) =>
        new([.. histogram.RecordedValues().Select(bucket => new[] { bucket.ValueIteratedTo, bucket.CountAddedInThisIterationStep })]);
}
