using ChainBridge.TestKit.Providers;
using ChainBridge.Tests.TestKit.Runs;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.TestKit.Postgres;

/// <summary>
/// Which of several attributes counts, for databases and key spaces alike; seen in a run of the sample, whose assembly has them.
/// </summary>
public sealed class ChosenWaysTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_method_s_attribute_comes_before_the_class_s_before_the_assembly_s_and_options_before_all()
    {
        // Whichever provider this run is on: the rule knows none, and this one can do all ways.
        if (NativeProvider.Missing() is { } missing) Assert.Skip(missing);
        using var trace = new TraceFile();
        var run = await SampleRun.OfClassesAsync(trace.Variables(("CHAINBRIDGE_PROVIDER", "native")), Stop, "WaysOfTheAssembly",
            "WaysOfTheClass");
        run.ExitCode.Should().Be(0, run.Output);
        trace.Of("ways").Should().BeEquivalentTo(
            "assembly: Reset, Prefix",
            "fixture of a class without any: Reset, Prefix",
            "method before assembly: Transaction, Number",
            "class before assembly: Clone, Number",
            "fixture of the class: Clone, Number",
            "method before class: Transaction, Prefix",
            "options: Reset, Number");
    }
}
