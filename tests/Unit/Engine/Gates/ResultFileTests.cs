using System.Text;
using ChainBridge.Engine.Gates.Formats;
using ChainBridge.Engine.Manifest;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.Engine.Gates;

public sealed class ResultFileTests : IDisposable
{
    private readonly string _path = Path.GetTempFileName();

    public void Dispose() => File.Delete(_path);

    public static TheoryData<ResultFormat> Formats => [.. Enum.GetValues<ResultFormat>()];

    [Theory]
    [MemberData(nameof(Formats))]
    public void Counts_and_failures_are_read(ResultFormat format)
    {
        var result = Read(Sample(format), format);
        result.Counts.Should().Be(new TestCounts(1, 1, 1));
        result.Failures.Should().ContainSingle().Which.Should().StartWith("b fails");
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void A_file_cut_off_anywhere_is_refused_and_never_a_crash(ResultFormat format)
    {
        var whole = Encoding.UTF8.GetBytes(Sample(format).TrimEnd());
        for (var length = 0; length < whole.Length; length++)
        {
            File.WriteAllBytes(_path, whole[..length]);
            Reading(format).Should().Throw<ResultFileException>($"it was cut at {length}");
        }
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void A_file_that_is_no_result_file_is_refused(ResultFormat format)
    {
        foreach (var text in new[] { "hello", "<html></html>", "{}", "[]", "null", "{\"results\":{}}", "\0\0\0", "<TestRun/>",
            "<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><TestRun>&b;</TestRun>" })
        {
            File.WriteAllText(_path, text);
            Reading(format).Should().Throw<ResultFileException>(text);
        }
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void Counts_that_disagree_with_the_entries_speak_against_a_file_without_failed_tests(ResultFormat format)
    {
        var green = Green(format);
        Read(green, format).IsGreen.Should().BeTrue();
        var lie = green.Replace("total=\"3\"", "total=\"4\"").Replace("tests=\"3\"", "tests=\"4\"").Replace("\"tests\":3", "\"tests\":4");
        lie.Should().NotBe(green);
        var result = Read(lie, format);
        result.IsGreen.Should().BeFalse();
        result.Problems.Should().ContainMatch("*claims 4*holds 3*");
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void A_file_of_200_MB_is_refused(ResultFormat format)
    {
        using (var file = File.OpenWrite(_path)) file.SetLength(200_000_000);
        Reading(format).Should().Throw<ResultFileException>().WithMessage("*200 MB*");
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void A_missing_file_is_refused(ResultFormat format)
    {
        File.Delete(_path);
        Reading(format).Should().Throw<ResultFileException>();
    }

    [Fact]
    public void A_large_honest_file_is_read_in_pieces()
    {
        var tests = string.Join(',', Enumerable.Range(0, 20_000).Select(number => """{"name":"test """
            + $$$"""{{{number}}}","status":"passed","duration":1,"extra":{"status":"failed","tests":[{"status":"failed"}]}}"""));
        Read($$$"""{"results":{"tool":{"name":"x"},"summary":{"tests":20000,"passed":20000,"failed":0},"tests":[{{{tests}}}]}}""",
            ResultFormat.Ctrf).Counts.Should().Be(new TestCounts(20_000, 0, 0));
    }

    [Fact]
    public void A_run_that_was_cut_short_is_not_green_though_no_test_failed()
    {
        var result = Read("""<TestRun><Results><UnitTestResult testName="a" outcome="Passed"/></Results><ResultSummary outcome="Failed">"""
            + """<Counters total="1" passed="1" failed="0"/></ResultSummary></TestRun>""", ResultFormat.Trx);
        result.IsGreen.Should().BeFalse();
        result.Problems.Should().ContainMatch("*cut short*");
    }

    [Fact]
    public void A_file_nested_without_end_is_refused_before_it_costs_time()
    {
        const int depth = 100_000;
        var text = string.Concat(Enumerable.Repeat("<testsuite name='s'>", depth)) + "<testcase name='a'/>"
            + string.Concat(Enumerable.Repeat("</testsuite>", depth));
        this.Invoking(test => test.Read(text, ResultFormat.Junit)).Should().Throw<ResultFileException>().WithMessage("*nested deeper*");
    }

    [Theory]
    [InlineData("<RunInfo outcome='Error' />")]
    [InlineData("<RunInfo outcome='Aborted'><Text></Text></RunInfo>")]
    [InlineData("<RunInfo outcome='Error' /><RunInfo outcome='Warning'><Text>slow</Text></RunInfo>")]
    public void A_run_that_reports_an_error_is_not_green_though_the_error_has_no_text(string runInfo) => Read($"""
        <TestRun><Results><UnitTestResult testName="a" outcome="Passed" /></Results><ResultSummary outcome="Completed">
        <Counters total="1" executed="1" passed="1" failed="0" /><RunInfos>{runInfo}</RunInfos></ResultSummary></TestRun>
        """, ResultFormat.Trx).Problems.Should().ContainSingle().Which.Should().Contain("reports an error");

    [Theory]
    [InlineData("""[{"attempt":1,"status":"failed"}]""", 1)]
    [InlineData("[]", 0)]
    public void A_ctrf_test_that_lists_earlier_attempts_is_flaky(string attempts, int flaky) => Read($$$"""
        {"results":{"summary":{"tests":1,"passed":1,"failed":0},
        "tests":[{"name":"a","status":"passed","retryAttempts":{{{attempts}}}}]}}
        """, ResultFormat.Ctrf).Counts.Should().Be(new TestCounts(1, 0, 0, flaky));

    [Theory]
    [InlineData("""{"name":"a","status":"other","rawStatus":"inconclusive"}""", 1, 1, 0)]
    [InlineData("""{"name":"a","status":"other","rawStatus":"Inconclusive"}""", 1, 1, 0)]
    [InlineData("""{"name":"a","status":"other","rawStatus":"timedOut"}""", 1, 0, 1)]
    [InlineData("""{"name":"a","status":"other"}""", 1, 0, 1)]
    [InlineData("""{"name":"a","status":"inconclusive"}""", 1, 0, 1)]
    public void A_ctrf_test_is_inconclusive_only_where_its_raw_status_says_so(string test, int other, int inconclusive, int failed)
    {
        var result = Read($$$"""{"results":{"summary":{"tests":1,"passed":0,"other":{{{other}}}},"tests":[{{{test}}}]}}""",
            ResultFormat.Ctrf);
        result.Counts.Should().Be(new TestCounts(0, failed, 0, Inconclusive: inconclusive));
        (result.IsGreen, result.IsInconclusive, result.Problems.Count).Should().Be((false, inconclusive == 1, 0));
    }

    [Fact]
    public void A_summary_that_claims_more_than_its_inconclusive_tests_contradicts_itself()
    {
        var result = Read("""
            {"results":{"summary":{"tests":1,"passed":0,"failed":1,"other":1},
            "tests":[{"name":"a","status":"other","rawStatus":"inconclusive"}]}}
            """, ResultFormat.Ctrf);
        (result.IsGreen, result.IsInconclusive).Should().Be((false, false));
        result.Problems.Should().ContainSingle().Which.Should().Contain("claims 1 failed, but holds 0");
    }

    [Theory]
    [InlineData("failed", "other", 0, 1, 0)]
    [InlineData("other", "passed", 1, 0, 0)]
    [InlineData("other", "skipped", 0, 0, 1)]
    public void A_rerun_that_could_not_tell_takes_no_failure_back_and_one_that_passed_takes_the_doubt(
        string first, string second, int passed, int failed, int inconclusive)
    {
        string Test(string status) => $$"""{"name":"a","status":"{{status}}","rawStatus":"inconclusive"}""";
        Read($$$"""{"results":{"summary":{"tests":2},"tests":[{{{Test(first)}}},{{{Test(second)}}}]}}""", ResultFormat.Ctrf, reruns: true)
            .Counts.Should().Be(new TestCounts(passed, failed, 0, Inconclusive: inconclusive));
    }

    [Fact]
    public void A_refusal_names_line_and_column_of_broken_xml()
    {
        File.WriteAllText(_path, "<testsuite name='a'>\n  <testcase name='b'>\n</testsuite>");
        Reading(ResultFormat.Junit).Should().Throw<ResultFileException>().WithMessage("*cut off*Line 3, position 3*");
    }

    [Theory]
    [InlineData(0, "12 passed, 0 failed, 1 skipped")]
    [InlineData(2, "12 passed (2 flaky), 0 failed, 1 skipped")]
    public void Counts_mention_flaky_tests_when_there_are_any(int flaky, string words) =>
        new TestCounts(12, 0, 1, flaky).ToString().Should().Be(words);

    [Fact]
    public void Nested_suites_of_junit_are_each_held_to_their_own_claim()
    {
        var text = """<testsuites tests="2"><testsuite tests="2"><testsuite tests="1"><testcase name="a"/></testsuite><testcase name="b">"""
            + """<skipped/></testcase></testsuite></testsuites>""";
        Read(text, ResultFormat.Junit).Counts.Should().Be(new TestCounts(1, 0, 1));
    }

    private static string Green(ResultFormat format) => format switch
    {
        ResultFormat.Trx => """
            <TestRun><Results><UnitTestResult testName="a" outcome="Passed" />
            <UnitTestResult testName="b" outcome="Passed" /><UnitTestResult testName="c" outcome="NotExecuted" />
            </Results><ResultSummary outcome="Completed"><Counters total="3" executed="2" passed="2" failed="0" /></ResultSummary></TestRun>
            """,
        ResultFormat.Junit => """<testsuites><testsuite name="s" tests="3" failures="0"><testcase name="a" /><testcase name="b" />"""
            + """<testcase name="c"><skipped /></testcase></testsuite></testsuites>""",
        _ => """
            {"results":{"summary":{"tests":3,"passed":2,"failed":0,"skipped":1},
            "tests":[{"name":"a","status":"passed"},{"name":"b","status":"passed"},{"name":"c","status":"skipped"}]}}
            """,
    };

    private static string Sample(ResultFormat format) => format switch
    {
        ResultFormat.Trx => """
            <?xml version="1.0" encoding="utf-8"?>
            <TestRun xmlns="http://microsoft.com/schemas/VisualStudio/TeamTest/2010"><Results>
            <UnitTestResult testName="a passes" outcome="Passed" />
            <UnitTestResult testName="b fails" outcome="Failed"><Output><ErrorInfo><Message>no</Message></ErrorInfo></Output>
            </UnitTestResult>
            <UnitTestResult testName="c waits" outcome="NotExecuted" />
            </Results><ResultSummary outcome="Failed">
            <Counters total="3" executed="2" passed="1" failed="1" error="0" timeout="0" aborted="0" notExecuted="0" />
            </ResultSummary></TestRun>
            """,
        ResultFormat.Junit => """
            <testsuites tests="3" failures="1"><testsuite name="s" tests="3" failures="1" errors="0" skipped="1">
            <testcase name="a passes" time="0.1" /><testcase name="b fails"><failure message="no">trace</failure></testcase>
            <testcase name="c waits"><skipped /></testcase>
            </testsuite></testsuites>
            """,
        _ => """
            {"reportFormat":"CTRF","results":{"tool":{"name":"xunit"},
            "summary":{"tests":3,"passed":1,"failed":1,"pending":0,"skipped":1,"other":0,"start":1,"stop":2},
            "tests":[{"name":"a passes","status":"passed","duration":1},{"name":"b fails","status":"failed","duration":1},
            {"name":"c waits","status":"skipped","duration":0}]}}
            """,
    };

    private ResultFile Read(string text, ResultFormat format, bool reruns = false)
    {
        File.WriteAllText(_path, text);
        return ResultFile.Read(_path, new ResultReading(format, reruns), TestContext.Current.CancellationToken);
    }

    private Func<ResultFile> Reading(ResultFormat format) => () => ResultFile.Read(_path, format, TestContext.Current.CancellationToken);
}
