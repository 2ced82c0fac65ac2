using System.Net;
using ChainBridge.Machine;
using ChainBridge.TestKit.Load.Machines;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.Load;

/// <summary>Texts of <c>/proc</c>, as they were read from machines.</summary>
public sealed class MachineTextsTests
{
    private const string Stat = """
        cpu  4596253 42380 1481295 3537803 31529 7 99619 1274 120 30
        cpu0 2272013 21647 726321 1816872 9349 0 46258 632 0 0
        cpu1 2324239 20732 754974 1720930 22180 0 53361 642 0 0
        intr 1139713205 0 0
        """;

    private const string Pressure = """
        some avg10=76.73 avg60=71.33 avg300=59.80 total=25317357634
        full avg10=0.00 avg60=0.00 avg300=0.00 total=0
        """;

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
    public void The_machine_has_what_all_cores_did_and_guests_are_not_counted_twice() =>
        MachineTimes.Parse(Stat, Pressure).Should().Be(new MachineTimes(4596253 + 42380 + 1481295 + 7 + 99619, 3537803 + 31529, 1274,
            25317357634));

    [Fact]
    public void A_kernel_without_pressure_says_none() => MachineTimes.Parse(Stat, "").PressureMicroseconds.Should().BeNull();

    [Theory]
    [InlineData("")]
    [InlineData("cpu  1 2 3 4")]
    public void A_machine_that_says_too_little_has_done_nothing(string stat) => MachineTimes.Parse(stat, Pressure).All.Should().Be(0);

    [Fact]
    public void A_process_has_its_own_time_and_that_of_the_children_that_it_waited_for() =>
        ProcessStat.Parse("2370 (bash) S 2352 2371 2372 0 -1 4194560 6300 151634 0 77 1 4 1202 128 20 0 1 0 4981956 5484544 1106")
            .Should().Be(new ProcessStat(2370, "bash", "S", 2352, 2372, 4194560, 1 + 4 + 1202 + 128, "4981956"));

    [Fact]
    public void A_name_with_spaces_and_brackets_in_it_moves_no_field() =>
        ProcessStat.Parse("7 (a) b (c) R 1 7 7 0 -1 4194560 0 0 0 0 5 6 0 0 20 0 1 0 99 0 0")
            .Should().Be(new ProcessStat(7, "a) b (c", "R", 1, 7, 4194560, 11, "99"));

    [Fact]
    public void A_thread_of_the_kernel_is_known_by_its_flag() =>
        ProcessStat.Parse("15 (ksoftirqd/0) S 2 0 0 0 -1 69238848 0 0 0 0 0 523 0 0 20 0 1 0 5 0 0")!.IsKernel.Should().BeTrue();

    [Theory]
    [InlineData("Z", 4194560, false, false)]
    [InlineData("X", 4194560, false, false)]
    [InlineData("R", 4194564, true, true)]
    [InlineData("S", 4194560, true, false)]
    public void A_process_that_has_ended_or_is_about_to_is_known(string state, uint flags, bool runs, bool isExiting)
    {
        var process = ProcessStat.Parse($"7 (a) {state} 1 7 7 0 -1 {flags} 0 0 0 0 5 6 0 0 20 0 1 0 99 0 0")!;
        (process.Runs, process.IsExiting).Should().Be((runs, isExiting));
    }

    [Theory]
    [InlineData("")]
    [InlineData("2370 (bash) S 2352")]
    [InlineData("no process at all")]
    public void A_process_that_ended_meanwhile_is_none(string stat) => ProcessStat.Parse(stat).Should().BeNull();

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
