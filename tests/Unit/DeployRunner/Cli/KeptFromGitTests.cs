using ChainBridge.DeployRunner;
using ChainBridge.DeployRunner.Cli;
using ChainBridge.DeployRunner.Output;
using ChainBridge.Engine.Platforms.Compose;
using ChainBridge.Tests.Unit.Engine.Runs;
using CliWrap;
using CliWrap.Buffered;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.DeployRunner.Cli;

/// <summary>What a verb leaves in a repository that knows nothing of the runner, as git sees it.</summary>
public sealed class KeptFromGitTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("kept-from-git-");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("test", ExitCode.GateFailed)]
    [InlineData("smoke --url http://127.0.0.1:1 --expect-version any", ExitCode.GateFailed)]
    public async Task A_gate_that_is_run_by_itself_leaves_nothing_that_git_sees(string line, ExitCode end)
    {
        await CommitAsync();
        (await RunAsync(line)).Should().Be(end);
        Directory.Exists(Path.Combine(_folder.FullName, ".chainbridge", "staging", "results")).Should().BeTrue("the gate's command ran");
        (await GitAsync("status", "--porcelain")).Should().BeEmpty();
    }

    [Theory]
    [InlineData("history", ExitCode.Done)]
    [InlineData("status", ExitCode.NoSuchRelease)]
    [InlineData("smoke", ExitCode.NoSuchRelease)]
    public async Task A_verb_that_finds_nothing_deployed_makes_no_folder(string line, ExitCode end)
    {
        await CommitAsync();
        (await RunAsync(line)).Should().Be(end);
        Directory.Exists(Path.Combine(_folder.FullName, ".chainbridge")).Should().BeFalse();
    }

    private async Task CommitAsync()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder.FullName, "chainbridge.yml"), """
            project: shop
            services: { pay: { image: shop/pay, public: true } }
            gates:
              integration: { commands: [ { run: [sh, -c, "exit 1"], results: "{results}/x", format: trx } ] }
              smoke: { probes: [ { path: / } ], commands: [ { run: [sh, -c, "exit 1"], results: "{results}/x", format: trx } ] }
            environments: { staging: { target: process } }
            """, Stop);
        await GitAsync("init", "-q");
        await GitAsync("add", ".");
        await GitAsync("-c", "user.name=a", "-c", "user.email=a@b", "commit", "-q", "-m", "first");
    }

    private async Task<string> GitAsync(params string[] arguments) => (await CliWrap.Cli.Wrap("git").WithArguments(arguments)
        .WithWorkingDirectory(_folder.FullName).ExecuteBufferedAsync(Stop)).StandardOutput;

    private Task<ExitCode> RunAsync(string line) => EntryPoint.RunAsync(
        ["--manifest", Path.Combine(_folder.FullName, "chainbridge.yml"), .. line.Split(' ')],
        new Surroundings(TextWriter.Null, TextWriter.Null, Terminal: false, new Dictionary<string, string>(), TimeProvider.System,
            (_, _, _, _, _, _) => new FakeTarget(), (_, _) => Task.FromResult(false),
            (_, _, _) => Task.FromResult(new ComposeAnswer(null, null, "not asked in this test"))), Stop);
}
