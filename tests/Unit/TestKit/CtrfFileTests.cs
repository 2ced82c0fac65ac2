using ChainBridge.Engine.Gates;
using ChainBridge.Engine.Gates.Formats;
using ChainBridge.Engine.Manifest;
using ChainBridge.TestKit.Runs.Order;
using ChainBridge.TestKit.Runs.Results;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.TestKit;

public sealed class CtrfFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("chainbridge-ctrf-").FullName;

    [Fact]
    public void A_deploy_gate_reads_it_and_takes_no_flaky_test_for_a_passed_one()
    {
        CtrfFile.Write(_folder, Report(plan: null, Test("good", TestOutcome.Passed), Test("flaky", TestOutcome.Failed, flaky: true),
            Test("allowed", TestOutcome.Skipped, flaky: true)));
        var read = ResultFile.Read(Path.Combine(_folder, "Some.Tests.ctrf.json"), ResultFormat.Ctrf, TestContext.Current.CancellationToken);
        read.Counts.Should().Be(new TestCounts(Passed: 1, Failed: 1, Skipped: 1));
        read.Failures.Should().ContainSingle().Which.Should().Contain("flaky");
    }

    [Fact]
    public void Each_shard_has_a_file_of_its_own()
    {
        foreach (var index in new[] { 1, 2 }) CtrfFile.Write(_folder, Report(Part(index), Test("good", TestOutcome.Passed)));
        Directory.GetFiles(_folder).Select(Path.GetFileName)
            .Should().BeEquivalentTo("Some.Tests.1-of-2.ctrf.json", "Some.Tests.2-of-2.ctrf.json");
    }

    [Fact]
    public void Where_nothing_ran_there_is_no_file_not_even_an_earlier_one()
    {
        CtrfFile.Write(_folder, Report(plan: null, Test("good", TestOutcome.Passed)));
        CtrfFile.Write(_folder, Report(plan: null));
        Directory.GetFiles(_folder).Should().BeEmpty();
    }

    [Fact]
    public void A_shard_that_has_none_of_the_tests_reports_that_and_a_deploy_gate_knows_it_as_one()
    {
        CtrfFile.Write(_folder, Report(Part(2)));
        var read = ResultFile.Read(Path.Combine(_folder, "Some.Tests.2-of-2.ctrf.json"), ResultFormat.Ctrf,
            TestContext.Current.CancellationToken);
        read.Should().BeEquivalentTo(new ResultFile(new TestCounts(0, 0, 0), [], [], new ResultShard("Some.Tests", 2, 2, "1ea8f3")));
    }

    [Fact]
    public void Where_there_was_nothing_to_divide_a_shard_leaves_no_file()
    {
        CtrfFile.Write(_folder, Report(Part(1) with { Cases = 0 }));
        Directory.GetFiles(_folder).Should().BeEmpty();
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static TestReport Test(string name, TestOutcome outcome, bool flaky = false) =>
        new(name, "Some.Class", outcome, outcome == TestOutcome.Passed ? Cause.None : new("why"), TimeSpan.FromMilliseconds(3),
            new(flaky ? 2 : 1, flaky, Issue: null));

    private static ShardPlan Part(int index) => new(new Shard(index, 2), "1ea8f3", Cases: 5);

    private static RunReport Report(ShardPlan? plan, params TestReport[] tests) =>
        new("Some.Tests", "CHAINBRIDGE_SEED=1", plan, DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch, tests, [], []);
}
