using System.Net;

namespace ChainBridge.Machine;

/// <summary>The TCP ports that processes listen on, as <c>/proc</c> shows them. Empty where there is none (macOS).</summary>
public static class ListeningPorts
{
    /// <summary>Where a process, its session and what descends from them listen: an address for each port, by port.</summary>
    /// <param name="id">The process, e.g. the leader of a session.</param>
    public static IReadOnlyDictionary<int, IPAddress> OfTree(int id)
    {
        var inodes = Tree(id).SelectMany(TcpSocket.HeldBy).ToHashSet();
        var ports = new SortedDictionary<int, IPAddress>();
        if (inodes.Count == 0) return ports;
        // IPv4 comes first: where both are bound it is the one that every client reaches.
        foreach (var socket in TcpSocket.Around(id).Where(socket => socket.Listens && inodes.Contains(socket.Inode)))
            ports.TryAdd(socket.LocalPort, socket.LocalEnd.Address);
        return ports;
    }

    private static IEnumerable<int> Tree(int id)
    {
        var table = ProcessTable.Read();
        return ProcessTable.WithDescendants(table, table.Where(process => process.Identity.Id == id || process.Session == id))
            .Select(process => process.Identity.Id);
    }
}
