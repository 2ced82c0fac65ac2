using ChainBridge.Engine.Events;
using ChainBridge.Tests.Unit.Engine.Runs;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.Engine.Strategies;

/// <summary>A service that does not end when it is asked to makes its run slow, and is named.</summary>
public sealed class StoppingTests : IDisposable
{
    private readonly World _world = new();

    public void Dispose() => _world.Dispose();

    [Fact]
    public async Task A_service_that_had_to_be_killed_is_named_with_the_time_that_it_had()
    {
        await _world.DeployAsync("A");
        _world.Events.OfType<ServiceKilled>().Should().BeEmpty();
        _world.Target.Stubborn.Add(new("door", TimeSpan.FromSeconds(30)));
        (await _world.DeployAsync("B")).Failure.Should().BeNull("it changes no verdict");
        _world.Events.OfType<ServiceKilled>().Last().Text
            .Should().Be("door did not end within 30 s of SIGTERM and was killed: requests that were still in flight to it are lost; "
                + "let it end on SIGTERM, or in a container give it init: true");
    }
}
