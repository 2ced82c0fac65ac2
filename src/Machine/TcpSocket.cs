using System.Globalization;
using System.Net;

namespace ChainBridge.Machine;

/// <summary>A line of <c>/proc/net/tcp</c> or <c>tcp6</c>.</summary>
/// <param name="Local">Address and port, in the kernel's digits; of IPv4 in IPv6 as IPv4.</param>
/// <param name="Remote">The same of the other side.</param>
/// <param name="Inode">Its number among the open files of its process.</param>
public sealed record TcpSocket(string Local, string Remote, bool Listens, bool IsConnected, string Inode)
{
    private const string MappedIPv4 = "0000000000000000FFFF0000", Listening = "0A", Connected = "01", Link = "socket:[";

    /// <summary>The port of this side.</summary>
    public int LocalPort => Port(Local);

    /// <summary>The port of the other side.</summary>
    public int RemotePort => Port(Remote);

    /// <summary>This side.</summary>
    public IPEndPoint LocalEnd => new(Address(Local.Split(':')[0]), LocalPort);

    /// <summary>The sockets of this network namespace, those of IPv4 first.</summary>
    public static IReadOnlyList<TcpSocket> ReadAll() => In("/proc/net");

    /// <summary>The sockets of the network namespace that a process is in, likewise.</summary>
    public static IReadOnlyList<TcpSocket> Around(int process) => In($"/proc/{process}/net");

    /// <summary>The inodes of the sockets that a process holds, TCP or other; empty where that cannot be seen.</summary>
    public static IEnumerable<string> HeldBy(int process) => ProcFiles.OpenFiles(process)
        .Where(file => file.StartsWith(Link, StringComparison.Ordinal)).Select(file => file[Link.Length..^1]);

    /// <summary>The lines of a table; its first one has the names of the columns.</summary>
    public static IEnumerable<TcpSocket> Parse(string table)
    {
        // sl local_address rem_address st tx_queue:rx_queue tr:tm->when retrnsmt uid timeout inode ...
        foreach (var line in table.Split('\n').Skip(1))
        {
            var fields = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            if (fields.Length < 10) continue;
            yield return new(Plain(fields[1]), Plain(fields[2]), fields[3] == Listening, fields[3] == Connected, fields[9]);
        }
    }

    private static List<TcpSocket> In(string folder) =>
        [.. Parse(ProcFiles.Text($"{folder}/tcp")), .. Parse(ProcFiles.Text($"{folder}/tcp6"))];

    private static string Plain(string address) =>
        address.StartsWith(MappedIPv4, StringComparison.Ordinal) ? address[MappedIPv4.Length..] : address;

    private static int Port(string end) =>
        int.Parse(end.AsSpan(end.IndexOf(':', StringComparison.Ordinal) + 1), NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    /// <summary>Words of 32 bits in the machine's order.</summary>
    private static IPAddress Address(string digits)
    {
        var bytes = new byte[digits.Length / 2];
        for (var word = 0; word < bytes.Length; word += 4)
            BitConverter.GetBytes(uint.Parse(digits.AsSpan(word * 2, 8), NumberStyles.HexNumber, CultureInfo.InvariantCulture))
                .CopyTo(bytes, word);
        return new(bytes);
    }
}
