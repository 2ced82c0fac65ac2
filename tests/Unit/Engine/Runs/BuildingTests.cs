using ChainBridge.Engine.Events;
using ChainBridge.Engine.Model;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.Engine.Runs;

public sealed class BuildingTests : IDisposable
{
    private readonly World _world = new();

    public void Dispose() => _world.Dispose();

    [Fact]
    public async Task A_runner_waits_for_another_that_builds_for_the_same_environment()
    {
        Directory.CreateDirectory(_world.State);
        var guard = Path.Combine(_world.State, "build.guard");
        var building = new FileStream(guard, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var deploying = _world.DeployAsync("A", cancellationToken: deadline.Token);
        while (!deploying.IsCompleted && !_world.Events.OfType<Note>()
            .Any(note => note.Text.Contains("waiting for it", StringComparison.Ordinal))) await Task.Yield();
        _world.Target.Calls.Should().NotContain(call => call.StartsWith("build", StringComparison.Ordinal));
        // Its time goes on until it builds and no further: a clock that races would outrun its lock's short waits.
        var builds = new TaskCompletionSource();
        _world.Instant = () => builds.TrySetResult();
        await building.DisposeAsync();
        while (!deploying.IsCompleted && !builds.Task.IsCompleted)
        {
            _world.Time.Advance(TimeSpan.FromMilliseconds(20));
            await Task.Yield();
        }

        (await deploying).Failure.Should().BeNull();
    }
}
