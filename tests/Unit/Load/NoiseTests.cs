using ChainBridge.TestKit.Load;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.Load;

/// <summary>A broken limit on a time, on machines that others had in different ways: a disturbance is said with its figure.</summary>
public sealed class NoiseTests
{
    private static readonly MachineHealth Quiet = Measured.Quiet.Machine!;

    public static TheoryData<MachineHealth, string> Disturbed => new()
    {
        { Quiet with { Steal = 0.11 }, "the hypervisor gave 11 % of the machine to others meanwhile" },
        { Quiet with { OthersBefore = 0.26 }, "other processes used 26 % of the machine before the load began" },
        { Quiet with { Others = 0.26, LargestOther = "dotnet, 22.5 %" },
            "other processes used 26 % of the machine meanwhile (most of it dotnet, 22.5 %)" },
        { Quiet with { Others = 0.11, Pressure = 0.26 },
            "other processes used 11 % of the machine meanwhile, and work waited for a core 26 % of the time" },
    };

    public static TheoryData<MachineHealth> Borne => new()
    {
        Quiet,
        Quiet with { Steal = 0.10, OthersBefore = 0.25, Others = 0.10, Pressure = 0.90 },
        Quiet with { Others = 0.25, Pressure = 0.25 },
        Quiet with { Others = 0.25, Pressure = null },
        // A load that has two cores full by itself, with its target.
        Quiet with { Busy = 1, Others = 0.02, Pressure = 0.95 },
        // The target's processes cannot be seen: none is told apart from them.
        Quiet with { Busy = 1, Others = null, Pressure = 0.95 },
    };

    [Theory]
    [MemberData(nameof(Disturbed))]
    public void A_broken_limit_on_a_time_is_inconclusive_beside_others_with_the_figure_of_what_disturbed(MachineHealth machine, string told)
    {
        var result = Judge(machine, 50);
        result.Verdict.Should().Be(LoadVerdict.Inconclusive);
        result.Reason.Should().EndWith($", but {told}");
    }

    [Theory]
    [MemberData(nameof(Borne))]
    public void A_broken_limit_on_a_time_fails_where_nothing_but_the_load_had_the_machine(MachineHealth machine) =>
        Judge(machine, 50).Verdict.Should().Be(LoadVerdict.Fail);

    [Fact]
    public void A_limit_that_holds_beside_others_is_a_pass() =>
        Judge(Quiet with { Others = 0.9, Pressure = 0.9, Steal = 0.5 }, 1).Verdict.Should().Be(LoadVerdict.Pass);

    [Fact]
    public void A_run_of_several_machines_is_disturbed_by_one_of_them()
    {
        var measured = Measured.Of(1000, 50, generator: Measured.Quiet);
        measured.Generators.Add(Measured.Quiet with { Host = "there", Machine = Quiet with { Others = 0.5 } });
        LoadTest.Judge(Measured.Plan("p99 <= 20ms"), measured).Reason.Should().Contain("other processes used 50 %");
    }

    private static LoadResult Judge(MachineHealth machine, double milliseconds) => LoadTest.Judge(Measured.Plan("p99 <= 20ms"),
        Measured.Of(1000, milliseconds, generator: Measured.Quiet with { Machine = machine }));
}
