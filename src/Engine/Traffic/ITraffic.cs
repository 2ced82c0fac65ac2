using ChainBridge.Engine.Model;

namespace ChainBridge.Engine.Traffic;

/// <summary>The public door of an environment: which slot gets the requests, and how they fare. The same on every platform.</summary>
public interface ITraffic
{
    /// <summary>The public door.</summary>
    Task<Uri> PublicAddressAsync(CancellationToken cancellationToken);

    /// <summary>
    /// The slot that has the traffic, as the edge itself says; null before the first switch. Throws when the edge does not answer:
    /// not knowing is not "none".
    /// </summary>
    Task<Slot?> ActiveSlotAsync(CancellationToken cancellationToken);

    /// <summary>What the edge counted for the slot since the edge started.</summary>
    /// <exception cref="EngineException"><see cref="Failure.Unreachable"/>: the edge cannot say.</exception>
    Task<SlotFigures> FiguresAsync(Slot slot, CancellationToken cancellationToken);

    /// <summary>Moves all traffic in one atomic step. Refused by the edge when a newer fencing token was seen.</summary>
    Task SwitchAsync(FencingToken token, Slot slot, CancellationToken cancellationToken);

    /// <summary>Waits until no request is in flight in the slot; answers how many were left at the deadline.</summary>
    Task<int> DrainAsync(Slot slot, TimeSpan deadline, CancellationToken cancellationToken);
}
