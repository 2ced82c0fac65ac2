using System.Net.NetworkInformation;
using ChainBridge.Engine.Model;

namespace ChainBridge.Engine.Traffic;

/// <summary>A port the edge was started with.</summary>
/// <param name="Name">The door it was opened for, as the edge calls it.</param>
/// <param name="Outside">On the machine of the edge.</param>
/// <param name="Inside">As the edge itself knows it.</param>
internal sealed record OpenPort(string Name, int Outside, int Inside);

/// <summary>Today's doors, and the ports they are on.</summary>
internal static class OpenPorts
{
    /// <summary>The doors that a port is opened for, with what the edge calls them: the first one is its own public address.</summary>
    public static IReadOnlyList<(string Name, DoorSpec Door)> Wanted(IReadOnlyList<DoorSpec> doors) =>
        [.. doors.Where(door => door.OpenedBy(doors).Name == door.Name).Select(door => (NameOf(door, doors), door))];

    /// <summary>The port a door is on; null when the edge was not started with it.</summary>
    public static OpenPort? Of(DoorSpec door, IReadOnlyList<DoorSpec> doors, IReadOnlyList<OpenPort> open)
    {
        var opener = door.OpenedBy(doors);
        return opener.Port is > 0 and var port
            ? open.FirstOrDefault(one => one.Outside == port)
            : open.FirstOrDefault(one => one.Name == NameOf(opener, doors));
    }

    /// <summary>Why the doors cannot be opened on an edge that stands; empty when they can.</summary>
    public static IEnumerable<string> Missing(IReadOnlyList<DoorSpec> doors, IReadOnlyList<OpenPort> open) =>
        from wanted in Wanted(doors)
        where Of(wanted.Door, doors, open) is null
        select $"the edge stands on {(open.Count == 1 ? "port" : "the ports")} {string.Join(", ", open.Select(one => one.Outside))}, and "
            + $"the manifest says {(wanted.Door.Port == 0 ? "a free port" : wanted.Door.Port)} for the door {wanted.Door.Name} "
            + "(deployrunner down closes it; the next deploy opens it there)";

    /// <summary>Why the doors cannot be opened by an edge that is started now; empty when they can. 0 is a free port.</summary>
    /// <param name="listening">Ports that programs of the machine listen on.</param>
    /// <param name="containers">Port → the container that publishes it, as far as there is one; null where that is not known.</param>
    public static IEnumerable<string> Taken(
        IReadOnlyList<DoorSpec> doors, IReadOnlySet<int> listening, IReadOnlyDictionary<int, string>? containers = null) =>
        from wanted in Wanted(doors)
        where wanted.Door.Port is > 0 and var port && listening.Contains(port)
        select $"port {wanted.Door.Port} of the public door is taken by "
            + (containers?.GetValueOrDefault(wanted.Door.Port ?? 0) is { } name
            ? $"the container {name} (docker stop {name}, or name another port in the manifest)"
            : $"another program (ss -ltnp sport = :{wanted.Door.Port} names it)");

    /// <summary>The ports that programs of this machine listen on.</summary>
    public static IReadOnlySet<int> Listening() =>
        IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners().Select(listener => listener.Port).ToHashSet();

    private static string NameOf(DoorSpec door, IReadOnlyList<DoorSpec> doors) =>
        door.Name == doors[0].Name ? DoorSpec.Default : door.Name;
}
