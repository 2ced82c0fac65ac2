using ChainBridge.Engine.Model;

namespace ChainBridge.Engine.Traffic;

/// <summary>The public doors of an environment: which slot gets the requests, and how they fare. The same on every platform.</summary>
public interface ITraffic
{
    /// <summary>The public doors.</summary>
    /// <param name="slot">The slot that is to answer there.</param>
    Task<PublicDoors> DoorsAsync(Slot? slot, CancellationToken cancellationToken);

    /// <summary>The edge and what it lacks, each host's by itself; none where none was set up. Changes nothing.</summary>
    /// <exception cref="EngineException"><see cref="Failure.Unreachable"/>: one was set up and does not answer.</exception>
    Task<IReadOnlyList<FoundEdge>> EdgesAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Which slot has how much of the traffic, as the edge itself says. Throws when the edge does not answer: not knowing is not "none".
    /// </summary>
    Task<Shares> SharesAsync(CancellationToken cancellationToken);

    /// <summary>What the edge counted for the slot since the edge started.</summary>
    /// <exception cref="EngineException"><see cref="Failure.Unreachable"/>: the edge cannot say.</exception>
    Task<SlotFigures> FiguresAsync(Slot slot, CancellationToken cancellationToken);

    /// <summary>
    /// Has the edge connect to the slot at every door, as it will for requests; changes nothing. For a release that is to get traffic: one
    /// that is gone back to gets it in any case.
    /// </summary>
    /// <param name="release">What runs in the slot.</param>
    /// <returns>The names of the edges that an earlier runner started and that cannot be asked.</returns>
    /// <exception cref="EngineException"><see cref="Failure.CandidateFailed"/>, naming each address that takes no connection.</exception>
    Task<IReadOnlyList<string>> ReachAsync(Slot slot, Release release, CancellationToken cancellationToken);

    /// <summary>
    /// Gives the slot so many of a hundred new requests, and the other slot the rest, in one atomic step. Refused by the edge when a newer
    /// fencing token was seen.
    /// </summary>
    /// <param name="percent">From 1 to 99.</param>
    Task ShareAsync(FencingToken token, Slot slot, int percent, CancellationToken cancellationToken);

    /// <summary>Moves all traffic in one atomic step. Refused by the edge when a newer fencing token was seen.</summary>
    Task SwitchAsync(FencingToken token, Slot slot, CancellationToken cancellationToken);

    /// <summary>Waits until no request is in flight in the slot; answers how many were left at the deadline.</summary>
    Task<int> DrainAsync(Slot slot, TimeSpan deadline, CancellationToken cancellationToken);
}

/// <summary>The public doors, the first door first, and whether the edge says which release answers there.</summary>
/// <param name="Stamped">
/// The edge was told what is in the slot, and stamps every answer with it. False for an edge, or a slot, of an earlier runner.
/// </param>
public sealed record PublicDoors(IReadOnlyList<DoorAddress> Doors, bool Stamped);
