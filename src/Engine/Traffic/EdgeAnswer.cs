using System.Text.Json;
using ChainBridge.Engine.Model;

namespace ChainBridge.Engine.Traffic;

/// <summary>What an edge says of itself. One that was started by an earlier runner leaves out what it does not know.</summary>
/// <param name="Slots">Slot → where it is: an address with the older edge, else its version and its address at each door.</param>
/// <param name="Ports">Door → port the edge was started with; null with the older edge, which has one door and stamps nothing.</param>
internal sealed record EdgeAnswer(string? Active, Dictionary<string, int>? Shares, Dictionary<string, JsonElement>? Slots,
    IReadOnlyList<EdgeRule>? Doors, Dictionary<string, int>? Ports, Dictionary<string, int> InFlight, string? Start,
    Dictionary<string, EdgeCount>? Figures)
{
    /// <summary>What the edge was told of a slot; null for nothing.</summary>
    public EdgePlacement? Placed(string slot) => Slots?.GetValueOrDefault(slot) is not { ValueKind: JsonValueKind.Object } placed
        ? null
        : placed.Deserialize(EdgeJson.Default.EdgePlacement);

    /// <summary>The rules in force: those told, and for each port that none of them names the door it was opened for.</summary>
    public IEnumerable<EdgeRule> InForce => (Doors ?? []).Concat((Ports ?? []).Where(port => (Doors ?? []).All(rule =>
        rule.Port != port.Value)).Select(port => new EdgeRule(port.Key, port.Value, null, null)));
}

/// <summary>A door as the edge has it.</summary>
/// <param name="Port">As the edge itself knows it.</param>
internal sealed record EdgeRule(string Name, int Port, string? Host, string? Path)
{
    /// <summary>Whether this door, if it were the only one, would take every request of the other.</summary>
    public bool Covers(EdgeRule other) => Port == other.Port
        && (Host is null || Host.Equals(other.Host, StringComparison.OrdinalIgnoreCase))
        && (Path is null || other.Path == Path || other.Path?.StartsWith($"{Path}/", StringComparison.Ordinal) == true);
}

/// <summary>Where a slot is, and what is in it.</summary>
internal sealed record EdgePlacement(string? Version, Dictionary<string, Uri> Doors);

/// <summary>What the edge counted for a slot.</summary>
internal sealed record EdgeCount(long Requests, long Failed, long Broken, long GivenUp, EdgeTimes? Duration);

/// <summary>A histogram of the edge: pairs of the longest time a bucket holds, in microseconds, and how many it held.</summary>
internal sealed record EdgeTimes(IReadOnlyList<long[]> Buckets);

/// <summary>What the edge found when it connected to a slot: the doors at which it could not.</summary>
internal sealed record EdgeReached(IReadOnlyList<EdgeUnreached> Unreached);

/// <summary>A door at which a slot took no connection from the edge.</summary>
/// <param name="Why">The reason of the edge's system.</param>
internal sealed record EdgeUnreached(string Door, Uri Address, string Why);
