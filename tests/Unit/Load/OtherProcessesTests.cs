using ChainBridge.Machine;
using ChainBridge.TestKit.Load;
using ChainBridge.TestKit.Load.Machines;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.Load;

/// <summary>Whose CPU is counted as others': not of what makes a load, and not of what serves it.</summary>
public sealed class OtherProcessesTests
{
    private const int TargetPort = 8080, DatabasePort = 5432;
    private const uint KernelThread = 0x0020_0000;

    // 1 init: 10 shell: 11 test (makes) - 12 generator; 20 supervisor - 21 target - 22 its worker; 30 database - 31 session, 32 writer;
    // 40 a build - 41 compiler; 50 another server; 60 a thread of the kernel.
    private static readonly ProcessStat[] All =
    [
        Of(1, "init", 0), Of(10, "shell", 1), Of(11, "test", 10), Of(12, "generator", 11), Of(20, "supervisor", 1), Of(21, "target", 20),
        Of(22, "worker", 21), Of(30, "database", 1), Of(31, "session", 30), Of(32, "writer", 30), Of(40, "build", 10),
        Of(41, "compiler", 40), Of(50, "another", 1), Of(60, "kworker", 2) with { Flags = KernelThread },
    ];

    private static readonly TcpSocket[] Sockets =
    [
        Listens(TargetPort, "a"), Listens(DatabasePort, "b"), Listens(9090, "c"),
        .. Connection(40001, TargetPort, "d", "e"), .. Connection(40002, DatabasePort, "f", "g"),
        .. Connection(40003, TargetPort, "h", "i"),
        // To another machine: nothing here has its other side.
        new("0100000A:C35A", "0200000A:1538", false, true, "j"),
    ];

    private static readonly (string Inode, int Process)[] Held =
    [
        ("a", 21), ("b", 30), ("c", 50), ("d", 12), ("e", 21), ("f", 21), ("g", 31), ("h", 50), ("i", 21), ("j", 12),
    ];

    private static SocketOwners Owners => new(Sockets, Held.ToLookup(one => one.Inode, one => one.Process));

    [Fact]
    public void A_load_has_what_makes_it_and_what_serves_it_with_their_children_and_those_that_started_them() =>
        Load(TargetPort)!.Order().Should().Equal(1, 10, 11, 12, 20, 21, 22, 30, 31, 32);

    [Fact]
    public void A_client_of_the_target_is_no_part_of_it() => Load(TargetPort).Should().NotContain(50);

    [Fact]
    public void A_target_elsewhere_leaves_only_what_makes_the_load() => Load(null)!.Order().Should().Contain([11, 12]).And
        .NotContain([40, 41, 50]);

    [Fact]
    public void Servers_that_the_generator_itself_asks_are_of_the_load() => Load(null).Should().Contain([21, 31],
        "it asks the target over TCP, and that the database");

    [Fact]
    public void A_target_here_that_cannot_be_seen_makes_all_unknown() => Load(8081).Should().BeNull();

    [Fact]
    public void Others_are_counted_with_what_began_meanwhile_and_without_threads_of_the_kernel()
    {
        var after = All.Select(process => process.Id switch
        {
            12 or 21 or 31 or 60 => process with { Ticks = 5000 },
            41 => process with { Ticks = 130 },
            50 => process with { Ticks = 120 },
            _ => process,
        }).Append(Of(42, "compiler", 40) with { Ticks = 70 });
        var load = Load(TargetPort)!;
        var (ticks, most, ofMost) = OtherProcesses.Used(ById(All), ById(after), process => !load.Contains(process.Id));
        (ticks, most!.Id, ofMost).Should().Be((30 + 20 + 70, 42, 70));
    }

    [Fact]
    public void A_process_that_ended_meanwhile_is_counted_by_the_one_that_waited_for_it_without_its_time_before()
    {
        var after = All.Where(process => process.Id != 41).Select(process => process.Id == 40 ? process with { Ticks = 100 + 100 + 40 }
            : process);
        OtherProcesses.Used(ById(All), ById(after), _ => true).Ticks.Should().Be(40);
    }

    [Fact]
    public void A_number_that_another_process_got_meanwhile_is_another_process()
    {
        var after = All.Select(process => process.Id == 50 ? process with { Start = "9", Ticks = 3 } : process);
        OtherProcesses.Used(ById(All), ById(after), process => process.Id == 50).Ticks.Should().Be(3);
    }

    [Fact]
    public async Task This_machine_has_this_process_and_those_that_serve_at_its_own_listener()
    {
        if (!OperatingSystem.IsLinux()) return;
        using var server = new RawServer();
        var where = await LoadTarget.FindAsync(server.Address, TimeProvider.System);
        where.Should().Be(new LoadTarget(true, server.Address.Port));
        var all = ProcessStat.ReadAll();
        var own = all[Environment.ProcessId];
        SocketOwners.Read([own.Id]).Listening(server.Address.Port).Should().Equal(own.Id);
        OtherProcesses.OfTheLoad(all, SocketOwners.Read([own.Id]), [], where.LocalPort).Should().Contain([own.Id, own.Parent]);
    }

    [Fact]
    public async Task A_run_without_a_warm_up_knows_what_others_used_beside_its_target_and_nothing_beside_one_that_is_not_seen()
    {
        if (!OperatingSystem.IsLinux()) return;
        using var server = new RawServer();
        (await OthersAsync(server.Address)).Should().BeInRange(0, 1);
        (await OthersAsync(new("http://127.0.0.1:1"))).Should().BeNull();
    }

    [Theory]
    [InlineData("http://192.0.2.1:80", true)]
    [InlineData("http://no-such-host.invalid", false)]
    public async Task A_target_elsewhere_has_no_port_here(string target, bool known) =>
        (await LoadTarget.FindAsync(new(target), TimeProvider.System)).Should().Be(new LoadTarget(known, null));

    private static async Task<double?> OthersAsync(Uri target)
    {
        var plan = new LoadPlan("others", HttpScenario.Get("/"), ArrivalRates.Constant(50, TimeSpan.FromSeconds(0.2)))
        {
            Target = target, WarmUp = TimeSpan.Zero, EndEarly = false,
        };
        var measured = await LoadEngine.Process(TimeProvider.System).RunAsync(plan, null, TestContext.Current.CancellationToken);
        return measured.Generators.Single().Machine!.Others;
    }

    private static HashSet<int>? Load(int? port) => OtherProcesses.OfTheLoad(ById(All), Owners, [12, 11], port);

    private static ProcessStat Of(int id, string name, int parent) => new(id, name, "S", parent, id, 0, 100, "1");

    private static Dictionary<int, ProcessStat> ById(IEnumerable<ProcessStat> processes) => processes.ToDictionary(one => one.Id);

    private static TcpSocket Listens(int port, string inode) => new($"0100007F:{port:X4}", "00000000:0000", true, false, inode);

    private static TcpSocket[] Connection(int from, int to, string client, string server) =>
    [
        new($"0100007F:{from:X4}", $"0100007F:{to:X4}", false, true, client),
        new($"0100007F:{to:X4}", $"0100007F:{from:X4}", false, true, server),
    ];
}
