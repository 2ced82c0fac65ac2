using System.Text.Json;
using ChainBridge.DeployRunner;
using ChainBridge.DeployRunner.Cli;
using ChainBridge.DeployRunner.Output;
using ChainBridge.Engine.Platforms.Compose;
using ChainBridge.Engine.Traffic;
using ChainBridge.Tests.Unit.Engine.Runs;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.DeployRunner.Cli;

/// <summary>What <c>doctor</c> prints and ends with.</summary>
public sealed class DoctorTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("doctor-");
    private readonly StringWriter _output = new();
    private readonly StringWriter _errors = new();
    private readonly FakeTarget _target = new();

    public DoctorTests() => File.WriteAllText(Manifest, """
        project: shop
        services: { pay: { image: shop/pay }, door: { image: shop/door, public: true } }
        gates: { smoke: { probes: [ { path: / } ] } }
        preflight: { memory: 1KB, disk: 1KB }
        environments: { staging: { target: process, stateDirectory: state } }
        """);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private string Manifest => Path.Combine(_folder.FullName, "chainbridge.yml");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task An_environment_in_order_is_exit_0_with_a_line_for_each_check()
    {
        (await RunAsync("doctor")).Should().Be(ExitCode.Done, _output.ToString());
        _output.ToString().Should().Contain("CHECK").And.MatchRegex("disk +ok +.* are free at").And.EndWith("12 checks, all of them ok\n");
        Directory.Exists(Path.Combine(_folder.FullName, "state")).Should().BeFalse();
    }

    [Fact]
    public async Task Problems_have_their_next_step_below_them_and_the_first_in_weight_decides_the_exit_code()
    {
        _target.Reasons.Add("port 8088 is taken");
        (await RunAsync("doctor")).Should().Be(ExitCode.PreflightRefused);
        _output.ToString().Should().MatchRegex("ports +problem +port 8088 is taken\n    next  ");
        _errors.ToString().Should().Contain("error: problem: ports");

        _target.Unreachable = true;
        (await RunAsync("doctor")).Should().Be(ExitCode.TargetUnreachable);
        _errors.ToString().Should().Contain("problem: servers; not asked: edge, ports, files").And.Contain("next: bring it back");
    }

    [Fact]
    public async Task A_warning_is_exit_0_with_its_next_step_and_the_summary_does_not_call_everything_ok()
    {
        _target.Edge = _target.Edge! with { Lacks = [FoundEdge.NoReach] };
        (await RunAsync("doctor")).Should().Be(ExitCode.Done, _output.ToString());
        _output.ToString().Should().MatchRegex("edge +warning +the edge at http://edge.test was started by an earlier runner: it cannot "
                + "be asked to connect to a candidate before traffic moves\n    next  deployrunner down")
            .And.Contain("12 checks; warning: edge").And.NotContain("all of them ok");

        _target.Reasons.Add("port 8088 is taken");
        (await RunAsync("doctor")).Should().Be(ExitCode.PreflightRefused);
        _errors.ToString().Should().Contain("problem: ports; warning: edge");
    }

    [Fact]
    public async Task With_json_each_check_is_one_event()
    {
        _target.Reasons.Add("port 8088 is taken");
        await RunAsync("--output json doctor");
        var lines = _output.ToString().TrimEnd().Split('\n').Select(line => JsonDocument.Parse(line).RootElement).ToList();
        var checks = lines.Where(line => line.GetProperty("event").GetString() == "check").ToList();
        checks.Should().HaveCount(12);
        var ports = checks.Single(line => line.GetProperty("check").GetString() == "ports");
        (ports.GetProperty("verdict").GetString(), ports.GetProperty("evidence").GetString())
            .Should().Be(("problem", "port 8088 is taken"));
        ports.GetProperty("details").GetProperty("next").GetString().Should().NotBeNullOrEmpty();
        lines[^1].GetProperty("exitCode").GetInt32().Should().Be(16);
    }

    [Fact]
    public async Task A_manifest_that_lacks_a_variable_is_exit_2_and_names_what_was_not_asked()
    {
        await File.AppendAllTextAsync(Manifest, "\nalerts: { deploymentLongerThan: \"${LONGEST}\" }\n", Stop);
        (await RunAsync("doctor")).Should().Be(ExitCode.Usage);
        _output.ToString().Should().Contain("LONGEST is not set").And.MatchRegex("host +not asked +because the check 'variables'");
    }

    private Task<ExitCode> RunAsync(string line) => EntryPoint.RunAsync(["--manifest", Manifest, .. line.Split(' ')],
        new Surroundings(_output, _errors, Terminal: false, new Dictionary<string, string>(), TimeProvider.System,
            (_, _, _, _, _, _) => _target,
            (_, _) => Task.FromResult(false), (_, _, _) => Task.FromResult(new ComposeAnswer(null, null, "not asked in this test"))), Stop);
}
