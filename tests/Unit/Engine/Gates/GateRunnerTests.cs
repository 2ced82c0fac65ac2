using ChainBridge.Engine.Gates;
using ChainBridge.Engine.Gates.Formats;
using ChainBridge.Engine.Manifest;
using ChainBridge.Engine.Model;
using FluentAssertions;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace ChainBridge.Tests.Unit.Engine.Gates;

/// <summary>Gates with commands, run for real with the shell as the test runner.</summary>
public sealed class GateRunnerTests : IDisposable
{
    private const string Green =
        """
        {"results":{"summary":{"tests":2,"passed":2,"failed":0,"skipped":0},
        "tests":[{"name":"a","status":"passed"},{"name":"b","status":"passed"}]}}
        """;
    private const string Skipping =
        """
        {"results":{"summary":{"tests":2,"passed":1,"failed":0,"skipped":1},
        "tests":[{"name":"a","status":"passed"},{"name":"b","status":"skipped"}]}}
        """;
    private const string Flaky =
        """
        {"results":{"summary":{"tests":2,"passed":2,"failed":0},
        "tests":[{"name":"a","status":"passed","flaky":true,"retries":1},{"name":"b","status":"passed"}]}}
        """;
    private const string Red =
        """{"results":{"summary":{"tests":1,"passed":0,"failed":1},"tests":[{"name":"the door opens","status":"failed"}]}}""";
    private const string None = """{"results":{"summary":{"tests":0,"passed":0,"failed":0},"tests":[]}}""";
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("gate-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task A_green_file_and_exit_code_0_pass()
    {
        var result = await RunAsync(Write(Green));
        result.Verdict.Should().Be(Verdict.Pass);
        result.Tests.Should().Be(new TestCounts(2, 0, 0));
    }

    [Theory]
    [InlineData(Green + "' > $CHAINBRIDGE_RESULTS/r.json; exit 3; echo '", "exit code 3")]
    [InlineData(Red, "the door opens")]
    [InlineData(None, "no test was executed")]
    [InlineData(Skipping, "1 skipped; maxSkipped allows 0")]
    [InlineData("", "the file is empty")]
    [InlineData("{", "cut off")]
    public async Task Anything_less_fails_with_its_evidence(string file, string evidence)
    {
        var result = await RunAsync(Write(file));
        result.Verdict.Should().Be(Verdict.Fail);
        string.Join('\n', result.Evidence.Select(piece => piece.Answered)).Should().Contain(evidence);
    }

    [Fact]
    public async Task Skipped_tests_within_the_allowance_pass() =>
        (await RunAsync(Write(Skipping), maxSkipped: 1)).Verdict.Should().Be(Verdict.Pass);

    [Theory]
    [InlineData(int.MaxValue, Verdict.Pass, "tests: 2 passed (1 flaky), 0 failed, 0 skipped")]
    [InlineData(1, Verdict.Pass, "tests: 2 passed (1 flaky), 0 failed, 0 skipped")]
    [InlineData(0, Verdict.Fail, "flaky tests: 2 passed (1 flaky), 0 failed, 0 skipped; maxFlaky allows 0")]
    public async Task Flaky_tests_are_shown_and_limited_by_maxFlaky(int maxFlaky, Verdict verdict, string summary)
    {
        var gate = new GateSpec([], [Command(["sh", "-c", Write(Flaky)], TimeSpan.FromSeconds(30))], TimeSpan.FromSeconds(60),
            MaxSkipped: 0, maxFlaky);
        var result = await Runner().RunAsync("smoke", gate, new GateSubject(null, null), TestContext.Current.CancellationToken);
        (result.Verdict, result.Summary).Should().Be((verdict, summary));
        result.Tests.Should().Be(new TestCounts(2, 0, 0, Flaky: 1));
    }

    [Fact]
    public async Task A_command_that_writes_nothing_fails() =>
        (await RunAsync("echo CI verification passed")).Summary.Should().Contain("no result file");

    [Fact]
    public async Task A_file_older_than_the_run_is_no_evidence_of_it()
    {
        var result = await RunAsync($"{Write(Green)}; touch -d '1 hour ago' $CHAINBRIDGE_RESULTS/r.json");
        result.Verdict.Should().Be(Verdict.Fail);
        result.Summary.Should().Contain("older");
    }

    [Fact]
    public async Task A_program_that_does_not_exist_fails()
    {
        var result = await RunAsync(["no-such-program-here"], TimeSpan.FromSeconds(30));
        result.Verdict.Should().Be(Verdict.Fail);
        result.Summary.Should().Contain("could not be started");
    }

    [Fact]
    public async Task A_command_beyond_its_time_is_stopped_with_all_its_children()
    {
        var (time, file) = (new FakeTimeProvider(), Path.Combine(_folder.FullName, "child"));
        var gate = new GateSpec([], [Command(["sh", "-c", "cd $CHAINBRIDGE_RESULTS/../..; sleep 600 & echo $! > half; mv half child; wait"],
            TimeSpan.FromSeconds(20))], TimeSpan.FromSeconds(60), 0);
        var running = Runner(time).RunAsync("smoke", gate, new GateSubject(null, null), TestContext.Current.CancellationToken);
        await Eventually(() => File.Exists(file), "the child is written down");
        time.Advance(TimeSpan.FromSeconds(21));
        var result = await running;
        result.Verdict.Should().Be(Verdict.Fail);
        result.Summary.Should().Contain("did not end within 20 s");
        var child = int.Parse(await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken),
            System.Globalization.CultureInfo.InvariantCulture);
        await Eventually(() => !Alive(child), "the child of the command is gone");
    }

    [Fact]
    public async Task The_budget_of_the_gate_ends_it()
    {
        var gate = new GateSpec([], [Command(["sh", "-c", "sleep 300"], TimeSpan.FromSeconds(200))], TimeSpan.FromMilliseconds(300), 0);
        var result = await Runner().RunAsync("smoke", gate, new GateSubject(null, null), TestContext.Current.CancellationToken);
        result.Verdict.Should().Be(Verdict.Fail);
        result.Summary.Should().Contain("budget");
    }

    [Fact]
    public async Task A_gate_that_executes_nothing_fails()
    {
        var result = await Runner().RunAsync("smoke", new GateSpec([], [], TimeSpan.FromSeconds(5), 0),
            new GateSubject(new Uri("http://door.test"), "v"), TestContext.Current.CancellationToken);
        result.Verdict.Should().Be(Verdict.Fail);
        result.Summary.Should().Contain("nothing was executed");
    }

    [Fact]
    public async Task The_command_gets_where_to_ask_and_what_to_expect()
    {
        var gate = new GateSpec([], [Command(
        [
            "sh", "-c", $"{Write(Green)}; echo $CHAINBRIDGE_BASE_URL $CHAINBRIDGE_EXPECT_VERSION $CHAINBRIDGE_DOOR_WEB "
                + "$CHAINBRIDGE_DOOR_MY_API $CHAINBRIDGE_HOST_MY_API$CHAINBRIDGE_HOST_WEB > $CHAINBRIDGE_RESULTS/../../told"
        ], TimeSpan.FromSeconds(30))], TimeSpan.FromSeconds(30), 0);
        DoorAddress[] doors =
            [new("web", new("http://door.test:81")), new("my-api", new("http://door.test:82"), "/api", "api.example.com")];
        await Runner()
            .RunAsync("smoke", gate, GateSubject.At(doors, "v7", VersionProof.Stamp), TestContext.Current.CancellationToken);
        (await File.ReadAllTextAsync(Path.Combine(_folder.FullName, "told"), TestContext.Current.CancellationToken)).Trim()
            .Should().Be("http://door.test:81 v7 http://door.test:81 http://door.test:82/api api.example.com");
    }

    [Fact]
    public async Task The_command_of_a_candidate_gets_what_it_can_be_held_against_and_no_other_command_does()
    {
        const string Told = "$CHAINBRIDGE_ASKED_AT $CHAINBRIDGE_STABLE_VERSION ${CHAINBRIDGE_STABLE_URL-none} "
            + "$CHAINBRIDGE_ENVIRONMENT_STATE";
        var gate = new GateSpec([], [Command(["sh", "-c", $"{Write(Green)}; echo {Told} >> $CHAINBRIDGE_RESULTS/../../told"],
            TimeSpan.FromSeconds(30))], TimeSpan.FromSeconds(30), 0);
        var subject = new GateSubject(new("http://door.test"), "v7");
        foreach (var predecessor in new[]
        {
            new Predecessor("/state", AtDoor: false, "v6", new("http://old.test:81/api/")), new("/state", AtDoor: true, "v6", null), null,
        })
            await Runner().RunAsync("smoke", gate, subject with { Predecessor = predecessor }, TestContext.Current.CancellationToken);
        (await File.ReadAllLinesAsync(Path.Combine(_folder.FullName, "told"), TestContext.Current.CancellationToken))
            .Should().Equal("candidate v6 http://old.test:81/api /state", "door v6 none /state", "none");
    }

    [Theory]
    [InlineData(Verdict.Pass, Verdict.Inconclusive, Verdict.Inconclusive)]
    [InlineData(Verdict.Fail, Verdict.Inconclusive, Verdict.Fail)]
    [InlineData(Verdict.Pass, Verdict.Pass, Verdict.Pass)]
    public void The_worst_evidence_decides(Verdict one, Verdict other, Verdict expected)
    {
        var probe = new ProbeSpec("p", "GET", "/", null, 200, null, TimeSpan.FromSeconds(1), "X");
        var evidence = new[] { one, other }.Select(verdict => new Evidence("asked", "answered", verdict, default, "runner")).ToList();
        GateRunner.Judge("smoke", new GateSpec([probe], [], TimeSpan.FromSeconds(1), 0), evidence, null, default, default)
            .Verdict.Should().Be(expected);
    }

    [Fact]
    public async Task A_secret_that_the_command_prints_is_in_no_log()
    {
        var log = Path.Combine(_folder.FullName, "command.log");
        var ended = await new GateProcess(line => line.Replace("hunter22", "***", StringComparison.Ordinal)).RunAsync(
            new GateProcessRequest(["sh", "-c", "echo it is hunter22"], _folder.FullName, new Dictionary<string, string?>(), log),
            TestContext.Current.CancellationToken);
        ended.LastOutput.Should().Be("it is ***");
        (await File.ReadAllTextAsync(log, TestContext.Current.CancellationToken)).Should().Be("it is ***\n");
    }

    [Fact]
    public async Task A_shard_without_a_test_passes_beside_all_the_others()
    {
        var result = await RunAsync($"{Write(Shard(None, 1), "1")}; {Write(Shard(Green, 2), "2")}");
        result.Verdict.Should().Be(Verdict.Pass, result.Summary);
        result.Tests.Should().Be(new TestCounts(2, 0, 0));
    }

    public static TheoryData<string, string> Gaps => new()
    {
        { Write(Shard(None, 1), "1"), "1 of the others left no file here" },
        { $"{Write(Shard(None, 1), "1")}; {Write(Shard(None, 2), "2")}", "neither did any other" },
        { $"{Write(Shard(None, 1), "1")}; {Write(Green, "2")}", "1 of the others left no file here" },
        { $"{Write(None, "1")}; {Write(Shard(Green, 2), "2")}", "no test was executed" },
        { $"{Write(Shard(None, 1), "1")}; {Write(Shard(Green, 2, plan: "b"), "2")}", "1 of the others left no file here" },
        { $"{Write(Shard(None, 1), "1")}; {Write(Shard(Green, 2, of: "Other.Tests"), "2")}", "1 of the others left no file here" },
        {
            $"{Write(Shard(None, 1), "1")}; {Write(Shard(None, 1), "2")}; {Write(Shard(Green, 2, count: 3), "3")}",
            "1 of the others left no file here"
        },
        { $"{Write(Shard(None, 3), "1")}; {Write(Shard(Green, 2), "2")}", "no test was executed" },
        { $"{Write(Shard(None, 1), "1")}; {Write(Shard(Green, 2)[..^1], "2")}", "cut off" },
        { $"{Write(Shard(None, 1), "1")}; {Write(Shard(Green, 2), "2")}; touch -d '1 hour ago' $CHAINBRIDGE_RESULTS/r2.json", "older" },
        { $"{Write(Shard(None, 1), "1")}; {Write(Shard(Red, 2), "2")}", "the door opens" },
    };

    [Theory]
    [MemberData(nameof(Gaps))]
    public async Task A_shard_without_a_test_fails_when_its_set_is_not_whole_or_executed_nothing(string script, string evidence)
    {
        var result = await RunAsync(script);
        result.Verdict.Should().Be(Verdict.Fail);
        string.Join('\n', result.Evidence.Select(piece => piece.Answered)).Should().Contain(evidence);
    }

    private static string Write(string content, string number = "") => $"printf '%s' '{content}' > $CHAINBRIDGE_RESULTS/r{number}.json";

    private static string Shard(string report, int index, int count = 2, string of = "Shop.Tests", string plan = "a") =>
        $$"""{{report[..^2]}},"extra":{"shard":{"of":"{{of}}","index":{{index}},"count":{{count}},"plan":"{{plan}}" } } } }""";

    private Task<GateResult> RunAsync(string script, int maxSkipped = 0) =>
        RunAsync(["sh", "-c", script], TimeSpan.FromSeconds(30), maxSkipped);

    private Task<GateResult> RunAsync(IReadOnlyList<string> run, TimeSpan timeout, int maxSkipped = 0) =>
        Runner().RunAsync("smoke", new GateSpec([], [Command(run, timeout)], TimeSpan.FromSeconds(60), maxSkipped),
            new GateSubject(null, null), TestContext.Current.CancellationToken);

    private static GateCommandSpec Command(IReadOnlyList<string> run, TimeSpan timeout) =>
        new("suite", run, "{results}/*.json", ResultFormat.Ctrf, timeout);

    private GateRunner Runner(TimeProvider? time = null) => Runner(time ?? TimeProvider.System, _folder.FullName);

    private static GateRunner Runner(TimeProvider time, string folder) =>
        new(new ProbeGate(time), new CommandGate(new GateProcess(), time, folder), time, folder);

    /// <summary>A zombie whose parent has not yet asked for it is as gone as can be.</summary>
    private static bool Alive(int process)
    {
        try
        {
            return !File.ReadAllText($"/proc/{process}/stat").Contains(") Z ", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static async Task Eventually(Func<bool> condition, string what)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!condition())
        {
            deadline.IsCancellationRequested.Should().BeFalse($"waited 60 s until {what}");
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }
    }
}
