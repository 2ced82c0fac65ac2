using System.Globalization;
using ChainBridge.TestKit.Load;
using ChainBridge.TestKit.Load.Tool;
using ChainBridge.TestKit.Load.Tool.Verbs;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.Load;

/// <summary>The verbs of the tool, with real generators against a small server: what they say, write and end with.</summary>
public sealed class ToolTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("load-tool-");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task A_run_that_holds_its_limits_ends_with_0_and_writes_its_reports()
    {
        using var server = new RawServer();
        var run = await RunAsync("run", Scenario(server), "--wait", "0", "--out", At("out"), "--ctrf", At("gate/ctrf.json"),
            "--baselines", At("baselines"), "--save-baseline", "1.0");
        run.Code.Should().Be(ExitCode.Passed, run.Errors);
        run.Output.Should().Contain("GET /: 20 done, 0 failed").And.Contain("PASS unit: all");
        server.Requests.Should().HaveCount(20);
        Directory.EnumerateFiles(At("out")).Select(Path.GetFileName).Should().Contain(["unit.html", "unit.measurement.json"])
            .And.HaveCount(7, "nothing that was tried before the run is left");
        File.Exists(At("gate/ctrf.json")).Should().BeTrue();
        File.Exists(At("baselines/unit/1.0.json")).Should().BeTrue();
    }

    [Fact]
    public async Task A_run_that_breaks_a_limit_ends_with_1_also_where_its_baseline_is_not_kept()
    {
        using var server = new RawServer(_ => Reaction.Fails);
        var run = await RunAsync("run", Scenario(server), "--wait", "0", "--baselines", At("baselines"), "--save-baseline", "1.0");
        run.Code.Should().Be(ExitCode.Failed, run.Errors);
        run.Output.Should().Contain("FAIL unit: ").And.Contain("status 500");
        run.Errors.Should().Contain("the baseline 1.0 was not saved: ");
        File.Exists(At("baselines/unit/1.0.json")).Should().BeFalse();
    }

    [Fact]
    public async Task A_run_without_the_baseline_it_is_to_be_compared_with_ends_with_14()
    {
        using var server = new RawServer();
        var run = await RunAsync("run", Scenario(server, limit: "p99 <= baseline + 10% + 5ms"), "--wait", "0");
        run.Code.Should().Be(ExitCode.Inconclusive, run.Errors);
        run.Output.Should().Contain("INCONCLUSIVE unit: ");
    }

    [Theory]
    [InlineData("--marks", "no-such.jsonl", "the marks in *no-such.jsonl cannot be read")]
    [InlineData("--out", "a-file/below", "no report can be written to *")]
    [InlineData("--ctrf", "a-file/below/ctrf.json", "no report can be written to *")]
    [InlineData("--save-baseline", "1.0", "--save-baseline needs --baselines")]
    public async Task A_wrong_path_ends_with_2_before_anything_is_sent(string option, string value, string told)
    {
        using var server = new RawServer();
        await File.WriteAllTextAsync(At("a-file"), "", Stop);
        var run = await RunAsync("run", Scenario(server), "--wait", "0", option, option == "--save-baseline" ? value : At(value));
        run.Code.Should().Be(ExitCode.Usage);
        run.Errors.Should().Match($"*error: {told}*");
        server.Requests.Should().BeEmpty();
    }

    [Theory]
    [InlineData("for: 99999999999h", "*.yml:3:*'load.for' is '99999999999h', and no time of a run is longer than 24h*")]
    [InlineData("for: 1s, steps: 0", "*.yml:3:*'load.steps' is 0*")]
    [InlineData("for: 1s }\ndata: rows.csv\nhttp: { lean: true",
        "*.yml:4:*'data' cannot be used: line 1 of the data file names the column 'id' twice*")]
    public async Task A_wrong_scenario_ends_with_2_and_its_place(string load, string told)
    {
        await File.WriteAllTextAsync(At("rows.csv"), "id,id\n1,2\n", Stop);
        await File.WriteAllTextAsync(At("wrong.yml"), $"name: unit\ntarget: http://127.0.0.1:1\nload: {{ rate: 1/s, {load} }}\n"
            + "steps: [{ path: / }]\n", Stop);
        var run = await RunAsync("run", At("wrong.yml"), "--wait", "0");
        (run.Code, run.Output).Should().Be((ExitCode.Usage, ""));
        run.Errors.Should().Match($"error: {told}");
    }

    [Theory]
    [InlineData(null, 600)]
    [InlineData("results", 30)]
    public async Task A_run_waits_for_another_load_for_less_time_in_a_gate(string? gate, int seconds)
    {
        using var server = new RawServer();
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        await using var held = new FileStream(At(Alone.File), FileMode.Create, FileAccess.ReadWrite, FileShare.None);
        var told = new Told();
        var run = EntryPoint.RunAsync(["run", Scenario(server)], Around(TextWriter.Null, told, gate), ending.Token);
        (await told.First.Task.WaitAsync(Patience, Stop)).Should().EndWith($"(for at most {seconds} s)");
        await ending.CancelAsync();
        (await run.WaitAsync(Patience, Stop)).Should().Be(ExitCode.Interrupted);
    }

    [Fact]
    public async Task A_run_or_a_search_names_the_load_it_waits_for_and_is_inconclusive_when_that_goes_on()
    {
        using var server = new RawServer();
        await using (new FileStream(At(Alone.File), FileMode.Create, FileAccess.ReadWrite, FileShare.None))
        {
            var run = await RunAsync("run", Scenario(server), "--wait", "1", "--ctrf", At("load.json"));
            run.Code.Should().Be(ExitCode.Inconclusive);
            run.Errors.Should().Contain($"unit: waits for another load of this machine to end, which holds {At(Alone.File)}");
            run.Output.Should().Contain($"another load of this machine still holds {At(Alone.File)} after 1 s").And.Contain("--wait 0");
            (await File.ReadAllTextAsync(At("load.json"), Stop)).Should().Contain("\"rawStatus\": \"inconclusive\"");
            var search = await RunAsync("find-limit", Scenario(server), "--wait", "1");
            search.Code.Should().Be(ExitCode.Inconclusive);
            search.Output.Should().StartWith($"unit: another load of this machine still holds {At(Alone.File)} after 1 s");
            server.Requests.Should().BeEmpty();
        }

        (await RunAsync("run", Scenario(server), "--wait", "1")).Code.Should().Be(ExitCode.Passed);
    }

    [Fact]
    public async Task Two_releases_are_compared_in_turn()
    {
        using var old = new RawServer();
        using var candidate = new RawServer(_ => Reaction.Fails);
        var run = await RunAsync(
            "compare", Scenario(candidate), "--wait", "0", "--old", $"{old.Address}", "--rounds", "1", "--out", At("out"));
        run.Code.Should().Be(ExitCode.Failed, run.Errors);
        (old.Requests.Count, candidate.Requests.Count).Should().Be((20, 20));
        File.Exists(At("out/unit.html")).Should().BeTrue();
    }

    [Fact]
    public async Task A_comparison_that_is_interrupted_ends_with_130_and_keeps_its_rounds()
    {
        using var interrupted = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        using var old = new RawServer();
        using var candidate = new RawServer(request =>
        {
            // In the second round: the first was old and new, 20 each.
            if (request == 25) interrupted.Cancel();
            return Reaction.Answers;
        });
        var run = await RunAsync(interrupted.Token, "compare", Scenario(candidate), "--wait", "0", "--old", $"{old.Address}",
            "--rounds", "5", "--out", At("out"));
        run.Code.Should().Be(ExitCode.Interrupted, run.Errors);
        run.Output.Should().MatchRegex("GET /: (2[0-9]|3[0-9]|40) done");
        (await File.ReadAllTextAsync(At("out/unit.json"), Stop)).Should().Contain("it was cancelled");
    }

    [Fact]
    public async Task The_highest_rate_is_looked_for_down_to_one_arrival_a_try()
    {
        using var server = new RawServer(_ => Reaction.Fails);
        var run = await RunAsync("find-limit", Scenario(server), "--from", "1.5", "--up-to", "2", "--seconds", "1");
        run.Code.Should().Be(ExitCode.Failed, run.Errors);
        run.Output.Should().StartWith("unit: the limits do not hold even at 1/s: ");
    }

    [Fact]
    public async Task Measurements_of_one_scenario_are_added_up_and_of_two_are_refused()
    {
        using var server = new RawServer();
        (await RunAsync("run", Scenario(server), "--wait", "0", "--out", At("one"))).Code.Should().Be(ExitCode.Passed);
        (await RunAsync("run", Scenario(server, name: "other"), "--wait", "0", "--out", At("two"))).Code.Should().Be(ExitCode.Passed);
        var (one, other) = (At("one/unit.measurement.json"), At("two/other.measurement.json"));

        var sum = await RunAsync("merge", Scenario(server), one, one);
        (sum.Code, sum.Errors).Should().Be((ExitCode.Passed, ""));
        sum.Output.Should().Contain("GET /: 40 done");
        var mixed = await RunAsync("merge", Scenario(server), one, other);
        mixed.Code.Should().Be(ExitCode.Usage);
        mixed.Errors.Should().Contain("is of the scenario 'other' and those before it of 'unit'");
        (await RunAsync("merge", Scenario(server), other)).Errors.Should().Contain("the measurements are of the scenario 'other'");
    }

    [Fact]
    public async Task An_agent_makes_the_load_of_a_run_that_knows_its_token()
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        using var server = new RawServer();
        var told = new Told();
        var agent = EntryPoint.RunAsync(["agent", "--listen", "127.0.0.1:0"], Around(told, TextWriter.Null), ending.Token);
        var place = (await told.First.Task.WaitAsync(Patience, Stop))["listening at ".Length..];
        // Another load of this machine is no hindrance to one that is made elsewhere.
        await using var held = new FileStream(At(Alone.File), FileMode.Create, FileAccess.ReadWrite, FileShare.None);
        var run = await RunAsync("run", Scenario(server), "--wait", "1", "--agents", place);
        run.Code.Should().Be(ExitCode.Passed, run.Errors);
        server.Requests.Should().HaveCount(20);
        using var http = new HttpClient { Timeout = Patience };
        (await http.GetStringAsync(new Uri($"http://{place}/health"), Stop)).Should().Be("chainbridge-load agent\r\n", "a target asks so");
        await ending.CancelAsync();
        (await agent.WaitAsync(Patience, Stop)).Should().Be(ExitCode.Interrupted);
    }

    private string At(string path) => Path.Combine(_folder.FullName, path);

    /// <summary>20 arrivals in 0.2 s; how late they are is no matter of these tests.</summary>
    private string Scenario(RawServer server, string limit = "p95 <= 60s", string name = "unit")
    {
        File.WriteAllText(At($"{name}.yml"), $$"""
            name: {{name}}
            target: {{server.Address}}
            load: { rate: 100/s, for: 200ms }
            lateAfter: 60s
            warmUp: 0s
            endEarly: false
            quietEnough: 100%
            steps: [{ path: /, expect: 200 }]
            limits: ['{{limit}}']
            """);
        return At($"{name}.yml");
    }

    private Surroundings Around(TextWriter output, TextWriter errors, string? gate = null) => new(output, errors, false, name => name switch
    {
        "CHAINBRIDGE_RESULTS" => gate, LoadOptions.TokenVariable => "a secret of this test", "TMPDIR" => _folder.FullName, _ => null,
    }, TimeProvider.System);

    private Task<(int Code, string Output, string Errors)> RunAsync(params string[] arguments) => RunAsync(Stop, arguments);

    private async Task<(int Code, string Output, string Errors)> RunAsync(CancellationToken stop, params string[] arguments)
    {
        var (output, errors) = (new StringWriter(CultureInfo.InvariantCulture), new StringWriter(CultureInfo.InvariantCulture));
        var code = await EntryPoint.RunAsync(arguments.Contains("merge") ? arguments : [.. arguments, "--quiet"],
            Around(output, errors), stop).WaitAsync(Patience, Stop);
        return (code, $"{output}", $"{errors}");
    }

    /// <summary>Hears the first line.</summary>
    private sealed class Told : StringWriter
    {
        public TaskCompletionSource<string> First { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public override void WriteLine(string? value) => First.TrySetResult(value ?? "");

        public override Task WriteLineAsync(string? value)
        {
            WriteLine(value);
            return Task.CompletedTask;
        }
    }
}
