using System.Text.Json;
using System.Text.RegularExpressions;
using ChainBridge.Tests.TestKit.Infrastructure;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.TestKit.Runs;

/// <summary>Shards of one assembly: together they are all of it, and no test is in two.</summary>
[InTurn(0)]
public sealed partial class ShardTests
{
    private static readonly string[] Classes = ["OrderedA", "OrderedB", "OrderedC", "OrderedD", "OrderedE", "Quick", "OutOfQuarantine"];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Three_shards_run_each_test_once_and_agree_on_the_plan()
    {
        var (all, _) = await RunAsync(shard: "");
        var shards = await Task.WhenAll(RunAsync("1/3"), RunAsync("2/3"), RunAsync("3/3"));
        shards.SelectMany(shard => shard.Tests).Should().BeEquivalentTo(all).And.OnlyHaveUniqueItems();
        shards.Should().OnlyContain(shard => shard.Tests.Count > 0);
        shards.Select(shard => PlanMark().Match(shard.Run.Output).Value).Distinct().Should().ContainSingle().Which.Should().NotBeEmpty();
    }

    [Fact]
    public async Task Tests_that_share_a_collection_stay_together() =>
        (await Task.WhenAll(RunAsync("1/3"), RunAsync("2/3"), RunAsync("3/3"))).Should()
            .ContainSingle(shard => shard.Tests.Any(test => test.StartsWith("OrderedD", StringComparison.Ordinal)))
            .Which.Tests.Should().Contain(test => test.StartsWith("OrderedE", StringComparison.Ordinal));

    [Fact]
    public async Task Recorded_durations_decide_which_shard_runs_what()
    {
        var folder = Directory.CreateTempSubdirectory("chainbridge-durations-").FullName;
        try
        {
            var recorded = await SampleRun.OfClassesAsync(new Dictionary<string, string> { ["CHAINBRIDGE_DURATIONS"] = folder },
                Stop, Classes);
            recorded.ExitCode.Should().Be(0, recorded.Output);
            var file = Directory.GetFiles(folder).Should().ContainSingle().Subject;
            var durations = JsonSerializer.Deserialize<Dictionary<string, double>>(await File.ReadAllTextAsync(file, Stop))!;
            durations.Keys.Should().Contain(name => name.EndsWith(".OrderedA: One", StringComparison.Ordinal));
            foreach (var name in durations.Keys) durations[name] = name.Contains(".OrderedB: ", StringComparison.Ordinal) ? 100 : 1;
            await File.WriteAllTextAsync(file, JsonSerializer.Serialize(durations), Stop);
            var before = await File.ReadAllTextAsync(file, Stop);

            var shards = await Task.WhenAll(RunAsync("1/2", folder), RunAsync("2/2", folder));

            shards.Should().ContainSingle(shard => shard.Tests.All(test => test.StartsWith("OrderedB", StringComparison.Ordinal)),
                "what takes as long as all the others together has a shard of its own");
            (await File.ReadAllTextAsync(file, Stop)).Should().Be(before, "a shard that changed what the next one reads would lose tests");
            Directory.GetFiles(folder, "*-of-2.json").Should().HaveCount(2);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task Durations_that_cannot_be_read_fail_a_shard()
    {
        var folder = Directory.CreateTempSubdirectory("chainbridge-durations-").FullName;
        try
        {
            await File.WriteAllTextAsync(Path.Combine(folder, Path.GetFileNameWithoutExtension(SampleRun.Dll) + ".json"),
                "{ cut off", Stop);
            var run = await SampleRun.OfClassesAsync(
                new Dictionary<string, string> { ["CHAINBRIDGE_SHARD"] = "1/2", ["CHAINBRIDGE_DURATIONS"] = folder }, Stop, "Quick");
            run.ExitCode.Should().NotBe(0);
            run.Results.Should().HaveCount(2).And.OnlyContain(result => result.Message.Contains("delete or mend"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Theory]
    [InlineData("0/3")]
    [InlineData("4/3")]
    [InlineData("x")]
    public async Task A_shard_that_is_none_fails_every_test(string shard)
    {
        var run = await SampleRun.OfClassesAsync(new Dictionary<string, string> { ["CHAINBRIDGE_SHARD"] = shard }, Stop, "Quick",
            "WithoutCategory");
        run.ExitCode.Should().NotBe(0);
        run.Results.Should().HaveCount(3).And.OnlyContain(result => result.Outcome == "Failed"
            && result.Message.Contains($"CHAINBRIDGE_SHARD={shard} is no shard: write i/n"));
    }

    [Fact]
    public async Task A_shard_without_a_test_of_this_assembly_is_no_failure_of_it_and_reports_that_nothing_ran()
    {
        var shards = await Task.WhenAll(SampleRun.OfClassesAsync(Shard("1/2"), Stop, "Quick"),
            SampleRun.OfClassesAsync(Shard("2/2"), Stop, "Quick"));
        shards.Should().OnlyContain(run => run.ExitCode == 0);
        shards.Select(run => run.Results.Count)
            .Should().BeEquivalentTo([2, 0], "the sum of the result files shows what ran, and fails when that is nothing");
    }

    [Fact]
    public async Task Each_shard_leaves_a_file_that_names_its_part_also_one_without_a_test()
    {
        var folder = Directory.CreateTempSubdirectory("chainbridge-shards-").FullName;
        try
        {
            var shards = new[] { "1/2", "2/2" }.Select(shard =>
                new Dictionary<string, string>(Shard(shard)) { ["CHAINBRIDGE_CTRF"] = folder }).ToList();
            await Task.WhenAll(shards.Select(shard => SampleRun.OfClassesAsync(shard, Stop, "Quick")));
            var parts = Directory.GetFiles(folder).Order(StringComparer.Ordinal).Select(Part).ToList();
            parts.Select(part => part.Index).Should().Equal(1, 2);
            parts.Select(part => part.Tests).Should().BeEquivalentTo([2, 0]);
            parts.Select(part => part.Plan).Distinct().Should().ContainSingle().Which.Should().MatchRegex("^[0-9a-f]{6}$");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static (int Index, string Plan, int Tests) Part(string file)
    {
        using var json = JsonDocument.Parse(File.ReadAllText(file));
        var results = json.RootElement.GetProperty("results");
        var shard = results.GetProperty("extra").GetProperty("shard");
        return (shard.GetProperty("index").GetInt32(), shard.GetProperty("plan").GetString()!, results.GetProperty("tests")
            .GetArrayLength());
    }

    private static Dictionary<string, string> Shard(string shard) => new() { ["CHAINBRIDGE_SHARD"] = shard };

    private static async Task<(IReadOnlyList<string> Tests, SampleRun Run)> RunAsync(string shard, string durations = "off")
    {
        using var trace = new TraceFile();
        var run = await SampleRun.OfClassesAsync(trace.Variables(("CHAINBRIDGE_SHARD", shard), ("CHAINBRIDGE_DURATIONS", durations)),
            Stop, Classes);
        run.ExitCode.Should().Be(0, run.Output);
        return (trace.Of("order"), run);
    }

    [GeneratedRegex("plan [0-9a-f]{6}")]
    private static partial Regex PlanMark();
}
