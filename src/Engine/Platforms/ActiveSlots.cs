using ChainBridge.Engine.Model;

namespace ChainBridge.Engine.Platforms;

/// <summary>
/// Which slot has the traffic, host by host. Between the switch of one host and that of the next they differ, and a runner may die there.
/// </summary>
/// <param name="Hosts">The slot is null on a host that was never switched to one.</param>
public sealed record ActiveSlots(IReadOnlyList<HostAnswer<Slot?>> Hosts)
{
    /// <summary>Asks the edge of every host.</summary>
    /// <exception cref="EngineException">One does not answer: not knowing is not "none".</exception>
    public static async Task<ActiveSlots> AskAsync(IPlatform platform, CancellationToken cancellationToken) =>
        new(await platform.Hosts.AskAsync(host => host.Traffic.ActiveSlotAsync(cancellationToken)));

    /// <summary>
    /// The slot with the traffic of the first host that has one: where hosts do not differ, that of all of them, and null when none has.
    /// </summary>
    public Slot? First => Hosts.Select(host => host.Answer).FirstOrDefault(slot => slot is not null);

    /// <summary>Whether two hosts send their requests to different slots.</summary>
    public bool Differ => Hosts.Select(host => host.Answer).OfType<Slot>().Distinct().Count() > 1;

    /// <summary>Whether this slot has the traffic of every host.</summary>
    public bool Everywhere(Slot slot) => Hosts.All(host => host.Answer == slot);

    /// <summary>Whether this slot has the traffic of any host.</summary>
    public bool Anywhere(Slot slot) => Hosts.Any(host => host.Answer == slot);

    /// <inheritdoc />
    public override string ToString() =>
        string.Join(", ", Hosts.Select(host => host.Host.Says($"{host.Answer?.Name() ?? "no slot"} has the traffic")));
}
