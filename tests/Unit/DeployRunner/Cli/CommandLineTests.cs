using System.Text.Json;
using ChainBridge.DeployRunner;
using ChainBridge.DeployRunner.Cli;
using ChainBridge.Tests.Unit.DeployRunner.Flows;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.DeployRunner.Cli;

public sealed class CommandLineTests : IDisposable
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
    [InlineData("status")]
    [InlineData("unlock")]
    public async Task What_only_looks_is_exit_0(string line) => (await RunAsync(line)).Should().Be(ExitCode.Done, _errors.ToString());

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
    public async Task Tables_stay_readable_at_100_columns()
    {
        await RunAsync("rollback");
        await RunAsync("history");
        _output.ToString().Split('\n').Should().OnlyContain(line => line.Length <= 100);
        _output.ToString().Should().Contain("VERDICT").And.Contain("rollback");
    }

    private Task<ExitCode> RunAsync(string line) => EntryPoint.RunAsync(
        ["--manifest", Manifest, .. line.Split(' ', StringSplitOptions.RemoveEmptyEntries)],
        new Surroundings(_output, _errors, Terminal: false, new Dictionary<string, string>(), TimeProvider.System, (_, _, _) => _target),
        TestContext.Current.CancellationToken);
}
