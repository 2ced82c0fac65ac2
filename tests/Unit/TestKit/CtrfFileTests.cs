using ChainBridge.DeployRunner.Gates;
using ChainBridge.DeployRunner.Manifest;
using ChainBridge.TestKit.Order;
using ChainBridge.TestKit.Results;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.TestKit;

public sealed class CtrfFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("chainbridge-ctrf-").FullName;

    [Fact]
    public void A_deploy_gate_reads_it_and_takes_no_flaky_test_for_a_passed_one()
    {
        CtrfFile.Write(_folder, Report(shard: null, Test("good", TestOutcome.Passed), Test("flaky", TestOutcome.Failed, flaky: true), Test("allowed", TestOutcome.Skipped, flaky: true)));
        var read = ResultFile.Read(Path.Combine(_folder, "Some.Tests.ctrf.json"), ResultFormat.Ctrf, TestContext.Current.CancellationToken);
        read.Counts.Should().Be(new TestCounts(Passed: 1, Failed: 1, Skipped: 1));
        read.Failures.Should().ContainSingle().Which.Should().Contain("flaky");
    }

    [Fact]
    public void Each_shard_has_a_file_of_its_own()
    {
        foreach (var index in new[] { 1, 2 }) CtrfFile.Write(_folder, Report(new Shard(index, 2), Test("good", TestOutcome.Passed)));
        Directory.GetFiles(_folder).Select(Path.GetFileName).Should().BeEquivalentTo("Some.Tests.1-of-2.ctrf.json", "Some.Tests.2-of-2.ctrf.json");
    }

    [Fact]
    public void Where_nothing_ran_there_is_no_file_not_even_an_earlier_one()
    {
        CtrfFile.Write(_folder, Report(shard: null, Test("good", TestOutcome.Passed)));
        CtrfFile.Write(_folder, Report(shard: null));
        Directory.GetFiles(_folder).Should().BeEmpty();
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static TestReport Test(string name, TestOutcome outcome, bool flaky = false) =>
        new(name, "Some.Class", outcome, outcome == TestOutcome.Passed ? "" : "why", "", TimeSpan.FromMilliseconds(3), flaky ? 2 : 1, flaky, Issue: null, Evidence: "");

    private static RunReport Report(Shard? shard, params TestReport[] tests) => new("Some.Tests", "CHAINBRIDGE_SEED=1", shard, DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch, tests, [], []);
}
