using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.TestKit.Runs;

/// <summary>One run, reported in five ways: TRX, JUnit, CTRF (xUnit's and ours) and GitHub's step summary agree.</summary>
public sealed partial class ResultTests(ResultTests.ReportedRun reported) : IClassFixture<ResultTests.ReportedRun>
{
    private static readonly Tally Expected = new(Passed: 4, Failed: 10, Skipped: 4);

    [Fact]
    public void The_trx_counts_what_ran() => reported.Trx.Should().Be(Expected);

    [Fact]
    public void The_junit_file_agrees() => Junit().Should().Be((Expected, Names(reported.Failed)));

    [Fact]
    public void The_ctrf_file_of_xunit_agrees() => Ctrf("results.ctrf.json").Should().Be((Expected, Names(reported.Failed)));

    [Fact]
    public void The_ctrf_file_of_ours_agrees() => Ctrf(ReportedRun.Own).Should().Be((Expected, Names(reported.Failed)));

    [Fact]
    public void The_step_summary_agrees()
    {
        var heading = Heading().Match(reported.Page);
        var rows = reported.Page.Split('\n').SkipWhile(line => !line.StartsWith("| failed test", StringComparison.Ordinal)).Skip(2)
            .TakeWhile(line => line.StartsWith("| ", StringComparison.Ordinal));
        Names(rows.Select(row => row.Split(" | ")[0].TrimStart('|', ' '))).Should().Be(Names(reported.Failed));
        new Tally(Number(heading, 2), Number(heading, 1), Number(heading, 3)).Should().Be(Expected, reported.Page);
    }

    [Fact]
    public void The_step_summary_shows_seed_evidence_flaky_and_quarantined_tests_and_budgets() =>
        reported.Page.Should().Contain("CHAINBRIDGE_SEED=4711").And.Contain("`on purpose` | `Evidence: ")
            .And.Contain("| Passes at its second attempt | 2 |").And.Contain("| Fails | skipped | https://example.org/issues/12 |")
            .And.MatchRegex(@"\| Database \| \d+(\.\d)? s \| 0 s \| 3 s \|");

    [Fact]
    public void Only_our_ctrf_file_knows_flaky_tests_and_their_retries()
    {
        using var file = JsonDocument.Parse(File.ReadAllText(Path.Combine(reported.Folder, ReportedRun.Own)));
        var flaky = Tests(file).Where(test => test.GetProperty("flaky").GetBoolean()).ToList();
        flaky.Select(test => test.GetProperty("name").GetString())
            .Should().BeEquivalentTo("Passes at its second attempt", "Passes at its third attempt");
        flaky.Should().NotContain(test => test.GetProperty("status").GetString() == "passed")
            .And.Contain(test => test.GetProperty("retries").GetInt32() == 1);
        Tests(file).Should().Contain(test => test.GetProperty("name").GetString() == "Fails"
            && test.GetProperty("extra").GetProperty("quarantined").GetString() == "https://example.org/issues/12");
    }

    [Fact]
    public async Task A_page_that_cannot_be_written_is_reported_and_fails_nothing()
    {
        var run = await SampleRun.OfClassesAsync(new Dictionary<string, string>
        {
            ["GITHUB_STEP_SUMMARY"] = Path.Combine(reported.Folder, "no", "such", "folder", "page.md")
        }, TestContext.Current.CancellationToken, "Quick");
        run.ExitCode.Should().Be(0);
        run.Output.Should().Contain("the step summary was not written");
    }

    [Fact]
    public async Task A_fixture_that_does_not_come_to_its_end_is_on_the_page()
    {
        var page = Path.Combine(reported.Folder, "errors.md");
        await SampleRun.OfClassesAsync(new Dictionary<string, string>
        {
            ["GITHUB_STEP_SUMMARY"] = page,
            ["CHAINBRIDGE_BUDGET_DATABASE"] = "10s"
        }, TestContext.Current.CancellationToken, "HangsInTheEndOfItsFixture");
        (await File.ReadAllTextAsync(page, TestContext.Current.CancellationToken)).Should().Contain(": 0 failed, 1 passed")
            .And.Contain("| error outside of a test |").And.Contain("HangsInTheEndOfItsFixture had not been disposed");
    }

    private (Tally Tally, string Failed) Junit()
    {
        var cases = XDocument.Load(Path.Combine(reported.Folder, "results.junit.xml")).Descendants("testcase").ToList();
        var failed = cases.Where(one => one.Element("failure") is not null).ToList();
        var skipped = cases.Count(one => one.Element("skipped") is not null);
        return (new(cases.Count - failed.Count - skipped, failed.Count, skipped),
            Names(failed.Select(one => (string)one.Attribute("name")!)));
    }

    private (Tally Tally, string Failed) Ctrf(string name)
    {
        using var file = JsonDocument.Parse(File.ReadAllText(Path.Combine(reported.Folder, name)));
        var summary = file.RootElement.GetProperty("results").GetProperty("summary");
        var failed = Tests(file).Where(test => test.GetProperty("status").GetString() == "failed")
            .Select(test => test.GetProperty("name").GetString()!);
        return (new(summary.GetProperty("passed").GetInt32(), summary.GetProperty("failed").GetInt32(), summary.GetProperty("skipped")
            .GetInt32()), Names(failed));
    }

    private static List<JsonElement> Tests(JsonDocument file) =>
        [.. file.RootElement.GetProperty("results").GetProperty("tests").EnumerateArray()];

    private static string Names(IEnumerable<string> names) => string.Join("; ", names.Order(StringComparer.Ordinal));

    private static int Number(Match match, int group) =>
        int.Parse(match.Groups[group].Value, System.Globalization.CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^### \S+: (\d+) failed, (\d+) passed, (\d+) skipped", RegexOptions.Multiline)]
    private static partial Regex Heading();

    /// <summary>The counts of a file.</summary>
    internal sealed record Tally(int Passed, int Failed, int Skipped);

    /// <summary>The run: passes, failures of every kind, a budget that is used up, flaky and quarantined tests.</summary>
    public sealed class ReportedRun : IAsyncLifetime
    {
        /// <summary>The CTRF file that TestKit writes.</summary>
        public const string Own = "ChainBridge.Tests.TestKit.Sample.ctrf.json";

        private SampleRun _run = null!;

        internal string Folder { get; } = Directory.CreateTempSubdirectory("chainbridge-results-").FullName;

        internal string Page { get; private set; } = "";

        internal IEnumerable<string> Failed => _run.Results.Where(result => result.Outcome == "Failed").Select(result => result.Name);

        internal Tally Trx => new(_run.Results.Count(result => result.Outcome == "Passed"), Failed.Count(),
            _run.Results.Count(result => result.Outcome == "NotExecuted"));

        /// <inheritdoc/>
        public async ValueTask InitializeAsync()
        {
            using var trace = new TraceFile();
            var page = Path.Combine(Folder, "summary.md");
            var variables = trace.Variables(("GITHUB_STEP_SUMMARY", page), ("CHAINBRIDGE_CTRF", Folder), ("CHAINBRIDGE_SEED", "4711"),
                ("CHAINBRIDGE_RETRIES", "2"), ("CHAINBRIDGE_MAX_FLAKY", "1"), ("CHAINBRIDGE_BUDGET_DATABASE", "3s"));
            _run = await SampleRun.WithAllResultsAsync(variables, Folder, CancellationToken.None, "Scoped", "Flaky", "InQuarantine",
                "FailsInItsConstructor", "Overruns", "BadLinks");
            Page = await File.ReadAllTextAsync(page);
        }

        /// <inheritdoc/>
        public ValueTask DisposeAsync()
        {
            Directory.Delete(Folder, recursive: true);
            return ValueTask.CompletedTask;
        }
    }
}
