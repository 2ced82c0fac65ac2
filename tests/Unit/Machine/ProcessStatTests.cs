using ChainBridge.Machine;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.Machine;

/// <summary>Texts of <c>/proc/ID/stat</c>, as they were read from machines.</summary>
public sealed class ProcessStatTests
{
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
}
