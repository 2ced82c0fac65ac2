using ChainBridge.Engine.Model;

namespace ChainBridge.Engine.Traffic;

/// <summary>Tells an edge today's doors, and where a slot is behind them.</summary>
internal sealed class EdgeDoors(IReadOnlyList<DoorSpec> doors)
{
    /// <summary>Places a slot at every door it has a service for.</summary>
    public async Task PlaceAsync(EdgeClient edge, Slot slot, string version, IReadOnlyDictionary<string, Uri> addresses, FencingToken token,
        CancellationToken cancellationToken)
    {
        if ((await edge.StateAsync(cancellationToken)).Ports is not null)
            await edge.PlaceAsync(slot.Name(), new(version, new(addresses)), token, cancellationToken);
        else await edge.PlaceAsync(slot, addresses[OnlyDoor(edge).Name], token, cancellationToken);
    }

    /// <summary>
    /// Makes today's doors the ones in force. What has the traffic is placed at new ones first: there it answers what it answered
    /// before, because its requests came through another door of that port.
    /// </summary>
    public async Task OpenAsync(EdgeClient edge, FencingToken token, CancellationToken cancellationToken)
    {
        var state = await edge.StateAsync(cancellationToken);
        if (state.Ports is null)
        {
            OnlyDoor(edge);
            return;
        }

        var rules = doors.Select(door => new EdgeRule(door.Name, PortOf(door, edge.Ports).Inside, door.Host?.ToLowerInvariant(), door.Path))
            .ToList();
        foreach (var slot in state.Shares?.Keys ?? Enumerable.Empty<string>())
            if (state.Placed(slot) is { } placed && Missing(placed, rules, [.. state.InForce]) is { Count: > 0 } missing)
                await edge.PlaceAsync(slot, placed with { Doors = new(placed.Doors.Concat(missing)) }, token, cancellationToken);
        await edge.OpenAsync(rules, token, cancellationToken);
    }

    /// <summary>Where today's doors are asked.</summary>
    /// <param name="reach">Where the runner reaches a port of the edge's machine.</param>
    public async Task<IReadOnlyList<DoorAddress>> AddressesAsync(IReadOnlyList<OpenPort> open, Func<int, Task<Uri>> reach)
    {
        var addresses = new List<DoorAddress>();
        foreach (var door in doors) addresses.Add(new(door.Name, await reach(PortOf(door, open).Outside), door.Path, door.Host));
        return addresses;
    }

    /// <summary>Fails a release that the edge could not connect to.</summary>
    /// <param name="own">The doors, with the services that the release has behind them.</param>
    public static void MustReach(Release release, IReadOnlyList<DoorSpec> own, IReadOnlyList<EdgeUnreached> unreached)
    {
        if (unreached.Count == 0) return;
        var services = own.ToDictionary(door => door.Name, door => door.Service);
        var found = unreached.Select(one => $"{services.GetValueOrDefault(one.Door, one.Door)} at {one.Address} ({one.Why})").Distinct();
        throw new EngineException(Failure.CandidateFailed, $"the edge got no connection to {string.Join("; ", found)} within "
            + $"{EdgeClient.ReachWithin.TotalSeconds:0} s, and so no traffic moved to {release.Version}",
            "the runner reached it, so look at what is between it and the edge (with Docker: their network, the name, the port); then "
                + "deploy again");
    }

    private OpenPort PortOf(DoorSpec door, IReadOnlyList<OpenPort> open) => OpenPorts.Of(door, doors, open)
        ?? throw new EngineException(Failure.Refused, string.Join("; ", OpenPorts.Missing(doors, open)),
            "deployrunner down (keeps data and history), then deploy");

    private static Dictionary<string, Uri> Missing(EdgePlacement placed, IReadOnlyList<EdgeRule> rules, IReadOnlyList<EdgeRule> before) =>
        rules.Where(rule => !placed.Doors.ContainsKey(rule.Name))
            .Select(rule => (rule.Name, Taker: before.Where(old => placed.Doors.ContainsKey(old.Name) && old.Covers(rule))
                .OrderBy(old => old.Host is null).ThenByDescending(old => old.Path?.Length ?? 0).FirstOrDefault()))
            .Where(pair => pair.Taker is not null).ToDictionary(pair => pair.Name, pair => placed.Doors[pair.Taker!.Name]);

    /// <summary>The one door that an edge of an earlier runner can have.</summary>
    private DoorSpec OnlyDoor(EdgeClient edge) => doors is [{ Host: null, Path: null } only]
        ? only
        : throw new EngineException(Failure.Refused,
            $"{edge.Name} was started by an earlier runner and has one door for all requests; the manifest has "
                + $"{string.Join(", ", doors.Select(door => door.Name))}", "deployrunner down (keeps data and history), then deploy");
}
