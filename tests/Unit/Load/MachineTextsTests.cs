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
}
