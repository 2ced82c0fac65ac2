using ChainBridge.Engine.Gates;
using ChainBridge.Engine.Hosts;
using ChainBridge.Engine.Manifest;
using ChainBridge.Engine.Model;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.Engine.Gates;

/// <summary>What fails while the connection to the host is cut shows nothing about the release.</summary>
public sealed class CutConnectionTests : IDisposable
{
    private static readonly ProbeSpec Probe =
        new("front", "GET", "/", null, 200, null, TimeSpan.FromSeconds(5), "X-ChainBridge-Version");

    private static readonly GateSpec Smoke = new([Probe], [], TimeSpan.FromSeconds(30), 0);
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("gate-");
    private int _connections = 1;

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData(false, Verdict.Fail)]
    [InlineData(true, Verdict.Inconclusive)]
    public async Task A_gate_that_fails_while_the_connection_is_cut_is_inconclusive_and_one_that_fails_without_a_cut_has_failed(
        bool cut, Verdict verdict)
    {
        var result = await Runner(fails: true, cut).RunAsync("smoke", Smoke, Subject(), TestContext.Current.CancellationToken);
        result.Verdict.Should().Be(verdict);
        if (cut) result.Summary.Should().StartWith("the connection to ssh://alpha was cut meanwhile, so this shows nothing: GET ");
    }

    [Fact]
    public async Task A_gate_that_passes_on_both_sides_of_a_cut_has_passed() =>
        (await Runner(fails: false, cut: true).RunAsync("smoke", Smoke, Subject(), TestContext.Current.CancellationToken))
            .Verdict.Should().Be(Verdict.Pass);

    [Fact]
    public async Task A_gate_that_fails_on_a_host_that_does_not_come_back_is_inconclusive_with_the_hosts_failure()
    {
        var result = await Runner(fails: true, cut: false).RunAsync("smoke", Smoke,
            Subject(() => throw new EngineException(Failure.Unreachable, "ssh://alpha: connection refused", "look at it")),
            TestContext.Current.CancellationToken);
        result.Verdict.Should().Be(Verdict.Inconclusive);
        result.Summary.Should().StartWith("ssh://alpha: connection refused, so this shows nothing: GET ");
    }

    [Theory]
    [InlineData(false, Verdict.Fail)]
    [InlineData(true, Verdict.Inconclusive)]
    public async Task A_probe_of_an_observation_is_judged_alike(bool cut, Verdict verdict) =>
        (await Runner(fails: true, cut).AskAsync(Probe, Subject(), TestContext.Current.CancellationToken)).Verdict.Should().Be(verdict);

    private GateSubject Subject(Action? ask = null) => new(new Uri("http://127.0.0.1:1"), null)
    {
        Way = new("ssh://alpha", () => _connections, _ =>
        {
            ask?.Invoke();
            return Task.CompletedTask;
        }),
    };

    private GateRunner Runner(bool fails, bool cut) => new(new ProbeGate(TimeProvider.System, () => new Asked(() =>
    {
        // The connection is made again while the answer is on its way.
        if (cut) _connections++;
        return fails ? throw new HttpRequestException("the response ended prematurely") : new HttpResponseMessage();
    })), new CommandGate(new GateProcess(), TimeProvider.System, _folder.FullName), TimeProvider.System, _folder.FullName);

    private sealed class Asked(Func<HttpResponseMessage> answer) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(answer());
    }
}
