using System.Text;
using ChainBridge.Engine.Gates.Formats;
using ChainBridge.Engine.Manifest;
using ChainBridge.Fuzz;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.Engine.Gates.Formats;

/// <summary>A short, repeatable slice of `make fuzz`, and proofs that its search can find something.</summary>
public sealed class FuzzTests
{
    private const int Slice = 400;
    private static readonly IReadOnlyList<Seed> Seeds =
        Seed.Below([Path.Combine(Repository.Root, "tests", "Unit", "Engine", "Gates", "Formats", "Files")]);

    [Fact]
    public async Task No_mutated_file_crashes_a_reader_or_is_green_beside_a_failed_test() =>
        (await SearchAsync(Search.AsGate)).Should().BeEmpty();

    [Fact]
    public async Task The_search_finds_a_reader_that_overlooks_failures() =>
        (await SearchAsync((_, _, _) => new ResultFile(new TestCounts(1, 0, 0), [], [])))
            .Should().Contain(finding => finding.Reason.Contains("is left"));

    [Fact]
    public async Task The_search_finds_a_reader_that_crashes() =>
        (await SearchAsync((content, _, _) =>
            content.Contains((byte)0xE9) ? throw new InvalidOperationException("no text") : throw new ResultFileException("refused")))
            .Should().NotBeEmpty().And.OnlyContain(finding => finding.Reason.Contains("InvalidOperationException"));

    [Fact]
    public void The_same_seed_makes_the_same_files()
    {
        var (one, other) = (new Mutator(new Random(7), Seeds), new Mutator(new Random(7), Seeds));
        for (var number = 0; number < 50; number++) one.Next().Content.Should().Equal(other.Next().Content);
    }

    [Theory]
    [InlineData(ResultFormat.Junit, "<testsuite><testcase name='a'><x><failure/></x></testcase></testsuite>", "<failure> is left")]
    [InlineData(ResultFormat.Junit, "<testsuite><testcase name='a&#27;&#0;' status='failed'/></testsuite>", "status")]
    [InlineData(ResultFormat.Junit, "<testsuite><testcase name='a'/></testsuite>", null)]
    [InlineData(ResultFormat.Junit, "<testsuite><testcase name='a'>", "no parser reads the file")]
    [InlineData(ResultFormat.Trx, "<TestRun><UnitTestResult outcome='Aborted'/></TestRun>", "outcome Aborted is left")]
    [InlineData(ResultFormat.Ctrf, """{"results":{"tests":[{"status":"failed","status":"passed","\ud800":1}]}}""", "status failed is left")]
    [InlineData(ResultFormat.Ctrf, """{"results":{"tests":[{"status":"passed"}]}}""", null)]
    public void The_oracle_objects_where_a_failed_test_is_left(ResultFormat format, string text, string? objection)
    {
        var answer = Oracle.Objection(Encoding.UTF8.GetBytes(text), format);
        if (objection is null) answer.Should().BeNull();
        else answer.Should().Contain(objection);
    }

    private static async Task<IReadOnlyList<Finding>> SearchAsync(ReadResult read)
    {
        var search = new Search(Seeds, seed: 20261124, TimeProvider.System, read);
        var findings = new List<Finding>();
        for (var number = 0; number < Slice; number++)
            if (await search.TryAsync(number, timed: false, TestContext.Current.CancellationToken) is { } finding) findings.Add(finding);
        return findings;
    }
}
