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

    /// <summary>The public door.</summary>
    Task<Uri> PublicAsync(CancellationToken cancellationToken);
}

/// <summary>The traffic of an environment, asked of its edge and moved by it.</summary>
internal sealed class EdgeTraffic(IHost host, IEdgePlace place, TimeProvider time) : ITraffic
{
    public Task<Uri> PublicAddressAsync(CancellationToken cancellationToken) => place.PublicAsync(cancellationToken);

    public async Task<Slot?> ActiveSlotAsync(CancellationToken cancellationToken)
    {
        // Never set up is a clear "none"; set up and silent is not.
        using var edge = await place.AdminAsync(cancellationToken);
        return edge is null ? null : await edge.ActiveAsync(cancellationToken);
    }

    public Task<SlotFigures> FiguresAsync(Slot slot, CancellationToken cancellationToken) =>
        AskAsync(edge => edge.FiguresAsync(slot, cancellationToken), cancellationToken);

    public Task SwitchAsync(FencingToken token, Slot slot, CancellationToken cancellationToken) =>
        TellAsync($"tell the edge to send all new requests to slot {slot.Name()}", edge => edge.SwitchAsync(slot, token, cancellationToken),
            cancellationToken);

    public Task<int> DrainAsync(Slot slot, TimeSpan deadline, CancellationToken cancellationToken) =>
        AskAsync(edge => edge.DrainAsync(slot, deadline, time, cancellationToken), cancellationToken);

    /// <summary>Tells the edge what it may limit.</summary>
    public Task LimitAsync(EdgeSpec limits, FencingToken token, CancellationToken cancellationToken) =>
        TellAsync("tell the edge its limits", edge => edge.LimitAsync(limits, token, cancellationToken), cancellationToken);

    /// <summary>Tells the edge where the public service of a slot is.</summary>
    /// <param name="address">Asked for once the service runs.</param>
    public Task PlaceAsync(Slot slot, Func<Task<Uri>> address, FencingToken token, CancellationToken cancellationToken) =>
        TellAsync($"tell the edge where slot {slot.Name()} is",
            async edge => await edge.PlaceAsync(slot, await address(), token, cancellationToken), cancellationToken);

    private Task TellAsync(string what, Func<EdgeClient, Task> tell, CancellationToken cancellationToken) =>
        host.ChangeAsync(what, () => AskAsync(async edge =>
        {
            await tell(edge);
            return true;
        }, cancellationToken));

    private async Task<T> AskAsync<T>(Func<EdgeClient, Task<T>> ask, CancellationToken cancellationToken)
    {
        using var edge = await place.AdminAsync(cancellationToken)
            ?? throw new EngineException(Failure.Unreachable, "the edge does not run", "deployrunner deploy starts it again");
        return await ask(edge);
    }
}
