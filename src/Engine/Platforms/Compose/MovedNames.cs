using ChainBridge.Engine.Commands;
using ChainBridge.Engine.Hosts;
using ChainBridge.Engine.Model;
using ChainBridge.Engine.Traffic;

namespace ChainBridge.Engine.Platforms.Compose;

/// <summary>
/// Networks before those of the slots, in which a name leads to one of two containers. Nothing is ever taken out of a network that has
/// traffic: its open connections would hang. A name moves by a network before the one that had it, and a network goes with its slot.
/// </summary>
internal sealed class MovedNames(ComposeNames names, IHost host, DockerEngine engine)
{
    private const int First = 999_999_999;
    private const string Look = "docker network ls and docker ps --all show what is there";
    private const string NoRoom = "free networks (docker network ls shows all, docker network prune removes unused ones), give the engine "
        + "more default-address-pools, or deploy once with strategy: blue-green, which removes those of deployments that went back";

    // What a plan would have made: the engine does not have it.
    private readonly List<(string Network, Slot Slot)> _planned = [];
    private readonly HashSet<(string Network, string Container)> _plannedJoins = [];

    /// <param name="named">
    /// Service of the slot → what it is called: one that was started just now, or all that have requests already, callers first.
    /// </param>
    /// <param name="beside">Services of the other slot.</param>
    public async Task MoveAsync(Slot slot, IReadOnlyDictionary<string, IReadOnlyList<string>> named, IEnumerable<string> beside,
        CancellationToken cancellationToken)
    {
        var standing = await Task.WhenAll(StandingAsync(slot, cancellationToken), StandingAsync(Other(slot), cancellationToken));
        var (own, others) = (standing[0], standing[1]);
        // A caller with requests must not join a network in which what it calls stands: what it sends before its interface there is up
        // hangs. So where one would join the front network after what it calls, a new one is made, which they join in their order.
        var network = await FrontAsync(slot, front => named.Keys.Select(service => IsIn(front, names.ContainerOf(slot, service), own))
            .SkipWhile(isIn => isIn).All(isIn => !isIn), cancellationToken);
        // The other slot's are only to look names up here; what they are called themselves leads to them elsewhere.
        foreach (var container in beside.Select(service => names.ContainerOf(Other(slot), service))
            .Where(container => others.ContainsKey(container) || (host.OnlyPlans && others.Count == 0)))
            await JoinAsync(network, container, others, [], cancellationToken);
        foreach (var (service, called) in named)
            await JoinAsync(network, names.ContainerOf(slot, service), own, called, cancellationToken);
    }

    /// <summary>
    /// Keeps room for the network of a way back: an engine has some thirty, and each deployment that goes back leaves one until another
    /// succeeds. Without that room the old release could not be put back.
    /// </summary>
    /// <param name="owner">The label of what goes with the slot.</param>
    /// <exception cref="EngineException"><see cref="Failure.CandidateFailed"/>: there is none; nothing has been replaced yet.</exception>
    public async Task KeepRoomAsync(Slot slot, string owner, CancellationToken cancellationToken) => await engine.MustAsync(
        DockerCommands.CreateNetwork(names.Spare(slot), names.LabelPair, owner), Failure.CandidateFailed, NoRoom, cancellationToken);

    /// <summary>The networks in which names lead to a slot.</summary>
    public async Task<IReadOnlyList<string>> LeadingToAsync(Slot slot, CancellationToken cancellationToken) =>
        [.. (await AllAsync(cancellationToken)).Where(one => one.To == slot.Name()).Select(one => one.Network)];

    /// <summary>Removes the networks in which names led to a slot that has been stopped.</summary>
    public async Task RemoveAsync(Slot slot, IEnumerable<string> leading, CancellationToken cancellationToken)
    {
        foreach (var network in leading)
        {
            // Also of what does not run: without its network it could never be started again. What it asked there has ended.
            var others = (await StandingAsync(Other(slot), cancellationToken)).Values
                .Where(container => container.Networks.Contains(network)).Select(container => container.Name)
                .Concat(_plannedJoins.Where(join => join.Network == network
                    && join.Container.StartsWith(names.Project(Other(slot)), StringComparison.Ordinal)).Select(join => join.Container));
            foreach (var container in others.Distinct().Order(StringComparer.Ordinal))
                await engine.MustAsync(DockerCommands.Disconnect(network, container), Failure.PersonNeeded, Look, cancellationToken);
            await engine.MustAsync(DockerCommands.RemoveNetwork(network), Failure.PersonNeeded, Look, cancellationToken);
        }
    }

    private async Task JoinAsync(string network, string container, Dictionary<string, Container> standing, IReadOnlyList<string> aliases,
        CancellationToken cancellationToken)
    {
        if (IsIn(network, container, standing)) return;
        if (host.OnlyPlans) _plannedJoins.Add((network, container));
        await engine.MustAsync(DockerCommands.Connect(network, container, aliases), Failure.CandidateFailed, Look, cancellationToken);
    }

    private bool IsIn(string network, string container, Dictionary<string, Container> standing) =>
        standing.GetValueOrDefault(container)?.Networks.Contains(network) == true || _plannedJoins.Contains((network, container));

    /// <summary>The network in which names are looked up first, made where that one leads to the other slot or does not fit.</summary>
    private async Task<string> FrontAsync(Slot slot, Func<string, bool> fits, CancellationToken cancellationToken)
    {
        var all = await AllAsync(cancellationToken);
        if (all.Count > 0 && all[0].To == slot.Name() && fits(all[0].Network)) return all[0].Network;
        var network = names.Names(all.Count == 0 ? First : int.Parse(all[0].Network.Split('-')[^1],
            System.Globalization.CultureInfo.InvariantCulture) - 1);
        var create = DockerCommands.CreateNetwork(network, names.LabelPair, $"{ComposeNames.NamesLabel}={slot.Name()}");
        if (!(await engine.TryAsync(create, cancellationToken)).Succeeded)
        {
            foreach (var either in Enum.GetValues<Slot>())
                await engine.TryAsync(DockerCommands.RemoveNetwork(names.Spare(either)), cancellationToken);
            await engine.MustAsync(create, Failure.CandidateFailed, NoRoom, cancellationToken);
        }

        if (host.OnlyPlans) _planned.Add((network, slot));
        return network;
    }

    /// <summary>The networks and the slot that names lead to in each, the front one first.</summary>
    private async Task<IReadOnlyList<(string Network, string To)>> AllAsync(CancellationToken cancellationToken) =>
        [.. (await engine.MustAsync(DockerCommands.NetworksWith(ComposeNames.NamesLabel, names.LabelPair), Failure.Unreachable, Look,
                cancellationToken)).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split(' ')).Select(pair => (Network: pair[0], To: pair[1]))
            .Concat(_planned.Select(made => (made.Network, made.Slot.Name())))
            .OrderBy(one => one.Network, StringComparer.Ordinal)];

    private async Task<Dictionary<string, Container>> StandingAsync(Slot slot, CancellationToken cancellationToken) =>
        (await engine.ContainersAsync(DockerCommands.ContainersOf(names.Project(slot)), cancellationToken))
            .ToDictionary(container => container.Name);

    private static Slot Other(Slot slot) => slot == Slot.Blue ? Slot.Green : Slot.Blue;
}
