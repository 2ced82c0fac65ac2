using System.Net;
using System.Net.Sockets;
using ChainBridge.Engine.Platforms.Process;
using ChainBridge.Machine;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.Engine.Platforms.Process;

/// <summary>Where a program listens is found out from what it binds.</summary>
public sealed class FoundPortTests
{
    [Fact]
    public void A_port_that_a_process_listens_on_is_found_and_one_that_it_let_go_is_not()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        using var client = new TcpClient();
        client.Connect(IPAddress.Loopback, port);
        ListeningPorts.OfTree(Environment.ProcessId).Should().Contain(port, IPAddress.Loopback)
            .And.NotContainKey(((IPEndPoint)client.Client.LocalEndPoint!).Port, "it is connected and does not listen");
        client.Dispose();
        listener.Stop();
        ListeningPorts.OfTree(Environment.ProcessId).Should().NotContainKey(port);
    }

    [Fact]
    public void The_port_of_another_process_is_not_found()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var other = System.Diagnostics.Process.Start("sleep", "60");
        ListeningPorts.OfTree(other.Id).Should().BeEmpty();
        other.Kill();
    }

    [Fact]
    public void The_only_port_is_the_address_whatever_was_offered() => Of(4711, 9000).Should().Be(new Uri("http://127.0.0.1:9000"));

    [Fact]
    public void Of_several_ports_the_one_that_was_offered_is_the_address() =>
        Of(4711, 9000, 4711, 9229).Should().Be(new Uri("http://127.0.0.1:4711"));

    [Fact]
    public void Several_ports_of_which_none_was_offered_are_named()
    {
        var port = new FoundPort(4711);
        port.Of(Bound(IPAddress.Any, 9000, 9229)).Should().BeNull();
        port.Obstacle.Should().StartWith("it listens on the ports 9000, 9229, and none of them is PORT=4711");
    }

    [Fact]
    public void A_missing_port_is_reported_with_the_one_that_was_offered()
    {
        var port = new FoundPort(4711);
        port.Of(Bound(IPAddress.Any)).Should().BeNull();
        port.Obstacle.Should().Be("it listens on no port; PORT=4711 was offered to it");
    }

    [Theory]
    [InlineData("0.0.0.0", "127.0.0.1")]
    [InlineData("::", "127.0.0.1")]
    [InlineData("::1", "[::1]")]
    [InlineData("::ffff:127.0.0.1", "127.0.0.1")]
    [InlineData("10.1.2.3", "10.1.2.3")]
    public void A_service_is_reached_where_it_is_bound(string bound, string reached) =>
        new FoundPort(80).Of(Bound(IPAddress.Parse(bound), 9000))!.Host.Should().Be(reached);

    private static Uri? Of(int offered, params int[] ports)
    {
        var port = new FoundPort(offered);
        var address = port.Of(Bound(IPAddress.Loopback, ports));
        port.Obstacle.Should().BeNull();
        return address;
    }

    private static Dictionary<int, IPAddress> Bound(IPAddress address, params int[] ports) =>
        ports.ToDictionary(port => port, _ => address);
}
