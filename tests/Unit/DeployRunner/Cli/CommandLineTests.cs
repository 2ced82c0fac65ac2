using ChainBridge.Engine.Hosts;
using System.Text.Json;
using ChainBridge.DeployRunner;
using ChainBridge.DeployRunner.Cli;
using ChainBridge.DeployRunner.Output;
using ChainBridge.Engine.Manifest;
using ChainBridge.Engine.Model;
using ChainBridge.Engine.Platforms.Compose;
using ChainBridge.Engine.State;
using ChainBridge.Tests.Unit.Engine.Runs;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.DeployRunner.Cli;

public sealed partial class CommandLineTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("cli-");
    private readonly StringWriter _output = new();
    private readonly StringWriter _errors = new();
    private readonly FakeTarget _target = new();
    private string Manifest => Path.Combine(_folder.FullName, "chainbridge.yml");

    public CommandLineTests() => File.WriteAllText(Manifest, """
        project: shop
        services:
          pay: { image: shop/pay }
          door: { image: shop/door, public: true, dependsOn: [pay] }
        gates: { smoke: { probes: [ { path: / } ] } }
        environments: { staging: { target: process, stateDirectory: state } }
        """);

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("")]
    [InlineData("deplyo")]
    [InlineData("deploy --nonsense")]
    [InlineData("--output xml validate")]
    [InlineData("rollback a b")]
    [InlineData("validate --environment nowhere")]
    [InlineData("smoke --url http://127.0.0.1:9")]
    public async Task Wrong_usage_is_exit_2_with_a_next_step(string line)
    {
        (await RunAsync(line)).Should().Be(ExitCode.Usage);
        _errors.ToString().Should().Contain("error:").And.Contain("next:");
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("deploy --help")]
    [InlineData("validate")]
    [InlineData("versions")]
    [InlineData("history")]
    [InlineData("unlock")]
    public async Task A_verb_that_only_looks_ends_with_exit_code_0(string line) =>
        (await RunAsync(line)).Should().Be(ExitCode.Done, _errors.ToString());

    [Fact]
    public async Task A_manifest_with_problems_is_exit_2_with_all_of_them_and_nothing_touched()
    {
        await File.WriteAllTextAsync(Manifest, "project: shop\nservces: {}\n", TestContext.Current.CancellationToken);
        (await RunAsync("deploy")).Should().Be(ExitCode.Usage);
        _errors.ToString().Should().Contain(":2:1: unknown key 'servces'").And.Contain("services").And.Contain("lacks 'gates'");
        _target.Calls.Should().BeEmpty();
    }

    [Fact]
    public async Task With_json_standard_output_holds_json_lines_only_and_the_last_one_is_finished()
    {
        (await RunAsync("--output json rollback")).Should().Be(ExitCode.NoSuchRelease);
        var lines = _output.ToString().TrimEnd().Split('\n').Select(line => JsonDocument.Parse(line).RootElement).ToList();
        lines[^1].GetProperty("event").GetString().Should().Be("finished");
        lines[^1].GetProperty("exitCode").GetInt32().Should().Be(17);
        _errors.ToString().Should().Contain("error:");
    }

    [Fact]
    public async Task An_unreachable_target_is_exit_18()
    {
        _target.Unreachable = true;
        (await RunAsync("status")).Should().Be(ExitCode.TargetUnreachable);
    }

    [Fact]
    public async Task Status_of_an_environment_without_a_release_is_no_success() =>
        (await RunAsync("status")).Should().Be(ExitCode.NoSuchRelease);

    [Fact]
    public async Task Status_prints_what_should_run_and_does_not_and_that_another_release_has_the_traffic()
    {
        var release = Record("A");
        await _target.StartSlotAsync(new FencingToken(1), Slot.Blue,
            release with { Version = "B", Artifacts = new Dictionary<string, Artifact> { ["door"] = release.Artifacts["door"] } },
            TestContext.Current.CancellationToken);
        await _target.SwitchAsync(new FencingToken(1), Slot.Blue, TestContext.Current.CancellationToken);
        (await RunAsync("status")).Should().Be(ExitCode.Done);
        _output.ToString().Should().Contain("not running").And.Contain("the traffic goes to B");
    }

    [Fact]
    public async Task Status_of_services_without_a_supervisor_is_exit_18_and_shows_them_all_the_same()
    {
        await _target.StartSlotAsync(new FencingToken(1), Slot.Blue, Record("A"), TestContext.Current.CancellationToken);
        await _target.SwitchAsync(new FencingToken(1), Slot.Blue, TestContext.Current.CancellationToken);
        _target.Unsupervised = "no supervisor runs";
        (await RunAsync("status")).Should().Be(ExitCode.TargetUnreachable);
        _output.ToString().Should().Contain("door").And.Contain("healthy").And.Contain("not supervised");
        _errors.ToString().Should().Contain("no supervisor runs; current release: A").And.Contain("next: deployrunner deploy");
    }

    [Fact]
    public async Task Status_of_a_promoted_release_that_died_names_what_died_and_the_way_back()
    {
        Record("A");
        var release = Record("B");
        await _target.StartSlotAsync(new FencingToken(1), Slot.Blue, release, TestContext.Current.CancellationToken);
        await _target.SwitchAsync(new FencingToken(1), Slot.Blue, TestContext.Current.CancellationToken);
        _target.Dead.Add("B");
        (await RunAsync("status")).Should().Be(ExitCode.Done);
        _output.ToString().Should().Contain("current release: B, and not well: door does not run")
            .And.Contain("next: deployrunner rollback gives the traffic to A");

        _target.Running.Clear();
        (await RunAsync("status")).Should().Be(ExitCode.NoSuchRelease);
        _errors.ToString().Should().Contain("no release serves; B was promoted and died since: door does not run, pay does not run")
            .And.Contain("next: deployrunner rollback gives the traffic to A");
    }

    [Fact]
    public async Task Versions_prints_for_each_release_whether_a_rollback_goes_there()
    {
        foreach (var version in new[] { "A", "B", "C" }) Record(version);
        Journal.Append(Line("C") with { Event = JournalEvent.ReleaseDied, Detail = "door does not run" });
        Record("D");
        (await RunAsync("versions")).Should().Be(ExitCode.Done);
        _output.ToString().Should().Contain("rollback  died after it was promoted (door does not run); no rollback goes back to it")
            .And.Contain("rollback  deployrunner rollback goes here").And.Contain("rollback would go to B");
    }

    [Theory]
    [InlineData("status")]
    [InlineData("versions")]
    [InlineData("history")]
    [InlineData("rollback")]
    [InlineData("deploy")]
    [InlineData("promote")]
    [InlineData("plan")]
    [InlineData("smoke")]
    [InlineData("journal")]
    public async Task Every_verb_that_reads_a_changed_journal_names_the_line_and_decides_nothing(string verb)
    {
        await GitAsync("init", "-q");
        await GitAsync("-c", "user.name=a", "-c", "user.email=a@b", "commit", "-q", "--allow-empty", "-m", "first");
        foreach (var version in new[] { "A", "B" }) Record(version);
        var file = Path.Combine(_folder.FullName, "state", Journal.LinesFile);
        await File.WriteAllTextAsync(file, (await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken))
            .Replace("\"version\":\"B\"", "\"version\":\"C\"", StringComparison.Ordinal), TestContext.Current.CancellationToken);

        (await RunAsync(verb)).Should().Be(ExitCode.PersonNeeded, _output.ToString());

        _errors.ToString()
            .Should().Contain($"{file}:2: the line was changed after it was written").And.Contain("deployrunner journal --accept");
        _target.Calls.Should().NotContain(call => call.StartsWith("start", StringComparison.Ordinal)
            || call.StartsWith("switch", StringComparison.Ordinal) || call.StartsWith("build", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_person_accepts_a_changed_journal_and_that_is_in_the_history()
    {
        foreach (var version in new[] { "A", "B" }) Record(version);
        (await RunAsync("journal")).Should().Be(ExitCode.Done);
        var file = Path.Combine(_folder.FullName, "state", Journal.LinesFile);
        await File.AppendAllTextAsync(file, (await File.ReadAllLinesAsync(file, TestContext.Current.CancellationToken))[0] + "\n",
            TestContext.Current.CancellationToken);
        (await RunAsync("versions")).Should().Be(ExitCode.PersonNeeded);
        (await RunAsync("journal --accept")).Should().Be(ExitCode.Done);
        (await RunAsync("versions")).Should().Be(ExitCode.Done);
        _output.GetStringBuilder().Clear();
        (await RunAsync("history")).Should().Be(ExitCode.Done);
        _output.ToString().Should().Contain("journal").And.Contain(Environment.UserName);
    }

    [Fact]
    public async Task A_state_directory_that_cannot_be_written_is_exit_18_and_named()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder.FullName, "state"), "a file", TestContext.Current.CancellationToken);
        (await RunAsync("rollback")).Should().Be(ExitCode.TargetUnreachable);
        _errors.ToString().Should().Contain(Path.Combine(_folder.FullName, "state")).And.Contain("next:");
    }

    [Fact]
    public async Task Down_stops_everything_and_with_volumes_forgets_everything()
    {
        await RunAsync("rollback");
        (await RunAsync("down")).Should().Be(ExitCode.Done);
        File.Exists(Path.Combine(_folder.FullName, "state", "journal.jsonl")).Should().BeTrue();
        (await RunAsync("down --volumes")).Should().Be(ExitCode.Done);
        Directory.Exists(Path.Combine(_folder.FullName, "state")).Should().BeFalse();
        _target.Calls.Should().Contain("down").And.Contain("down with data");
    }

    [Fact]
    public async Task A_plan_names_every_step_and_changes_nothing()
    {
        (await RunAsync("plan")).Should().Be(ExitCode.PreflightRefused, "the folder is no git clone");
        await GitAsync("init", "-q");
        await GitAsync("-c", "user.name=a", "-c", "user.email=a@b", "commit", "-q", "--allow-empty", "-m", "first");
        (await RunAsync("plan")).Should().Be(ExitCode.Done, _errors.ToString());
        _output.ToString().Should().Contain("start slot blue").And.Contain("switch traffic to blue").And.Contain("GET /");
        Directory.Exists(Path.Combine(_folder.FullName, "state")).Should().BeFalse();
    }

    [Fact]
    public async Task Letting_go_of_the_target_changes_no_verdict()
    {
        _target.FailsToLetGo = true;
        (await RunAsync("versions")).Should().Be(ExitCode.Done);
        _errors.ToString().Should().Contain("warning:");
    }

    [Fact]
    public async Task Tables_stay_readable_at_100_columns()
    {
        await RunAsync("rollback");
        await RunAsync("history");
        // The name of the caller is as long as a machine's name.
        _output.ToString().Replace($"{Environment.UserName}@{Environment.MachineName}", "ann@here", StringComparison.Ordinal).Split('\n')
            .Should().OnlyContain(line => line.TrimEnd().Length <= 100);
        _output.ToString().Should().Contain("VERDICT").And.Contain("rollback");
    }

    [Fact]
    public async Task History_tells_refused_runs_from_deployments_and_does_not_count_them()
    {
        Record("A");
        foreach (var _ in Enumerable.Range(0, 3)) await RunAsync("rollback");
        await RunAsync("rollback A");
        (await RunAsync("--output json history --last 1")).Should().Be(ExitCode.Done);
        var lines = _output.ToString().TrimEnd().Split('\n').Where(line => line.StartsWith('{'))
            .Select(line => JsonDocument.Parse(line).RootElement).ToList();
        lines.Where(line => line.GetProperty("event").GetString() == "past-deployment")
            .Select(line => line.GetProperty("verdict").GetString())
            .Should().Equal("refused", "refused", "refused", "refused", "promoted");
        lines[^1].GetProperty("summary").GetString()
            .Should().Be("1 deployment recorded, and 4 that were refused before anything was done");
    }

    [Fact]
    public async Task A_refused_run_leaves_the_verdict_of_the_release_it_named()
    {
        Record("A");
        var held = new JournalEntry(DateTimeOffset.UnixEpoch.AddDays(1), "d2", JournalEvent.DeploymentEnded, "deploy", "A", "ann", 0)
        {
            Outcome = Outcome.Failed, Ending = new(Failure.Locked),
        };
        new Journal(new LocalFiles(), Path.Combine(_folder.FullName, "state")).Append(held);
        await RunAsync("versions");
        _output.ToString().Should().Contain("not ended").And.NotContain("refused");
    }

    /// <summary>A release that was promoted.</summary>
    private Release Record(string version)
    {
        var state = Path.Combine(_folder.FullName, "state");
        var manifest = ManifestReader.Read(Manifest, _ => null).Manifest!;
        var artifacts = manifest.Services.Keys.ToDictionary(name => name, name => new Artifact($"sha256:{name}-{version}", name, 1));
        var release = new ReleaseStore(new LocalFiles(), state)
            .Save(new Release(version, "abc", artifacts, manifest.Services, null, true, "ann", DateTimeOffset.UnixEpoch));
        Journal.Append(Line(version) with
        {
            Event = JournalEvent.StepEnded,
            Step = StepKind.Promote,
            Slot = Slot.Blue,
            Outcome = Outcome.Done,
            Candidate = Slot.Blue
        });
        return release;
    }

    private Journal Journal => new(new LocalFiles(), Path.Combine(_folder.FullName, "state"));

    private static JournalEntry Line(string version) =>
        new(DateTimeOffset.UnixEpoch, $"deployment of {version}", JournalEvent.StepBegun, "deploy", version, "ann", 1);

    private Task GitAsync(params string[] arguments) =>
        CliWrap.Cli.Wrap("git").WithArguments(arguments).WithWorkingDirectory(_folder.FullName)
            .ExecuteAsync(TestContext.Current.CancellationToken).Task;

    private Task<ExitCode> RunAsync(string line) => EntryPoint.RunAsync(
        ["--manifest", Manifest, .. line.Split(' ', StringSplitOptions.RemoveEmptyEntries)],
        new Surroundings(_output, _errors, Terminal: false, new Dictionary<string, string>(), TimeProvider.System,
            (_, _, _, _, _, _) => _target,
            (_, _) => Task.FromResult(false), (_, _, _) => Task.FromResult(new ComposeAnswer(null, null, "not asked in this test"))),
        TestContext.Current.CancellationToken);
}
