using ChainBridge.Engine.Hosts;
using ChainBridge.Engine.Manifest;
using ChainBridge.Engine.Model;

namespace ChainBridge.Engine.Traffic;

/// <summary>Where a platform runs its edge.</summary>
internal interface IEdgePlace
{
    /// <summary>A client for the admin side; null while the edge was never set up.</summary>
    /// <exception cref="EngineException"><see cref="Failure.Unreachable"/>: it was set up and does not run.</exception>
    Task<EdgeClient?> AdminAsync(CancellationToken cancellationToken);

    /// <summary>The ports the edge stands on, also while it does not run.</summary>
    /// <exception cref="EngineException"><see cref="Failure.Unreachable"/>: they were never opened.</exception>
    Task<IReadOnlyList<OpenPort>> PortsAsync(CancellationToken cancellationToken);
}

/// <summary>The traffic of an environment, asked of its edge and moved by it.</summary>
/// <param name="doors">Today's doors.</param>
internal sealed class EdgeTraffic(IHost host, IEdgePlace place, IReadOnlyList<DoorSpec> doors, TimeProvider time)
    : ITraffic, IDisposable
{
    private readonly EdgeDoors _doors = new(doors);

    /// <summary>
    /// The edge that answered last: to look for it on its host costs two ways there and back. Null while it is being asked.
    /// </summary>
    private EdgeClient? _known;

    public async Task<PublicDoors> DoorsAsync(Slot? slot, CancellationToken cancellationToken)
    {
        var (ports, stamped) = slot is { } known
            ? await AskAsync(async edge =>
                (edge.Ports, (await edge.StateAsync(cancellationToken)).Placed(known.Name())?.Version is not null), cancellationToken)
            : (Volatile.Read(ref _known)?.Ports ?? await place.PortsAsync(cancellationToken), false);
        return new(await _doors.AddressesAsync(ports, port => host.ReachAsync(port, cancellationToken)), stamped);
    }

    public async Task<IReadOnlyList<FoundEdge>> EdgesAsync(CancellationToken cancellationToken) =>
        await TryAskAsync(edge => FoundEdge.AskAsync(edge, cancellationToken), cancellationToken) is { } found ? [found] : [];

    public async Task<Shares> SharesAsync(CancellationToken cancellationToken)
    {
        // Never set up is a clear "none"; set up and silent is not.
        return await TryAskAsync(edge => edge.SharesAsync(cancellationToken), cancellationToken) ?? Shares.None;
    }

    public Task<SlotFigures> FiguresAsync(Slot slot, CancellationToken cancellationToken) =>
        AskAsync(edge => edge.FiguresAsync(slot, cancellationToken), cancellationToken);

    /// <summary>Asked, not told: a plan has no candidate that could be reached.</summary>
    public Task<IReadOnlyList<string>> ReachAsync(Slot slot, Release release, CancellationToken cancellationToken) =>
        host.AfterwardsAsync<IReadOnlyList<string>>(async () =>
        {
            var (name, unreached) = await AskAsync(async edge => (edge.Name,
                await edge.ReachAsync(slot, [.. doors.Select(door => door.Name)], cancellationToken)), cancellationToken);
            if (unreached is null) return [name];
            EdgeDoors.MustReach(release, SlotDoors.Of(release, doors), unreached);
            return [];
        }, planned: []);

    public async Task ShareAsync(FencingToken token, Slot slot, int percent, CancellationToken cancellationToken)
    {
        await OpenAsync(token, cancellationToken);
        await TellAsync($"tell the edge to send {percent} % of new requests to slot {slot.Name()}",
            edge => edge.ShareAsync(slot, percent, token, cancellationToken), cancellationToken);
    }

    public async Task SwitchAsync(FencingToken token, Slot slot, CancellationToken cancellationToken)
    {
        await OpenAsync(token, cancellationToken);
        await TellAsync($"tell the edge to send all new requests to slot {slot.Name()}",
            edge => edge.SwitchAsync(slot, token, cancellationToken), cancellationToken);
    }

    public Task<int> DrainAsync(Slot slot, TimeSpan deadline, CancellationToken cancellationToken) =>
        AskAsync(edge => edge.DrainAsync(slot, deadline, time, cancellationToken), cancellationToken);

    /// <summary>Tells the edge what it may limit.</summary>
    public Task LimitAsync(EdgeSpec limits, FencingToken token, CancellationToken cancellationToken) =>
        TellAsync("tell the edge its limits", edge => edge.LimitAsync(limits, token, cancellationToken), cancellationToken);

    /// <summary>Tells the edge where a release is.</summary>
    /// <param name="addressOf">Answers where the service behind a door is; asked once it runs.</param>
    public Task PlaceAsync(
        Slot slot, Release release, Func<Task<Func<DoorSpec, Uri>>> addressOf, FencingToken token, CancellationToken cancellationToken) =>
        TellAsync($"tell the edge where slot {slot.Name()} is", async edge => await _doors.PlaceAsync(edge, slot, release.Version,
            SlotDoors.Addresses(release, doors, await addressOf()), token, cancellationToken), cancellationToken);

    public void Dispose() => _known?.Dispose();

    /// <summary>The doors change with the traffic: until then what serves is behind those it was proved behind.</summary>
    private Task OpenAsync(FencingToken token, CancellationToken cancellationToken) =>
        TellAsync($"tell the edge its doors: {string.Join(", ", doors.Select(door => door.Name))}", async edge =>
            await _doors.OpenAsync(edge, token, cancellationToken), cancellationToken);

    private Task TellAsync(string what, Func<EdgeClient, Task> tell, CancellationToken cancellationToken) =>
        host.ChangeAsync(what, () => AskAsync(async edge =>
        {
            await tell(edge);
            return true;
        }, cancellationToken));

    private async Task<T> AskAsync<T>(Func<EdgeClient, Task<T>> ask, CancellationToken cancellationToken) =>
        await TryAskAsync(async edge => new Answer<T>(await ask(edge)), cancellationToken) is { } answer
            ? answer.Value
            : throw new EngineException(Failure.Unreachable, "the edge does not run", "deployrunner deploy starts it again");

    /// <summary>
    /// Asks the edge that answered last; where that one does not answer, the one that is found now. What an edge is told can be told
    /// twice. Null where none was ever set up.
    /// </summary>
    private async Task<T?> TryAskAsync<T>(Func<EdgeClient, Task<T>> ask, CancellationToken cancellationToken) where T : class
    {
        if (Interlocked.Exchange(ref _known, null) is { } known)
            try
            {
                return await KeepingAsync(known, ask);
            }
            catch (EngineException away) when (away.Failure == Failure.Unreachable)
            {
                // It may have been started again, at another address.
            }

        return await place.AdminAsync(cancellationToken) is { } found ? await KeepingAsync(found, ask) : null;
    }

    private async Task<T> KeepingAsync<T>(EdgeClient edge, Func<EdgeClient, Task<T>> ask)
    {
        try
        {
            var answer = await ask(edge);
            edge = Interlocked.Exchange(ref _known, edge)!;
            return answer;
        }
        finally
        {
            edge?.Dispose();
        }
    }

    private sealed record Answer<T>(T Value);
}
