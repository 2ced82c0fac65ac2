using ChainBridge.Engine.Hosts;
using ChainBridge.Engine.Model;
using ChainBridge.Engine.Traffic;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.Engine.Traffic;

/// <summary>An edge of an earlier runner knows one door and stamps nothing; it is not replaced while it has the traffic.</summary>
public sealed class EarlierEdgeTests : IAsyncLifetime
{
    private static readonly FencingToken Token = new(7);
    private EarlierEdge _edge = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _edge = await EarlierEdge.StartAsync();

    public ValueTask DisposeAsync() => _edge.DisposeAsync();

    [Theory]
    [InlineData("default")]
    [InlineData("web")]
    public async Task An_earlier_edge_works_on_for_one_door_of_any_name_and_the_release_must_state_its_version_itself(string name)
    {
        var traffic = Over(new DoorSpec(name, "front", 80, 8080));
        await PlaceAsync(traffic, new DoorSpec(name, "front", 80));
        await traffic.SwitchAsync(Token, Slot.Green, Stop);
        _edge.Told.Should().Equal("green http://front", "active green");
        (await traffic.DoorsAsync(Slot.Green, Stop)).Stamped.Should().BeFalse();
        (await traffic.FiguresAsync(Slot.Green, Stop)).Requests.Should().Be(0);
        (await traffic.SharesAsync(Stop)).Should().Be(Shares.All(Slot.Blue));
    }

    [Fact]
    public async Task An_earlier_edge_that_can_only_switch_is_asked_for_no_share()
    {
        var traffic = Over(new DoorSpec("web", "front", 80, 8080));
        var sharing = () => traffic.ShareAsync(Token, Slot.Green, 5, Stop);
        (await sharing.Should().ThrowAsync<EngineException>().WithMessage("*earlier runner and cannot share the traffic"))
            .Which.NextStep.Should().Contain("deployrunner down");
        _edge.Told.Should().BeEmpty();
    }

    [Fact]
    public async Task An_earlier_edge_that_cannot_be_asked_to_connect_is_named_and_switched_without_it()
    {
        var door = new DoorSpec("web", "front", 80, 8080);
        var traffic = Over(door);
        await PlaceAsync(traffic, door);
        (await traffic.ReachAsync(Slot.Green, Releases.Behind("v2", door), Stop)).Should().ContainSingle("the runner names it")
            .Which.Should().StartWith("the edge at http://127.0.0.1:");
        await traffic.SwitchAsync(Token, Slot.Green, Stop);
        _edge.Told.Should().Equal("green http://front", "active green");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Several_doors_or_one_by_path_are_refused_before_any_request_to_the_edge(bool several)
    {
        DoorSpec[] doors = several
            ? [new("web", "front", 80, 8080), new("api", "api", 80, Path: "/api")]
            : [new("web", "front", 80, 8080, Path: "/web")];
        var traffic = Over(doors);
        var placing = () => PlaceAsync(traffic, doors);
        (await placing.Should().ThrowAsync<EngineException>().WithMessage("*earlier runner*one door*"))
            .Which.NextStep.Should().Contain("deployrunner down");
        var switching = () => traffic.SwitchAsync(Token, Slot.Green, Stop);
        await switching.Should().ThrowAsync<EngineException>();
        _edge.Told.Should().BeEmpty();
    }

    private static Task PlaceAsync(EdgeTraffic traffic, params DoorSpec[] doors) =>
        traffic.PlaceAsync(Slot.Green, Releases.Behind("v2", doors),
            () => Task.FromResult<Func<DoorSpec, Uri>>(door => new($"http://{door.Service}")), Token, Stop);

    private EdgeTraffic Over(params DoorSpec[] doors) =>
        new(new LocalHost(new LocalExecutor(TimeProvider.System)), _edge, doors, TimeProvider.System);
}
