using System.Globalization;

namespace ChainBridge.TestKit.Load.Machines;

/// <summary>A line of <c>/proc/net/tcp</c> or <c>tcp6</c>.</summary>
/// <param name="Local">Address and port, in the kernel's digits; of IPv4 in IPv6 as IPv4.</param>
/// <param name="Remote">The same of the other side.</param>
/// <param name="Inode">Its number among the open files of its process.</param>
internal sealed record TcpSocket(string Local, string Remote, bool Listens, bool IsConnected, string Inode)
{
    private const string MappedIPv4 = "0000000000000000FFFF0000", Listening = "0A", Connected = "01";

    public int LocalPort => Port(Local);

    public int RemotePort => Port(Remote);

    /// <summary>Of the sockets of this network namespace.</summary>
    public static IReadOnlyList<TcpSocket> ReadAll() =>
        [.. Parse(ProcFiles.Text("/proc/net/tcp")), .. Parse(ProcFiles.Text("/proc/net/tcp6"))];

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

    private static string Plain(string address) =>
        address.StartsWith(MappedIPv4, StringComparison.Ordinal) ? address[MappedIPv4.Length..] : address;

    private static int Port(string address) =>
        int.Parse(address.AsSpan(address.IndexOf(':', StringComparison.Ordinal) + 1), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}
