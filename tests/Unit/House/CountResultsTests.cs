using CliWrap;
using CliWrap.Buffered;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.House;

/// <summary>The sum at the end of a run: it must be able to fail, and to name what failed.</summary>
public sealed class CountResultsTests : IDisposable
{
    private const string Passing = """<TestRun><Results><UnitTestResult testName="Good" outcome="Passed" /></Results><ResultSummary>"""
        + """<Counters total="1" executed="1" passed="1" failed="0" /></ResultSummary></TestRun>""";

    private const string Failing = """
        <TestRun><Results>
          <UnitTestResult testName="Good" outcome="Passed"><Output><StdOut>all well</StdOut></Output></UnitTestResult>
          <UnitTestResult testName="Suite.A_lease_ends" outcome="Failed"><Output><ErrorInfo>
            <Message>Expected &quot;1&quot;, but found &lt;null&gt;.
        Evidence: there</Message>
            <StackTrace>   at Other.Library.Throw()
           at Suite.A_lease_ends() in Suite.cs:line 12</StackTrace>
          </ErrorInfo></Output></UnitTestResult>
        </Results><ResultSummary><Counters total="2" executed="2" passed="1" failed="1" /></ResultSummary></TestRun>
        """;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("count-results-");

    [Fact]
    public async Task All_passed_ends_with_0_and_names_nothing()
    {
        Write("a.trx", Passing);
        var (code, output, error) = await Count();
        (code, output.Trim(), error).Should().Be((0, "1 passed, 0 failed, 0 skipped", ""));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_failed_test_is_named_with_its_message_and_its_line(bool onOneLine)
    {
        Write("a.trx", Passing);
        Write("b.trx", onOneLine ? Failing.Replace("\n", "&#xA;", StringComparison.Ordinal) : Failing);
        var (code, output, error) = await Count();
        code.Should().Be(1);
        output.Trim().Should().Be("2 passed, 1 failed, 0 skipped");
        error.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Trim()).Should().Equal(
            "failed:", "Suite.A_lease_ends", """Expected "1", but found <null>.""", "Evidence: there",
            "at Suite.A_lease_ends() in Suite.cs:line 12");
    }

    [Fact]
    public async Task Nothing_run_fails()
    {
        var (code, output, error) = await Count();
        (code, output.Trim()).Should().Be((1, "0 passed, 0 failed, 0 skipped"));
        error.Should().Contain("no test ran below");
    }

    [Fact]
    public async Task A_truncated_file_fails()
    {
        Write("a.trx", Passing);
        Write("b.trx", Passing[..^8]);
        var (code, _, error) = await Count();
        code.Should().Be(1);
        error.Should().Contain("not a whole result file").And.Contain("b.trx");
    }

    [Fact]
    public async Task A_skipped_test_fails_where_none_may_be()
    {
        Write("a.trx", Passing.Replace("total=\"1\"", "total=\"2\"", StringComparison.Ordinal).Replace("<Results>",
            """<Results><UnitTestResult testName="Needs.Docker" outcome="NotExecuted" />""", StringComparison.Ordinal));
        (await Count()).Code.Should().Be(0);
        var (code, output, error) = await Count(requireDocker: true);
        (code, output.Trim()).Should().Be((1, "1 passed, 0 failed, 1 skipped"));
        error.Should().Contain("Needs.Docker");
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private void Write(string name, string text) => File.WriteAllText(Path.Combine(_folder.FullName, name), text);

    private async Task<(int Code, string Output, string Error)> Count(bool requireDocker = false)
    {
        var result = await CliWrap.Cli.Wrap("bash")
            .WithArguments([Path.Combine(Repository.Root, "eng", "count-results.sh"), _folder.FullName])
            .WithEnvironmentVariables(variables => variables.Set("CHAINBRIDGE_REQUIRE_DOCKER", requireDocker ? "1" : "0"))
            .WithValidation(CommandResultValidation.None).ExecuteBufferedAsync(TestContext.Current.CancellationToken);
        return (result.ExitCode, result.StandardOutput, result.StandardError);
    }
}
