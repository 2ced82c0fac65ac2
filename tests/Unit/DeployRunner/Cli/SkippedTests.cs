using ChainBridge.DeployRunner;
using ChainBridge.DeployRunner.Cli;
using ChainBridge.DeployRunner.Output;
using ChainBridge.Engine.Hosts;
using ChainBridge.Engine.Model;
using ChainBridge.Engine.Platforms.Compose;
using ChainBridge.Engine.State;
using ChainBridge.Tests.Unit.Engine.Runs;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.DeployRunner.Cli;

/// <summary>What a deployment was told to leave out is shown of its release ever after.</summary>
public sealed class SkippedTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("skipped-");
    private readonly StringWriter _output = new();
    private readonly StringWriter _errors = new();
    private readonly FakeTarget _target = new();

    public SkippedTests() => File.WriteAllText(Manifest, """
        project: shop
        services: { pay: { image: shop/pay }, door: { image: shop/door, public: true }, post: { image: shop/post } }
        gates: { integration: { probes: [ { path: / } ] }, smoke: { probes: [ { path: / } ] } }
        preflight: { disk: 1KB, branch: main }
        environments: { staging: { target: process, stateDirectory: state } }
        """);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private string Manifest => Path.Combine(_folder.FullName, "chainbridge.yml");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task A_release_is_shown_with_what_was_skipped_by_versions_history_and_status_in_text_and_json()
    {
        await GitAsync("init", "-q", "-b", "feature");
        await GitAsync("commit", "-q", "--allow-empty", "-m", "first");
        (await RunAsync("deploy --version A")).Should().Be(ExitCode.PreflightRefused);
        _errors.ToString().Should().Contain("branch: on feature, and releases are made of main");
        _target.Calls.Should().Equal("reach", "preflight");

        // Its gates ask real addresses, which there are none of: what is recorded before them stays recorded.
        await RunAsync("deploy --version A --skip-preflight --skip-tests");
        foreach (var (verb, text) in new[] { ("versions", "    skipped  preflight, tests"), ("history", "    skipped  preflight, tests") })
        {
            _output.GetStringBuilder().Clear();
            await RunAsync(verb);
            _output.ToString().Should().Contain(text);
            _output.GetStringBuilder().Clear();
            await RunAsync($"--output json {verb}");
            _output.ToString().Should().Contain("\"skipped\":\"preflight, tests\"");
        }

        var release = new ReleaseStore(new LocalFiles(), Path.Combine(_folder.FullName, "state")).Find("A")!;
        await _target.StartSlotAsync(new FencingToken(99), Slot.Blue, release, Stop);
        await _target.SwitchAsync(new FencingToken(99), Slot.Blue, Stop);
        _output.GetStringBuilder().Clear();
        await RunAsync("status");
        _output.ToString().Should().Contain("    skipped  preflight, tests");
    }

    private Task GitAsync(params string[] arguments) => CliWrap.Cli.Wrap("git")
        .WithArguments(["-c", "user.name=a", "-c", "user.email=a@b", .. arguments]).WithWorkingDirectory(_folder.FullName)
        .ExecuteAsync(Stop).Task;

    private Task<ExitCode> RunAsync(string line) => EntryPoint.RunAsync(["--manifest", Manifest, .. line.Split(' ')],
        new Surroundings(_output, _errors, Terminal: false, new Dictionary<string, string>(), TimeProvider.System,
            (_, _, _, _, _, _) => _target,
            (_, _) => Task.FromResult(false), (_, _, _) => Task.FromResult(new ComposeAnswer(null, null, "not asked in this test"))), Stop);
}
