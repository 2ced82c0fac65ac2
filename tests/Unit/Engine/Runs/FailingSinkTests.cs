using ChainBridge.Engine.Events;
using ChainBridge.Engine.Model;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.Engine.Runs;

public sealed class FailingSinkTests : IDisposable
{
    private readonly World _world = new();

    public void Dispose() => _world.Dispose();

    [Fact]
    public async Task A_failing_sink_changes_no_verdict()
    {
        var complaints = new List<string>();
        var events = new EventQueues([new Broken()], TimeProvider.System, complaints.Add);
        _world.Reporter = events;
        (await _world.DeployAsync("A")).Failure.Should().BeNull();
        _world.Target.FailsToStart.Add("B");
        var result = await _world.DeployAsync("B");
        result.Failure.Should().Be(Failure.CandidateFailed);
        result.Summary.Should().Contain("139", "the first error is not hidden");
        await events.EndAsync(TestContext.Current.CancellationToken);
        complaints.Should().ContainSingle().Which.Should().Contain("no terminal");
    }

    private sealed class Broken : IEventSink
    {
        public TimeSpan Patience => TimeSpan.FromSeconds(20);

        public ValueTask SendAsync(RunnerEvent happened, CancellationToken cancellationToken) => throw new IOException("no terminal");
    }
}
