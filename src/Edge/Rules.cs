using System.Text.RegularExpressions;

namespace ChainBridge.Edge;

/// <summary>Which changes are refused, and why. Each looks at the state before; null when it may be made.</summary>
internal static partial class Rules
{
    public static Refusal? Placing(EdgeState state, string slot, SlotPlace place, IReadOnlyDictionary<string, int> opened)
    {
        if (!Name().IsMatch(slot)) return Invalid($"'{slot}' is no name of a slot: {Names}");
        if (place.Doors.IsEmpty) return Invalid($"slot {slot} has no address: give 'address', or 'doors' with at least one");
        foreach (var (door, address) in place.Doors)
        {
            if (!Name().IsMatch(door)) return Invalid($"'{door}' is no name of a door: {Names}");
            if (address is not { IsAbsoluteUri: true, Scheme: "http" or "https" })
                return Invalid($"'{address}' is no address of slot {slot} at door {door}: http://host:port is one");
        }

        if (place.Version is { } version && !Version().IsMatch(version))
            return Invalid($"'{version}' is no version that a header can carry: 1 to 200 visible ASCII characters");
        return Unreached(state with { Slots = state.Slots.SetItem(slot, place) }, opened);
    }

    public static Refusal? Switching(EdgeState state, string? slot, IReadOnlyDictionary<string, int> opened)
    {
        if (slot is null) return Invalid("""name the slot, as in {"slot": "green", "token": 7}""");
        return state.Slots.ContainsKey(slot)
            ? Unreached(state.With(new Dictionary<string, int> { [slot] = EdgeState.Whole }), opened)
            : Unknown(slot);
    }

    public static Refusal? Sharing(EdgeState state, IReadOnlyDictionary<string, int>? shares, IReadOnlyDictionary<string, int> opened)
    {
        if (shares is not { Count: > 0 })
            return Invalid("""name the share of each slot, as in {"shares": {"blue": 90, "green": 10}, "token": 7}""");
        foreach (var (slot, share) in shares)
        {
            if (!state.Slots.ContainsKey(slot)) return Invalid($"slot {slot} has no address: place it first, with PUT /slots/{slot}");
            if (share < 0) return Invalid($"the share of slot {slot} is {share}: it must be a whole number from 0 to {EdgeState.Whole}");
        }

        var sum = shares.Values.Sum(share => (long)share);
        return sum == EdgeState.Whole
            ? Unreached(state.With(shares), opened)
            : Invalid($"the shares sum to {sum}: they must sum to {EdgeState.Whole}");
    }

    public static Refusal? Reaching(EdgeState state, string slot, IReadOnlyCollection<string>? doors, TimeSpan? within)
    {
        if (within <= TimeSpan.Zero || within > Reach.Longest)
            return Invalid($"'within' is {within}: give a time up to {Reach.Longest}, as in \"00:00:03\"");
        if (!state.Slots.TryGetValue(slot, out var place)) return Unknown(slot);
        return doors is null || place.Doors.Keys.Any(doors.Contains)
            ? null
            : Invalid($"slot {slot} is placed at {string.Join(", ", place.Doors.Keys)} and at none of the doors "
                + string.Join(", ", doors));
    }

    public static Refusal? Dooring(EdgeState state, IReadOnlyList<DoorRule?>? doors, IReadOnlyDictionary<string, int> opened)
    {
        if (doors is null) return Invalid("""name the doors, as in {"doors": [{"name": "vote", "port": 8080}], "token": 7}""");
        foreach (var door in doors)
        {
            if (door?.Name is null || !Name().IsMatch(door.Name)) return Invalid($"'{door?.Name}' is no name of a door: {Names}");
            if (door.Host is { } host && Uri.CheckHostName(host.Trim('[', ']')) == UriHostNameType.Unknown)
                return Invalid($"'{host}' of door {door.Name} is no host name: give it without scheme and port");
            if (door.Path is { } path && (path.Length == 0 || path[0] != '/' || path.AsSpan().ContainsAny('?', '#', ' ')))
                return Invalid($"'{path}' of door {door.Name} is no path: it begins with / and has no query");
            if (!opened.Values.Contains(door.Port))
            {
                return new Refusal(RefusalKind.PortNotOpen, $"door {door.Name} is on port {door.Port}, and this edge was started with "
                    + $"{Ports(opened)}: start it again with --door {door.Name}={door.Port} (deployrunner down, then deploy), "
                    + "or put the door on one of those ports");
            }
        }

        var rules = doors.Select(door => door!.Normalized()).ToList();
        if (rules.GroupBy(door => door.Name).FirstOrDefault(named => named.Count() > 1) is { } twice)
            return Invalid($"door {twice.Key} is named twice");
        if (rules.GroupBy(door => (door.Port, door.Host, door.Path)).FirstOrDefault(taking => taking.Count() > 1) is { } same)
        {
            return Invalid($"doors {string.Join(" and ", same.Select(door => door.Name))} take the same requests: "
                + "give them other ports, hosts or paths");
        }

        return Unreached(state with { Doors = [.. rules] }, opened);
    }

    /// <summary>A slot may have traffic only when some door in force leads to it: all its requests would be refused otherwise.</summary>
    private static Refusal? Unreached(EdgeState next, IReadOnlyDictionary<string, int> opened)
    {
        var doors = DoorRule.InForce(next.Doors, opened).Select(door => door.Name).ToHashSet();
        // Before the edge listens it has no doors; what it reads from its file was allowed when it was written.
        var slot = doors.Count == 0 ? null : next.Shares.Keys.FirstOrDefault(name => !next.Slots[name].Doors.Keys.Any(doors.Contains));
        return slot is null ? null : Invalid($"slot {slot} would have traffic and is behind no door: it is placed at "
            + $"{string.Join(", ", next.Slots[slot].Doors.Keys)}, and the doors are {string.Join(", ", doors.Order())}");
    }

    private const string Names = "letters, digits, '.', '_' and '-', 63 at most";

    private static string Ports(IReadOnlyDictionary<string, int> opened) =>
        (opened.Count == 1 ? "port " : "ports ") + string.Join(", ", opened.Values.Order());

    private static Refusal Unknown(string slot) => new(RefusalKind.UnknownSlot, $"slot {slot} has no address yet");

    private static Refusal Invalid(string why) => new(RefusalKind.Invalid, why);

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9._-]{0,62}\z")]
    private static partial Regex Name();

    [GeneratedRegex(@"^[!-~]{1,200}\z")]
    private static partial Regex Version();
}
