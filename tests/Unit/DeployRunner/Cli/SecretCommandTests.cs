using ChainBridge.DeployRunner;
using ChainBridge.DeployRunner.Cli;
using ChainBridge.DeployRunner.Output;
using ChainBridge.Engine.Platforms.Compose;
using ChainBridge.Tests.Unit.Engine.Runs;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.DeployRunner.Cli;

/// <summary>A secret that a command prints stands for a variable that is not set, and is shown nowhere.</summary>
public sealed class SecretCommandTests : IDisposable
{
    private const string Secret = "from-the-vault-8f3a";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("secret-");
    private readonly StringWriter _output = new();
    private readonly StringWriter _errors = new();
    private readonly Dictionary<string, string> _variables = [];
    private readonly Dictionary<string, string> _handedOn = [];

    private string Manifest => Path.Combine(_folder.FullName, "chainbridge.yml");

    private bool WasRun => File.Exists(Path.Combine(_folder.FullName, "ran"));

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task The_output_of_the_command_stands_for_the_variable_and_is_masked()
    {
        Write($"touch ran; echo {Secret}", gate: "exit 1");
        _variables["LEDGER_KEY"] = "";

        (await RunAsync("test")).Should().Be(ExitCode.GateFailed);
        WasRun.Should().BeTrue("it is run in the manifest's folder");
        _handedOn.Should().Equal(new Dictionary<string, string> { ["LEDGER_KEY"] = Secret });
        $"{_output}{_errors}".Should().Contain("the key is *** for now").And.NotContain(Secret);
    }

    [Theory]
    [InlineData("LEDGER_KEY", "given-by-hand")]
    [InlineData("LEDGER_KEY_FILE", "a file")]
    public async Task A_variable_or_a_file_that_is_given_goes_before_the_command(string name, string value)
    {
        Write($"touch ran; echo {Secret}", gate: "exit 1");
        if (value == "a file") await File.WriteAllTextAsync(value = Path.Combine(_folder.FullName, "key"), "given-by-hand\n", Stop);
        _variables[name] = value;

        await RunAsync("test");
        WasRun.Should().BeFalse();
        _handedOn["LEDGER_KEY"].Should().Be("given-by-hand");
    }

    [Theory]
    [InlineData("validate", ExitCode.Done)]
    [InlineData("history", ExitCode.Done)]
    [InlineData("versions", ExitCode.Done)]
    public async Task A_verb_that_only_reads_runs_no_command_and_misses_no_variable(string verb, ExitCode end)
    {
        Write("touch ran; exit 1");
        (await RunAsync(verb)).Should().Be(end);
        WasRun.Should().BeFalse();
    }

    [Theory]
    [InlineData("echo not logged in >&2; exit 6", "30s", "ended with exit code 6: not logged in")]
    [InlineData("true", "30s", "ended with exit code 0 and printed nothing")]
    [InlineData("exec tail -f /dev/null", "200ms", "did not end within")]
    public async Task A_command_that_gives_no_secret_is_refused_before_anything_with_its_place(string command, string timeout, string why)
    {
        Write(command, timeout);
        (await RunAsync("deploy")).Should().Be(ExitCode.PreflightRefused);
        _errors.ToString().Should().Contain("chainbridge.yml:").And.Contain("LEDGER_KEY could not be had").And.Contain(why)
            .And.Contain("set LEDGER_KEY");
        Directory.Exists(Path.Combine(_folder.FullName, "state")).Should().BeFalse();
    }

    [Theory]
    [InlineData("ledger: { from: [x] }", "the secret 'ledger' is not the name of an environment variable")]
    [InlineData("KEY: { from: [] }", "the secret names no program")]
    [InlineData("KEY: { form: [x] }", "secrets.KEY lacks 'from'")]
    public async Task A_wrong_entry_is_a_problem_of_the_manifest(string entry, string problem)
    {
        WriteEntry(entry, "open");
        (await RunAsync("validate")).Should().Be(ExitCode.Usage);
        _errors.ToString().Should().Contain(problem);
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private void Write(string command, string timeout = "30s", string gate = "true") =>
        WriteEntry($$"""LEDGER_KEY: { from: [sh, -c, "{{command}}"], timeout: {{timeout}} }""", "${LEDGER_KEY}", gate);

    private void WriteEntry(string entry, string key, string gate = "true") => File.WriteAllText(Manifest, $$"""
        project: shop
        services: { door: { image: shop/door, public: true, environment: { Key: "{{key}}" } } }
        gates:
          integration:
            commands:
              - { run: [sh, -c, "echo the key is {{key}} for now; {{gate}}"], results: "{results}/x", format: trx }
          smoke: { probes: [ { path: / } ] }
        environments: { staging: { target: process, stateDirectory: state } }
        secrets: { {{entry}} }
        """);

    private Task<ExitCode> RunAsync(string verb) => EntryPoint.RunAsync(["--manifest", Manifest, verb],
        new Surroundings(_output, _errors, Terminal: false, _variables, TimeProvider.System, (_, _, _, _, _, _) => new FakeTarget(),
            (_, _) => Task.FromResult(false), (_, _, _) => Task.FromResult(new ComposeAnswer(null, null, "not asked in this test")))
        {
            HandOn = _handedOn.Add,
        }, Stop);
}
