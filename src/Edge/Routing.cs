using Microsoft.Extensions.Primitives;
using Yarp.ReverseProxy.Forwarder;

namespace ChainBridge.Edge;

/// <summary>
/// A state made ready for requests: doors by port, the most particular first, each with its own rotation. Only
/// <see cref="Choose"/> changes it.
/// </summary>
internal sealed class Routing
{
    private readonly Dictionary<int, (DoorRule Rule, Rotation<Destination> Slots)[]> _doors;

    public Routing(EdgeState state, IReadOnlyDictionary<string, int> opened, Func<string, SlotMeter> meterOf)
    {
        Limits = state.Limits ?? EdgeLimits.None;
        Forwarding = Limits.Forwarding;
        // A host is more specific than a path, and a longer path than a shorter one.
        _doors = DoorRule.InForce(state.Doors, opened)
            .OrderBy(door => door.Host is null).ThenByDescending(door => door.Path?.Length ?? 0)
            .GroupBy(door => door.Port, door => (door, Slots(door.Name))).ToDictionary(port => port.Key, port => port.ToArray());

        Rotation<Destination> Slots(string door) =>
            new([.. state.Shares.Select(share => (To(share.Key, door), share.Value))], Random.Shared);

        Destination To(string slot, string door) => new(state.Slots[slot].Doors.GetValueOrDefault(door)?.ToString(), slot,
            state.Slots[slot].Version is { } version ? version : StringValues.Empty, meterOf(slot));
    }

    /// <summary>What the edge allows.</summary>
    public EdgeLimits Limits { get; }

    /// <summary>The same, for the forwarder.</summary>
    public ForwarderRequestConfig Forwarding { get; }

    /// <summary>The door a request comes through and the slot it goes to. For one thread at a time.</summary>
    public (string? Door, Destination? To) Choose(int port, string host, PathString path)
    {
        foreach (var (rule, slots) in _doors.GetValueOrDefault(port, []))
            if (rule.Takes(host, path)) return (rule.Name, slots.IsEmpty ? null : slots.Next());
        return (null, null);
    }
}
