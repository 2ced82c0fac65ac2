using System.Text.Json.Serialization;

namespace ChainBridge.Engine.Traffic;

/// <summary>How edge and runner talk to each other; generated ahead, as nothing here is read by reflection.</summary>
[JsonSourceGenerationOptions(System.Text.Json.JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(EdgeAnswer))]
[JsonSerializable(typeof(EdgePlacement))]
[JsonSerializable(typeof(EdgeReached))]
[JsonSerializable(typeof(ToldLimits))]
[JsonSerializable(typeof(ToldAddress))]
[JsonSerializable(typeof(ToldPlace))]
[JsonSerializable(typeof(ToldDoors))]
[JsonSerializable(typeof(ToldSlot))]
[JsonSerializable(typeof(ToldShares))]
[JsonSerializable(typeof(AskedReach))]
internal sealed partial class EdgeJson : JsonSerializerContext;

/// <summary>What the edge may limit.</summary>
internal sealed record ToldLimits(long? MaxBody, TimeSpan? IdleTimeout, long Token);

/// <summary>Where a slot is, for an edge of an earlier runner.</summary>
internal sealed record ToldAddress(Uri Address, long Token);

/// <summary>Where a slot is at every door, and what is in it.</summary>
internal sealed record ToldPlace(IReadOnlyDictionary<string, Uri> Doors, string? Version, long Token);

/// <summary>All doors.</summary>
internal sealed record ToldDoors(IReadOnlyList<EdgeRule> Doors, long Token);

/// <summary>The slot that gets the traffic.</summary>
internal sealed record ToldSlot(string Slot, long Token);

/// <summary>Slot → its part of a hundred requests.</summary>
internal sealed record ToldShares(IReadOnlyDictionary<string, int> Shares, long Token);

/// <summary>The doors at which the edge is to connect, and how long it may take.</summary>
internal sealed record AskedReach(IReadOnlyList<string>? Doors, TimeSpan Within);
