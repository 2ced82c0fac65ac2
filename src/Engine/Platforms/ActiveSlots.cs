using ChainBridge.Engine.Model;

namespace ChainBridge.Engine.Platforms;

/// <summary>
/// Which slot has how much of the traffic, host by host. Between the change of one host and that of the next they differ, and a runner may
/// die there.
/// </summary>
public sealed record ActiveSlots(IReadOnlyList<HostAnswer<Shares>> Hosts)
{
    /// <summary>Asks the edge of every host.</summary>
    /// <exception cref="EngineException">One does not answer: not knowing is not "none".</exception>
    public static async Task<ActiveSlots> AskAsync(IPlatform platform, CancellationToken cancellationToken) =>
        new(await platform.Hosts.AskAsync(host => host.Traffic.SharesAsync(cancellationToken), cancellationToken));

    /// <summary>
    /// The shares of the first host that was ever switched to a slot: where hosts do not differ, those of all of them.
    /// </summary>
    public Shares First => Hosts.Select(host => host.Answer).FirstOrDefault(shares => shares.Active is not null) ?? Shares.None;

    /// <summary>Whether two hosts send their requests to different slots, or in different shares.</summary>
    public bool Differ => Hosts.Select(host => host.Answer).Where(shares => shares.Active is not null).Distinct().Count() > 1;

    /// <summary>Whether two slots have a part of the traffic of any host.</summary>
    public bool AreSplit => Hosts.Any(host => host.Answer.AreSplit);

    /// <summary>Whether this slot has all the traffic of every host.</summary>
    public bool Everywhere(Slot slot) => Hosts.All(host => host.Answer.Alone == slot);

    /// <summary>Whether this slot has traffic of any host.</summary>
    public bool Anywhere(Slot slot) => Hosts.Any(host => host.Answer.Of(slot) > 0);

    /// <inheritdoc />
    public override string ToString() => string.Join(", ", Hosts.Select(host => host.Host.Says(host.Answer.AreSplit
        ? $"{host.Answer}" : $"{host.Answer.Active?.Name() ?? "no slot"} has the traffic")));
}
