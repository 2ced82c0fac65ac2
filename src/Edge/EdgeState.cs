using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Yarp.ReverseProxy.Forwarder;

namespace ChainBridge.Edge;

/// <summary>What the edge knows, and keeps on disk.</summary>
/// <param name="Active">The slot with the largest share of the traffic; null before the first switch.</param>
/// <param name="Slots">Slot → where it is.</param>
/// <param name="Token">The highest fencing token seen; an order with an older one is refused.</param>
/// <param name="Limits">What the edge allows; null for <see cref="EdgeLimits.None"/>.</param>
public sealed record EdgeState(string? Active, ImmutableSortedDictionary<string, SlotPlace> Slots, long Token, EdgeLimits? Limits = null)
{
    /// <summary>What the shares of all slots sum to.</summary>
    public const int Whole = 100;

    /// <summary>Before the first change.</summary>
    public static EdgeState Empty { get; } = new(null, ImmutableSortedDictionary<string, SlotPlace>.Empty, 0);

    /// <summary>Slot → its share of new requests, in percent; a slot without any is left out.</summary>
    public ImmutableSortedDictionary<string, int> Shares { get; init; } = ImmutableSortedDictionary<string, int>.Empty;

    /// <summary>The doors configured; a port that none of them names belongs to the door it was opened for.</summary>
    public ImmutableList<DoorRule> Doors { get; init; } = [];

    /// <summary>This state with other shares.</summary>
    public EdgeState With(IReadOnlyDictionary<string, int> shares)
    {
        var most = shares.Values.Max();
        // Of two with the same share the one that was active stays so: at 50/50 the candidate is not yet the current release.
        var active = Active is not null && shares.GetValueOrDefault(Active) == most
            ? Active
            : shares.Where(slot => slot.Value == most).Min(slot => slot.Key);
        return this with { Active = active, Shares = shares.Where(slot => slot.Value > 0).ToImmutableSortedDictionary() };
    }
}

/// <summary>What the edge allows. It adds no limit that is not named here.</summary>
/// <param name="MaxBody">The most bytes a request's body may have; null for any number.</param>
/// <param name="IdleTimeout">How long a request or its answer may go without a byte in either direction; null for any time.</param>
public sealed record EdgeLimits(long? MaxBody, TimeSpan? IdleTimeout)
{
    /// <summary>No limit: the release's own ones hold.</summary>
    public static EdgeLimits None { get; } = new(null, null);

    /// <summary>How requests are forwarded under these limits.</summary>
    [JsonIgnore]
    public ForwarderRequestConfig Forwarding => new() { ActivityTimeout = IdleTimeout ?? Timeout.InfiniteTimeSpan };
}
