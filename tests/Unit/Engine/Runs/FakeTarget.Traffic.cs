using ChainBridge.Engine.Model;
using ChainBridge.Engine.Traffic;

namespace ChainBridge.Tests.Unit.Engine.Runs;

/// <summary>Its edge.</summary>
internal sealed partial class FakeTarget
{
    /// <summary>The edge; null for none.</summary>
    public FoundEdge? Edge { get; set; } = new("the edge at http://edge.test", []);

    public Task<PublicDoors> DoorsAsync(Slot? slot, CancellationToken cancellationToken) =>
        Do("public address", cancellationToken, () =>
        {
            AskedForDoors();
            return new PublicDoors([new("default", new Uri("http://public.test"))], Stamped: true);
        });

    public Task<Shares> SharesAsync(CancellationToken cancellationToken) => Do("active?", cancellationToken, () => Shares);

    public Task<IReadOnlyList<FoundEdge>> EdgesAsync(CancellationToken cancellationToken) =>
        Do<IReadOnlyList<FoundEdge>>("which edge?", cancellationToken, () => Edge is null ? [] : [Edge]);

    public Task<IReadOnlyList<string>> ReachAsync(Slot slot, Release release, CancellationToken cancellationToken) =>
        Do<IReadOnlyList<string>>($"connect to {slot}", cancellationToken, () =>
        {
            MustRun(slot);
            return Edge?.Lacks.Contains(FoundEdge.NoReach) == true ? [Edge.Name] : [];
        });

    public Task ShareAsync(FencingToken token, Slot slot, int percent, CancellationToken cancellationToken) =>
        Do($"share {percent} to {slot}", cancellationToken, () =>
        {
            Fence(token);
            MustRun(slot);
            var active = percent > 50 ? slot : percent < 50 ? Other(slot) : Active!.Value;
            Shares = slot == Slot.Blue ? new(active, percent, 100 - percent) : new(active, 100 - percent, percent);
            MustRun(Other(slot));
        });

    public Task<SlotFigures> FiguresAsync(Slot slot, CancellationToken cancellationToken) =>
        Do($"figures of {slot}", cancellationToken, () => Counted(slot));

    public Task SwitchAsync(FencingToken token, Slot slot, CancellationToken cancellationToken) =>
        Do($"switch to {slot}", cancellationToken, () =>
        {
            Fence(token);
            Shares = Shares.All(slot);
            MustBeAnswered();
        });

    public Task<int> DrainAsync(Slot slot, TimeSpan deadline, CancellationToken cancellationToken) =>
        Do($"drain {slot}", cancellationToken, () => 0);
}
