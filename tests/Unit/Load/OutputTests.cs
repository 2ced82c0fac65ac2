using System.Text.Json;
using ChainBridge.Engine.Gates.Formats;
using ChainBridge.Engine.Manifest;
using ChainBridge.TestKit.Load;
using ChainBridge.TestKit.Load.Tool;
using ChainBridge.TestKit.Load.Tool.Verbs;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.Load;

/// <summary>What is written of a result, and how the gate of the runner reads it.</summary>
public sealed class OutputTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("load-output-");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_page_is_one_file_that_asks_for_nothing_else()
    {
        var page = await WriteAsync(".html", "p99 <= 30ms");
        page.Should().Contain("<svg").And.Contain("p99 &lt;= 30ms: was 39.6ms").And.Contain("switch traffic").And.NotContain("<script")
            .And.NotContain("src=").And.NotContain("href=").And.NotMatchRegex("url\\(");
    }

    [Fact]
    public async Task The_gate_of_the_runner_refuses_a_broken_limit_with_its_figure_and_takes_one_that_held()
    {
        Gate(await WriteAsync(".ctrf.json", "p99 <= 50ms")).IsGreen.Should().BeTrue();
        var broken = Gate(await WriteAsync(".ctrf.json", "p99 <= 30ms"));
        broken.IsGreen.Should().BeFalse();
        $"{broken}".Should().Contain("unit: p99 <= 30ms: was 39.6ms (1000 samples)");
    }

    [Fact]
    public async Task The_gate_of_the_runner_takes_no_inconclusive_run_for_a_pass()
    {
        var gate = Gate(await WriteAsync(".ctrf.json", late: 500, limits: "p99 <= 50ms"));
        (gate.IsGreen, gate.IsInconclusive).Should().Be((false, true));
        gate.Doubts[0].Should().StartWith("unit: inconclusive: the generator did not keep up", "the reason comes before what it is about");
    }

    [Fact]
    public async Task A_cancelled_run_is_inconclusive_in_every_report_and_for_every_limit_that_held()
    {
        const string Why = "ended after 10 of 10 s: it was cancelled";
        foreach (var ending in new[] { ".html", ".md", ".json", ".ctrf.json" })
            (await WriteAsync(ending, "p99 <= 50ms", early: "it was cancelled")).Should().Contain(Why).And.Contain("inconclusive").And
                .NotContain("| pass |").And.NotContain("verdict pass").And.NotContain("\"verdict\": \"pass\"").And
                .NotContain("\"status\": \"passed\"");
        (await WriteAsync(".prom", "p99 <= 50ms", early: "it was cancelled")).Should().Contain("passed{scenario=\"unit\"} 0.5\n");
        var summary = new StringWriter();
        await Summary.WriteAsync(summary, LoadTest.Judge(Measured.Plan("p99 <= 50ms"), Run(0, "it was cancelled")));
        $"{summary}".Should().Contain("unknown p99 <= 50ms").And.Contain($"INCONCLUSIVE unit: inconclusive: {Why}").And.NotContain("held ");
    }

    [Fact]
    public async Task OpenMetrics_end_as_they_must_and_have_the_quantiles()
    {
        var text = await WriteAsync(".prom", "p99 <= 50ms");
        text.Should().EndWith("# EOF\n").And.Contain("chainbridge_load_latency_seconds{scenario=\"unit\",step=\"GET "
            + "/\",quantile=\"0.99\"} 0.0396");
        text.Should().Contain("chainbridge_load_passed{scenario=\"unit\"} 1\n");
    }

    [Fact]
    public async Task OpenMetrics_count_a_failure_once_in_a_sum_over_steps_and_the_iterations_apart()
    {
        var measured = Measured.Of(100, 20, generator: Measured.Quiet).With("status 500", 3);
        var iterations = new StepMeasure(StepMeasure.Iteration);
        iterations.Add(measured.Steps[0]);
        iterations.Errors["FormatException"] = 2;
        measured.Steps.Add(iterations);
        await LoadFiles.WriteAsync(LoadTest.Judge(Measured.Plan(), measured), _folder.FullName, Stop);
        var lines = await File.ReadAllLinesAsync(Path.Combine(_folder.FullName, "unit.prom"), Stop);
        lines.Should().NotContain(line => line.Contains("(iteration)"));
        lines.Where(line => line.StartsWith("chainbridge_load_errors_total")).Should()
            .Equal("chainbridge_load_errors_total{scenario=\"unit\",step=\"GET /\",kind=\"status 500\"} 3");
        lines.Where(line => line.StartsWith("chainbridge_load_iteration_errors_total")).Should().BeEquivalentTo(
            "chainbridge_load_iteration_errors_total{scenario=\"unit\",kind=\"status 500\"} 3",
            "chainbridge_load_iteration_errors_total{scenario=\"unit\",kind=\"FormatException\"} 2");
        lines.Where(line => line.Contains("latency_seconds_count")).Should().Equal(
            "chainbridge_load_latency_seconds_count{scenario=\"unit\",step=\"GET /\"} 100",
            "chainbridge_load_iteration_latency_seconds_count{scenario=\"unit\"} 100");
    }

    [Fact]
    public async Task JSON_has_the_verdict_and_the_figures_and_Markdown_the_same()
    {
        using var json = JsonDocument.Parse(await WriteAsync(".json", "p99 <= 30ms"));
        json.RootElement.GetProperty("verdict").GetString().Should().Be("fail");
        json.RootElement.GetProperty("steps")[0].GetProperty("latencyMilliseconds").GetProperty("p99").GetDouble().Should()
            .BeApproximately(39.6, 0.1);
        (await WriteAsync(".md", "p99 <= 30ms")).Should().Contain("| `p99 <= 30ms` | 39.6ms | fail |");
    }

    [Fact]
    public async Task Histogram_logs_have_a_line_per_window_and_step()
    {
        var log = await WriteAsync(".hlog", "p99 <= 50ms");
        log.Split('\n').Count(line => line.StartsWith("Tag=GET_/,", StringComparison.Ordinal)).Should().Be(10);
    }

    [Fact]
    public async Task Measurements_of_two_machines_merge_to_their_sum()
    {
        await WriteAsync(".measurement.json", "p99 <= 50ms");
        var path = Path.Combine(_folder.FullName, "unit.measurement.json");
        var sum = await LoadFiles.MergeAsync([path, path], Stop);
        (sum.Whole!.Latency.Count, sum.Due, sum.Windows.Count).Should().Be((2000, 2000, 10));
        await FluentActions.Awaiting(() => LoadFiles.MergeAsync([], Stop)).Should().ThrowAsync<LoadPlanException>();
    }

    [Fact]
    public void Marks_are_read_from_lines_of_JSON_and_other_lines_are_passed_over() =>
        Mark.Read(new StringReader("noise\n{\"at\":\"2026-01-01T00:00:05Z\",\"step\":\"switch traffic\"}\n{\"step\":\"no time\"}\n[]\n"))
            .Should().Equal(new Mark(new(2026, 1, 1, 0, 0, 5, TimeSpan.Zero), "switch traffic"));

    [Theory]
    [InlineData("run", "Required argument 'scenario' missing")]
    [InlineData("jump", "'jump'")]
    public async Task A_wrong_command_line_ends_with_2_and_says_what_to_type(string arguments, string told)
    {
        var (code, errors) = await RunAsync(arguments.Split(' '));
        code.Should().Be(ExitCode.Usage);
        errors.Should().Contain(told).And.Contain("chainbridge-load --help");
    }

    [Fact]
    public async Task A_scenario_that_is_not_there_ends_with_2_and_its_name()
    {
        var (code, errors) = await RunAsync("run", "/no/such.yml");
        (code, errors).Should().Be((ExitCode.Usage, errors));
        errors.Should().Contain("/no/such.yml cannot be read");
    }

    [Theory]
    [InlineData("rate: 0/s", "a rate of zero tests nothing")]
    [InlineData("rate: 5000000/s", "beyond reason: at most 1000000/s")]
    [InlineData("users: 100000", "beyond reason")]
    public async Task A_load_of_nothing_or_beyond_reason_ends_with_2_and_the_reason_before_anything_is_sent(string load, string told)
    {
        var path = Path.Combine(_folder.FullName, "load.yml");
        await File.WriteAllTextAsync(path, "name: a\ntarget: http://127.0.0.1:1\n"
            + $"load: {{ {load}, for: 5s }}\nsteps: [{{ path: / }}]\n", Stop);
        var (code, errors) = await RunAsync("run", path, "--quiet");
        code.Should().Be(ExitCode.Usage, errors);
        errors.Should().Contain(told);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static async Task<(int Code, string Errors)> RunAsync(params string[] arguments)
    {
        var errors = new StringWriter();
        var code = await EntryPoint.RunAsync(arguments, new(TextWriter.Null, errors, false, _ => null, TimeProvider.System), Stop);
        return (code, $"{errors}");
    }

    private static LoadMeasurement Run(long late, string? early)
    {
        var measured = Measured.Of(1000, 20, late, Measured.Quiet, windows: 10);
        measured.EndedEarly = early;
        return measured;
    }

    private async Task<string> WriteAsync(string ending, string limits, long late = 0, string? early = null)
    {
        var measured = Run(late, early);
        var mark = new Mark(measured.StartedAt.AddSeconds(5), "switch traffic");
        await LoadFiles.WriteAsync(LoadTest.Judge(Measured.Plan(limits), measured), _folder.FullName, Stop, [mark]);
        return await File.ReadAllTextAsync(Path.Combine(_folder.FullName, "unit" + ending), Stop);
    }

    private ResultFile Gate(string text)
    {
        var path = Path.Combine(_folder.FullName, "gate.json");
        File.WriteAllText(path, text);
        return ResultFile.Read(path, new ResultReading(ResultFormat.Ctrf), Stop);
    }
}
