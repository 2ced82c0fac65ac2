using System.Globalization;
using System.Net;

namespace ChainBridge.Machine;

/// <summary>The TCP ports that processes listen on, as <c>/proc</c> shows them. Empty where there is none (macOS).</summary>
public static class ListeningPorts
{
    private const string Listening = "0A";
    private const string SocketLink = "socket:[";

    /// <summary>Where a process, its session and what descends from them listen: an address for each port, by port.</summary>
    /// <param name="id">The process, e.g. the leader of a session.</param>
    public static IReadOnlyDictionary<int, IPAddress> OfTree(int id)
    {
        var inodes = Tree(id).SelectMany(Sockets).ToHashSet();
        var ports = new SortedDictionary<int, IPAddress>();
        if (inodes.Count == 0) return ports;
        // IPv4 first: where both are bound it is the one that every client reaches.
        foreach (var table in new[] { "tcp", "tcp6" })
            foreach (var (inode, end) in Table($"/proc/{id}/net/{table}"))
                if (inodes.Contains(inode)) ports.TryAdd(end.Port, end.Address);
        return ports;
    }

    /// <summary>The ends that listen, with the inodes of their sockets, from the text of <c>/proc/net/tcp</c> or <c>tcp6</c>.</summary>
    public static IEnumerable<(string Inode, IPEndPoint End)> Parse(IEnumerable<string> lines)
    {
        foreach (var line in lines)
        {
            var fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (fields.Length > 9 && fields[3] == Listening && End(fields[1]) is { } end) yield return (fields[9], end);
        }
    }

    /// <summary>The address is words of 32 bits in the machine's order, the port is a plain number.</summary>
    private static IPEndPoint? End(string text)
    {
        if (text.Split(':') is not [{ Length: 8 or 32 } address, var port]) return null;
        var bytes = new byte[address.Length / 2];
        for (var word = 0; word < bytes.Length; word += 4)
            BitConverter.GetBytes(uint.Parse(address.AsSpan(word * 2, 8), NumberStyles.HexNumber, CultureInfo.InvariantCulture))
                .CopyTo(bytes, word);
        return new(new IPAddress(bytes), int.Parse(port, NumberStyles.HexNumber, CultureInfo.InvariantCulture));
    }

    private static IEnumerable<int> Tree(int id)
    {
        var table = ProcessTable.Read();
        return ProcessTable.WithDescendants(table, table.Where(process => process.Identity.Id == id || process.Session == id))
            .Select(process => process.Identity.Id);
    }

    private static IEnumerable<string> Sockets(int id)
    {
        var links = new List<string>();
        try
        {
            foreach (var file in new DirectoryInfo($"/proc/{id}/fd").EnumerateFileSystemInfos())
                if (file.LinkTarget is { } target && target.StartsWith(SocketLink, StringComparison.Ordinal))
                    links.Add(target[SocketLink.Length..^1]);
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            // It ended meanwhile, or is not ours to look into.
        }

        return links;
    }

    private static IReadOnlyList<(string Inode, IPEndPoint End)> Table(string path)
    {
        try
        {
            return [.. Parse(File.ReadLines(path).Skip(1))];
        }
        catch (IOException)
        {
            return [];
        }
    }
}
