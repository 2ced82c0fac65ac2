using System.Net;
using ChainBridge.Machine;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.Machine;

/// <summary>Texts of <c>/proc/net/tcp</c> and <c>tcp6</c>, as they were read from machines.</summary>
public sealed class TcpSocketTests
{
    private const string Tcp = """
          sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
           0: 0100007F:1F98 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 19628632 1 00000000fc01a092 100 0 0 10 0
           1: 0100007F:0898 0100007F:9F76 01 00000000:00000000 00:00000000 00000000     0        0 19628440 1 00000000e2c9e60d 20 4 30 10 -1
        """;

    private const string Tcp6 = """
          sl  local_address                         remote_address                        st tx_queue rx_queue tr tm->when retrnsmt   uid
           0: 0000000000000000FFFF00000100007F:9F76 0000000000000000FFFF00000100007F:0898 01 00000000:00000000 03:00000279 00000000 0 0 77 3
           1: 00000000000000000000000001000000:1F99 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 78 3
        """;

    [Fact]
    public void Sockets_have_their_ports_state_and_inode() =>
        TcpSocket.Parse(Tcp).Should().Equal(
            new TcpSocket("0100007F:1F98", "00000000:0000", Listens: true, IsConnected: false, "19628632"),
            new TcpSocket("0100007F:0898", "0100007F:9F76", Listens: false, IsConnected: true, "19628440"));

    [Fact]
    public void IPv4_addresses_written_as_IPv6_are_those_of_the_other_side()
    {
        var (client, server) = (TcpSocket.Parse(Tcp6).First(), TcpSocket.Parse(Tcp).Last());
        (client.Local, client.Remote).Should().Be((server.Remote, server.Local));
        (client.LocalPort, client.RemotePort).Should().Be((0x9F76, 0x0898));
        TcpSocket.Parse(Tcp6).Last().LocalEnd.Should().Be(new IPEndPoint(IPAddress.IPv6Loopback, 8089));
        TcpSocket.Parse(Tcp).First().LocalEnd.Should().Be(new IPEndPoint(IPAddress.Loopback, 8088));
    }

    [Fact]
    public void A_table_without_sockets_has_none() => TcpSocket.Parse("").Should().BeEmpty();
}
