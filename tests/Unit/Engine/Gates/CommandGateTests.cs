using ChainBridge.Engine.Gates;
using ChainBridge.Engine.Gates.Formats;
using ChainBridge.Engine.Manifest;
using ChainBridge.Engine.Model;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.Engine.Gates;

/// <summary>Which files a gate believes: regular ones that the run itself wrote.</summary>
public sealed class CommandGateTests : IDisposable
{
    private const string Green =
        """{"results":{"summary":{"tests":1,"passed":1,"failed":0,"skipped":0},"tests":[{"name":"a","status":"passed"}]}}""";
    private const string Junit =
        """<testsuite name="shop" tests="1" failures="0" errors="0" skipped="0"><testcase classname="shop" name="works"/></testsuite>""";
    private const string Undecided =
        """
        {"results":{"summary":{"tests":2,"passed":1,"failed":0,"other":1},"tests":[{"name":"errors <= 0","status":"passed"},
        {"name":"inconclusive: the generator did not keep up","status":"other","rawStatus":"inconclusive"}]}}
        """;
    private const string Red =
        """{"results":{"summary":{"tests":1,"passed":0,"failed":1},"tests":[{"name":"the door opens","status":"failed"}]}}""";
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("command-gate-");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private string Old => Path.Combine(_folder.FullName, "old.json");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Results_of_a_Gradle_build_of_many_modules_are_read()
    {
        var modules = Path.Combine(Repository.Root, "tests", "Unit", "Engine", "Gates", "Modules");
        var result = await RunAsync("{results}/**/TEST-*.xml", $"cp -r {modules}/. $CHAINBRIDGE_RESULTS", ResultFormat.Junit);
        result.Verdict.Should().Be(Verdict.Pass, result.Summary);
        result.Tests.Should().Be(new TestCounts(3, 0, 0));
    }

    [Fact]
    public async Task Results_of_many_modules_are_read_however_deep_they_lie()
    {
        var script = "for module in app domain/core/deep; do mkdir -p $CHAINBRIDGE_RESULTS/$module/build; "
            + $"echo '{Junit}' > $CHAINBRIDGE_RESULTS/$module/build/TEST-a.xml; done";
        var result = await RunAsync("{results}/**/TEST-*.xml", script, ResultFormat.Junit);
        result.Verdict.Should().Be(Verdict.Pass, result.Summary);
        result.Tests.Should().Be(new TestCounts(2, 0, 0));
    }

    [Theory]
    [InlineData("ln -s $OLD $CHAINBRIDGE_RESULTS/r.json", "older")]
    [InlineData("ln $OLD $CHAINBRIDGE_RESULTS/r.json", "older")]
    [InlineData("mv $OLD $CHAINBRIDGE_RESULTS/r.json", "older")]
    [InlineData("cp -p $OLD $CHAINBRIDGE_RESULTS/r.json", "older")]
    [InlineData("cp $OLD $CHAINBRIDGE_RESULTS/r.json; touch -d '1 day' $CHAINBRIDGE_RESULTS/r.json", "in the future")]
    [InlineData(
        "mkdir $CHAINBRIDGE_RESULTS/d; ln -s $OLD $CHAINBRIDGE_RESULTS/d/r.json; mv $CHAINBRIDGE_RESULTS/d/r.json $CHAINBRIDGE_RESULTS",
        "older")]
    [InlineData("mkfifo $CHAINBRIDGE_RESULTS/r.json", "it is a FIFO")]
    [InlineData("mkfifo $CHAINBRIDGE_RESULTS/f; ln -s f $CHAINBRIDGE_RESULTS/r.json", "it is a FIFO")]
    [InlineData("ln -s /dev/zero $CHAINBRIDGE_RESULTS/r.json", "it is a device")]
    [InlineData("ln -s nowhere $CHAINBRIDGE_RESULTS/r.json", "a link that points to nothing")]
    public async Task A_file_that_the_run_did_not_write_is_no_evidence(string script, string why)
    {
        await File.WriteAllTextAsync(Old, Green, Stop);
        File.SetLastWriteTimeUtc(Old, TimeProvider.System.GetUtcNow().UtcDateTime.AddHours(-1));
        var result = await RunAsync("{results}/r.json", $"OLD={Old}; {script}");
        result.Verdict.Should().Be(Verdict.Fail);
        result.Summary.Should().Contain(why);
    }

    [Theory]
    [InlineData(-24)]
    [InlineData(0)]
    [InlineData(24)]
    public async Task A_file_that_stood_there_before_and_was_not_touched_is_no_evidence_whatever_its_time(int hours)
    {
        await File.WriteAllTextAsync(Old, Green, Stop);
        if (hours != 0) File.SetLastWriteTimeUtc(Old, TimeProvider.System.GetUtcNow().UtcDateTime.AddHours(hours));
        var result = await RunAsync("old.json", "true");
        result.Verdict.Should().Be(Verdict.Fail);
        result.Summary.Should().Contain("the run did not touch the file");
    }

    [Theory]
    [InlineData("echo '{0}' > old.json")]
    [InlineData("echo '{0}' > new.json; mv new.json old.json")]
    public async Task A_file_that_the_run_wrote_again_is_evidence(string script)
    {
        await File.WriteAllTextAsync(Old, "red", Stop);
        var result = await RunAsync("old.json", script.Replace("{0}", Green, StringComparison.Ordinal));
        result.Verdict.Should().Be(Verdict.Pass, result.Summary);
    }

    [Fact]
    public async Task A_link_to_a_file_that_the_run_wrote_counts_that_file_once()
    {
        var result = await RunAsync("{results}/*.json",
            $"cd $CHAINBRIDGE_RESULTS; echo '{Green}' > run-7.json; ln -s run-7.json latest.json");
        result.Verdict.Should().Be(Verdict.Pass, result.Summary);
        result.Tests.Should().Be(new TestCounts(1, 0, 0));
    }

    [Fact]
    public async Task The_runners_own_log_is_no_result()
    {
        var result = await RunAsync("{results}/*", $"echo noise; echo '{Green}' > $CHAINBRIDGE_RESULTS/r.json");
        result.Verdict.Should().Be(Verdict.Pass, result.Summary);
    }

    [Fact]
    public async Task A_pattern_that_finds_nothing_names_what_it_found_instead()
    {
        var result = await RunAsync("{results}/**/*.xml",
            $"mkdir $CHAINBRIDGE_RESULTS/app; echo '{Green}' > $CHAINBRIDGE_RESULTS/app/r.json");
        result.Summary.Should().Contain("the command wrote no result file there").And.Contain("app/r.json");
    }

    [Theory]
    [InlineData(14)]
    [InlineData(0)]
    public async Task A_command_whose_file_says_that_it_could_not_tell_is_inconclusive_with_its_reason(int code)
    {
        var result = await RunAsync("{results}/*.json", $"echo '{Undecided}' > $CHAINBRIDGE_RESULTS/r.json; exit {code}");
        result.Verdict.Should().Be(Verdict.Inconclusive);
        result.Summary.Should().Contain("1 passed, 0 failed, 0 skipped, 1 inconclusive: inconclusive: the generator did not keep up")
            .And.NotContain("\n");
        result.Tests.Should().Be(new TestCounts(1, 0, 0, Inconclusive: 1));
    }

    [Theory]
    [InlineData(Undecided, Undecided, 1, "ended with exit code 1")]
    [InlineData(Undecided, Red, 14, "the door opens")]
    [InlineData(Undecided, "{", 14, "cut off")]
    [InlineData(Green, Green, 14, "ended with exit code 14")]
    [InlineData(Green, "", 14, "the file is empty")]
    public async Task A_command_fails_that_ends_with_14_or_could_not_tell_where_anything_else_speaks_against_it(
        string first, string second, int code, string why)
    {
        var result = await RunAsync("{results}/*.json", "cd $CHAINBRIDGE_RESULTS; "
            + $"echo '{first}' > first.json; printf '%s' '{second}' > second.json; exit {code}");
        result.Verdict.Should().Be(Verdict.Fail);
        result.Evidence.Should().Contain(piece => piece.Verdict == Verdict.Fail && piece.Answered.Contains(why));
    }

    [Fact]
    public async Task A_command_that_ends_with_14_and_leaves_no_file_fails() =>
        (await RunAsync("{results}/*.json", "exit 14")).Verdict.Should().Be(Verdict.Fail);

    [Fact]
    public async Task An_error_that_was_not_foreseen_fails_its_command_and_the_next_command_still_runs()
    {
        var time = TimeProvider.System;
        var process = new BrokenOnce();
        var gate = new GateRunner(new ProbeGate(time), new CommandGate(process, time, _folder.FullName), time,
            Path.Combine(_folder.FullName, "results"));
        var result = await gate.RunAsync("smoke", new GateSpec([], [Command("r.json", "true"), Command("r.json", "true")],
            TimeSpan.FromSeconds(60), 0), new GateSubject(null, null), Stop);
        process.Runs.Should().Be(2);
        result.Verdict.Should().Be(Verdict.Fail);
        result.Summary.Should().Contain("InvalidOperationException: it broke");
        result.Evidence.Should().Contain(piece => piece.Answered.Contains("no result file"));
    }

    [Fact]
    public async Task Folders_of_earlier_commands_are_removed_by_the_gate_that_writes_new_ones()
    {
        var results = Path.Combine(_folder.FullName, "results");
        for (var number = 0; number < 50; number++) Directory.CreateDirectory(Path.Combine(results, $"smoke-{number}", "results"));
        await RunAsync("{results}/*", "true");
        Directory.GetDirectories(results).Should().HaveCount(40);
    }

    [Fact]
    public async Task A_command_gets_the_addresses_of_the_services_it_refers_to()
    {
        const string Script = "echo '${{ services.agent.address }} ${{services.agent.url}} ${{ services.agent.inside }}' > told; "
            + $"echo '{Green}' > $CHAINBRIDGE_RESULTS/r.json";
        var subject = new GateSubject(null, null)
        {
            Services = new Dictionary<string, ServiceAddress> { ["agent"] = new(new("http://127.0.0.1:41234"), new("http://agent:7070")) },
        };
        (await RunAsync("{results}/*", Script, subject: subject)).Verdict.Should().Be(Verdict.Pass);
        (await File.ReadAllTextAsync(Path.Combine(_folder.FullName, "told"), Stop)).TrimEnd()
            .Should().Be("127.0.0.1:41234 http://127.0.0.1:41234 http://agent:7070");
    }

    [Theory]
    [InlineData(true, null, Verdict.Fail, "asks for the address of agent, which does not run in the slot or listens on no port")]
    [InlineData(true, "no way there", Verdict.Inconclusive, "agent, which could not be had: no way there")]
    [InlineData(false, null, Verdict.Inconclusive, "agent, which is known only where the gate finds the release itself: leave --url out")]
    public async Task A_command_without_the_address_that_it_refers_to_is_not_run(bool doors, string? away, Verdict verdict, string told)
    {
        var script = $"touch ran; echo '{Green}' > $CHAINBRIDGE_RESULTS/r.json # ${{{{ services.agent.address }}}}";
        var subject = doors ? GateSubject.At([new("web", new("http://127.0.0.1:1"))], "1", VersionProof.Digests) : new(null, null);
        var result = await RunAsync("{results}/*", script, subject: subject with { NoServices = away });
        result.Verdict.Should().Be(verdict);
        result.Summary.Should().Contain(told);
        File.Exists(Path.Combine(_folder.FullName, "ran")).Should().BeFalse();
    }

    private Task<GateResult> RunAsync(
        string results, string script, ResultFormat format = ResultFormat.Ctrf, GateSubject? subject = null)
    {
        var time = TimeProvider.System;
        var runner = new GateRunner(new ProbeGate(time), new CommandGate(new GateProcess(), time, _folder.FullName), time,
            Path.Combine(_folder.FullName, "results"));
        return runner.RunAsync("smoke", new GateSpec([], [Command(results, script, format)], TimeSpan.FromSeconds(120), 0),
            subject ?? new GateSubject(null, null), Stop);
    }

    private static GateCommandSpec Command(string results, string script, ResultFormat format = ResultFormat.Ctrf) =>
        new("suite", ["sh", "-c", script], results, format, TimeSpan.FromSeconds(100));

    private sealed class BrokenOnce : IGateProcess
    {
        public int Runs { get; private set; }

        public Task<GateProcessResult> RunAsync(GateProcessRequest request, CancellationToken cancellationToken) =>
            ++Runs == 1 ? throw new InvalidOperationException("it broke") : Task.FromResult(new GateProcessResult(0, ""));
    }
}
