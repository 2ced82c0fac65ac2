using ChainBridge.Engine.Model;
using ChainBridge.Engine.Traffic;

namespace ChainBridge.Engine.Platforms;

/// <summary>The traffic of several hosts: each has an edge of its own, and they are moved one after the other.</summary>
/// <param name="hosts">Answers those that are not left out.</param>
internal sealed class SeveralTraffic(Func<HostGroup> hosts) : ITraffic
{
    /// <summary>Of the first host; a gate asks each one itself.</summary>
    public Task<PublicDoors> DoorsAsync(Slot? slot, CancellationToken cancellationToken) =>
        hosts().All[0].Platform.Traffic.DoorsAsync(slot, cancellationToken);

    public async Task<IReadOnlyList<FoundEdge>> EdgesAsync(CancellationToken cancellationToken) =>
        [.. (await hosts().AskAsync(host => host.Traffic.EdgesAsync(cancellationToken), cancellationToken))
            .SelectMany(found => found.Answer.Select(edge => edge with { Name = found.Host.Says(edge.Name) }))];

    public async Task<Shares> SharesAsync(CancellationToken cancellationToken)
    {
        var active = new ActiveSlots(await hosts().AskAsync(host => host.Traffic.SharesAsync(cancellationToken), cancellationToken));
        return !active.Differ ? active.First : throw new EngineException(Failure.PersonNeeded, $"the hosts differ: {active}",
            "deployrunner resume puts them in order");
    }

    /// <summary>Of the first host, likewise.</summary>
    public Task<SlotFigures> FiguresAsync(Slot slot, CancellationToken cancellationToken) =>
        hosts().All[0].Platform.Traffic.FiguresAsync(slot, cancellationToken);

    /// <summary>All of them before the first is moved: each edge has a way of its own.</summary>
    public async Task<IReadOnlyList<string>> ReachAsync(Slot slot, Release release, CancellationToken cancellationToken) =>
        [.. (await hosts().AskAsync(host => host.Traffic.ReachAsync(slot, release, cancellationToken), cancellationToken))
            .SelectMany(unasked => unasked.Answer.Select(unasked.Host.Says))];

    /// <inheritdoc cref="SwitchAsync"/>
    public async Task ShareAsync(FencingToken token, Slot slot, int percent, CancellationToken cancellationToken)
    {
        foreach (var host in hosts().All)
            await new HostGroup([host], InTurn: true).DoAsync(
                one => one.Traffic.ShareAsync(token, slot, percent, cancellationToken), cancellationToken);
    }

    /// <summary>
    /// Host by host, and no further than the first that fails: what was not moved need not be moved back. The way back leaves that host
    /// out and moves the others.
    /// </summary>
    public async Task SwitchAsync(FencingToken token, Slot slot, CancellationToken cancellationToken)
    {
        foreach (var host in hosts().All)
            await new HostGroup([host], InTurn: true).DoAsync(one => one.Traffic.SwitchAsync(token, slot, cancellationToken),
                cancellationToken);
    }

    public async Task<int> DrainAsync(Slot slot, TimeSpan deadline, CancellationToken cancellationToken) =>
        (await hosts().AskAsync(host => host.Traffic.DrainAsync(slot, deadline, cancellationToken), cancellationToken))
            .Sum(left => left.Answer);
}
