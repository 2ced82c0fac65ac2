namespace ChainBridge.Engine.Traffic;

/// <summary>Requests to a slot that ended, as the edge counted them.</summary>
/// <param name="Start">Names the start of the edge: figures of two starts cannot be compared.</param>
/// <param name="Requests">All of them; the failed and the broken ones included.</param>
/// <param name="Failed">Answered with 500 or above.</param>
/// <param name="Broken">Refused, not answered, or broken off by the release.</param>
public sealed record SlotFigures(string Start, long Requests, long Failed, long Broken)
{
    /// <summary>Given up by their callers before any answer came; 0 from an edge that does not count them.</summary>
    public long GivenUp { get; init; }

    /// <summary>From a request's arrival to the end of a whole answer; null from an edge that does not measure.</summary>
    public Latencies? Durations { get; init; }
}
