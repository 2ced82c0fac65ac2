using ChainBridge.DeployRunner;
using ChainBridge.DeployRunner.Cli;
using ChainBridge.DeployRunner.Output;
using ChainBridge.Engine.Hosts;
using ChainBridge.Engine.Model;
using ChainBridge.Engine.Platforms.Compose;
using ChainBridge.Engine.State;
using ChainBridge.Tests.Unit.Engine.Runs;
using FluentAssertions;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace ChainBridge.Tests.Unit.DeployRunner.Cli;

/// <summary>The time in which a waiting candidate may be promoted is shown, and that it is over.</summary>
public sealed class ApprovalTests : IDisposable
{
    private static readonly DateTimeOffset Began = new(2026, 11, 24, 10, 0, 0, TimeSpan.Zero);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("approval-");
    private readonly StringWriter _output = new();
    private readonly StringWriter _errors = new();
    private readonly FakeTimeProvider _time = new(Began);

    public ApprovalTests()
    {
        File.WriteAllText(Manifest, """
            project: shop
            services: { door: { image: shop/door, public: true } }
            gates: { smoke: { probes: [ { path: / } ] } }
            environments: { staging: { target: process, stateDirectory: state, approveWithin: 24h } }
            """);
        var (files, state) = (new LocalFiles(), Path.Combine(_folder.FullName, "state"));
        new ReleaseStore(files, state).Save(new Release("B", "abc",
            new Dictionary<string, Artifact> { ["door"] = new("sha256:1", "door", 1) }, new Dictionary<string, ServiceSpec>(), null, true,
            "ann", Began));
        new Journal(files, state).Append(new JournalEntry(Began, "d1", JournalEvent.DeploymentEnded, "deploy", "B", "ann", 1)
        {
            Outcome = Outcome.Waiting, Ending = new(null), Candidate = Slot.Green, Until = Began + TimeSpan.FromHours(24),
        });
    }

    private string Manifest => Path.Combine(_folder.FullName, "chainbridge.yml");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("status", 23, "B waits for promote or abort until 2026-11-25 10:00:00Z")]
    [InlineData("status", 24, "B waited for promote until 2026-11-25 10:00:00Z, which is over")]
    [InlineData("versions", 23, "    approval  waits for promote or abort until 2026-11-25 10:00:00Z")]
    [InlineData("versions", 24, "    approval  waited for promote until 2026-11-25 10:00:00Z, which is over")]
    [InlineData("--output json versions", 24, "\"approval\":\"waited for promote until 2026-11-25 10:00:00Z, which is over\"")]
    public async Task The_time_is_shown_and_that_it_is_over(string line, int hours, string shown)
    {
        _time.Advance(TimeSpan.FromHours(hours));
        await RunAsync(line);
        $"{_output}{_errors}".Should().Contain(shown);
    }

    [Fact]
    public async Task A_promotion_after_it_ends_with_17_and_the_next_step()
    {
        _time.Advance(TimeSpan.FromHours(24));
        (await RunAsync("promote")).Should().Be(ExitCode.NoSuchRelease);
        _errors.ToString().Should().Contain("which is over").And.Contain("next: deploy again");
    }

    private Task<ExitCode> RunAsync(string line) => EntryPoint.RunAsync(["--manifest", Manifest, .. line.Split(' ')],
        new Surroundings(_output, _errors, Terminal: false, new Dictionary<string, string>(), _time,
            (_, _, _, _, _, _) => new FakeTarget(), (_, _) => Task.FromResult(false),
            (_, _, _) => Task.FromResult(new ComposeAnswer(null, null, "not asked in this test"))),
        TestContext.Current.CancellationToken);
}
