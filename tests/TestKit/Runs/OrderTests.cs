using ChainBridge.Tests.TestKit.Infrastructure;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.TestKit.Runs;

/// <summary>The order of tests follows from the seed and their names alone.</summary>
[InTurn(2)]
public sealed class OrderTests
{
    private static readonly string[] Classes = ["OrderedA", "OrderedB", "OrderedC", "OrderedD", "OrderedE"];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_same_seed_gives_the_same_order_and_another_seed_another()
    {
        var (first, _) = await OrderAsync("4711");
        var (second, _) = await OrderAsync("4711");
        var (other, _) = await OrderAsync("4712");
        first.Should().HaveCount(25).And.Equal(second);
        other.Should().BeEquivalentTo(first).And.NotEqual(first);
        Collections(first).Should().NotEqual(Collections(other), "collections are shuffled too");
        Rows(first).Should().NotEqual(Rows(other), "and so are the cases of a theory");
    }

    [Fact]
    public async Task A_build_in_another_folder_has_the_same_order()
    {
        var elsewhere = Directory.CreateTempSubdirectory("chainbridge-order-").FullName;
        try
        {
            foreach (var file in Directory.GetFiles(Path.GetDirectoryName(SampleRun.Dll)!))
                File.Copy(file, Path.Combine(elsewhere, Path.GetFileName(file)));
            var (here, _) = await OrderAsync("4711");
            var (there, _) = await OrderAsync("4711", Path.Combine(elsewhere, Path.GetFileName(SampleRun.Dll)));
            there.Should().Equal(here);
        }
        finally
        {
            Directory.Delete(elsewhere, recursive: true);
        }
    }

    [Fact]
    public async Task Fewer_tests_keep_their_order_so_that_a_failure_can_be_narrowed_down()
    {
        var (all, _) = await OrderAsync("4711");
        var (some, _) = await OrderAsync("4711", classes: ["OrderedA", "OrderedD"]);
        some.Should().Equal(all.Where(name => name.StartsWith("OrderedA", StringComparison.Ordinal)
            || name.StartsWith("OrderedD", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_run_without_a_seed_prints_the_one_it_took_and_that_repeats_it()
    {
        var (first, run) = await OrderAsync(seed: "");
        var seed = System.Text.RegularExpressions.Regex.Match(run.Output, @"CHAINBRIDGE_SEED=(\d+)").Groups[1].Value;
        seed.Should().NotBeEmpty(run.Output);
        (await OrderAsync(seed)).Order.Should().Equal(first);
    }

    [Fact]
    public async Task The_output_of_a_failing_test_shows_how_to_repeat_its_order()
    {
        var run = await SampleRun.OfClassesAsync(new Dictionary<string, string> { ["CHAINBRIDGE_SEED"] = "4711" }, Stop, "Scoped");
        run["A failing test has one"].Output.Should().Contain("CHAINBRIDGE_SEED=4711 repeats it");
    }

    [Fact]
    public async Task The_output_of_flaky_quarantined_and_overrun_tests_shows_how_to_repeat_their_order()
    {
        var run = await SampleRun.OfClassesAsync(new Dictionary<string, string>
        {
            ["CHAINBRIDGE_SEED"] = "4711",
            ["CHAINBRIDGE_RETRIES"] = "2",
            ["CHAINBRIDGE_MAX_FLAKY"] = "1"
        }, Stop, "Flaky", "InQuarantine", "Swallows", "LeftRunningByItsBudget");
        var failed = run.Results.Where(result => result.Outcome != "Passed").ToList();
        failed.Select(result => $"{result.Name}={result.Outcome}").Should()
            .Contain(["Fails=NotExecuted", "Takes no notice of its cancellation and passes=Failed", "Takes no notice of anything=Failed"])
            .And.Contain(one => one.StartsWith("Passes at its", StringComparison.Ordinal)
                && one.EndsWith("=NotExecuted", StringComparison.Ordinal)).And.Contain(one =>
                    one.StartsWith("Passes at its", StringComparison.Ordinal) && one.EndsWith("=Failed", StringComparison.Ordinal));
        failed.Should().OnlyContain(result => result.Output.Contains("CHAINBRIDGE_SEED=4711 repeats it"));
    }

    [Theory]
    [InlineData("CHAINBRIDGE_SEED", "soon", "write a whole number")]
    [InlineData("CHAINBRIDGE_RETRIES", "11", "from 0 to 10")]
    [InlineData("CHAINBRIDGE_MAX_FLAKY", "-1", "from 0 on")]
    [InlineData("CHAINBRIDGE_QUARANTINE", "perhaps", "report, fail, only or skip")]
    public async Task A_setting_that_cannot_be_read_fails_every_test_with_how_to_write_it(string variable, string value, string hint)
    {
        var run = await SampleRun.OfClassesAsync(new Dictionary<string, string> { [variable] = value }, Stop, "Quick");
        run.ExitCode.Should().NotBe(0);
        run.Results.Should().HaveCount(2).And.OnlyContain(result => result.Outcome == "Failed"
            && result.Message.Contains($"{variable}={value}") && result.Message.Contains(hint));
    }

    private static async Task<(IReadOnlyList<string> Order, SampleRun Run)> OrderAsync(
        string seed, string? dll = null, string[]? classes = null)
    {
        using var trace = new TraceFile();
        var run = await SampleRun.OfClassesInOrderAsync(trace.Variables(("CHAINBRIDGE_SEED", seed)), dll ?? SampleRun.Dll, Stop,
            classes ?? Classes);
        run.ExitCode.Should().Be(0, run.Output);
        return (trace.Of("order"), run);
    }

    private static IEnumerable<string> Collections(IEnumerable<string> order) => order.Select(name => name.Split('.')[0]).Distinct();

    private static IEnumerable<string> Rows(IEnumerable<string> order) =>
        order.Where(name => name.Contains("Rows", StringComparison.Ordinal)).OrderBy(name => name.Split('.')[0], StringComparer.Ordinal);
}
