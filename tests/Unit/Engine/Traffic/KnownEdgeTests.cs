using ChainBridge.Engine.Hosts;
using ChainBridge.Engine.Model;
using ChainBridge.Engine.Traffic;
using ChainBridge.Tests.Unit.Edge;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.Engine.Traffic;

/// <summary>An edge that answered once is asked again without a look for it, and looked for where it no longer answers.</summary>
public sealed class KnownEdgeTests : IAsyncLifetime
{
    private EdgeLab _first = null!;
    private EdgeLab _second = null!;
    private LabPlace _place = null!;
    private EdgeTraffic _traffic = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        (_first, _second) = (await EdgeLab.StartAsync(), await EdgeLab.StartAsync());
        await _first.BothAsync();
        await _second.BothAsync();
        await _second.PutAsync("active", new { slot = "green", token = 2 });
        _place = new(_first);
        _traffic = new(new LocalHost(new LocalExecutor(TimeProvider.System)), _place,
            [new(DoorSpec.Default, "front", 80, 0)], TimeProvider.System);
    }

    public async ValueTask DisposeAsync()
    {
        _traffic.Dispose();
        await _first.DisposeAsync();
        await _second.DisposeAsync();
    }

    [Fact]
    public async Task An_edge_is_looked_for_once_and_then_asked_where_it_answered()
    {
        for (var time = 0; time < 5; time++) (await _traffic.SharesAsync(Stop)).Active.Should().Be(Slot.Blue);
        (await _traffic.DoorsAsync(Slot.Blue, Stop)).Stamped.Should().BeTrue();
        await _traffic.SwitchAsync(new(7), Slot.Green, Stop);
        (await _traffic.SharesAsync(Stop)).Active.Should().Be(Slot.Green);
        _place.Looks.Should().Be(1);
    }

    [Fact]
    public async Task An_edge_that_was_started_again_at_another_address_is_found()
    {
        (await _traffic.SharesAsync(Stop)).Active.Should().Be(Slot.Blue);
        await _first.EndAdminAsync();
        _place.Lab = _second;
        (await _traffic.SharesAsync(Stop)).Active.Should().Be(Slot.Green);
        await _traffic.SwitchAsync(new(7), Slot.Blue, Stop);
        (await _traffic.SharesAsync(Stop)).Active.Should().Be(Slot.Blue);
        _place.Looks.Should().Be(2);
    }

    [Fact]
    public async Task Another_edge_at_the_address_does_not_answer_for_the_one_that_was_there()
    {
        (await _traffic.SharesAsync(Stop)).Active.Should().Be(Slot.Blue);
        await _first.EndAdminAsync("another-key");
        _place.Lab = _second;
        (await _traffic.SharesAsync(Stop)).Active.Should().Be(Slot.Green, "the one at the old address has another key");
    }

    [Fact]
    public async Task An_edge_that_ended_and_is_nowhere_is_no_answer()
    {
        (await _traffic.SharesAsync(Stop)).Active.Should().Be(Slot.Blue);
        await _first.EndAdminAsync();
        (await _traffic.Invoking(traffic => traffic.SharesAsync(Stop)).Should().ThrowAsync<EngineException>())
            .Which.Failure.Should().Be(Failure.Unreachable, "an edge that is set up and silent is not none");
        _place.Lab = null;
        (await _traffic.SharesAsync(Stop)).Should().Be(Shares.None);
        (await _traffic.Invoking(traffic => traffic.SwitchAsync(new(7), Slot.Blue, Stop)).Should().ThrowAsync<EngineException>())
            .Which.Failure.Should().Be(Failure.Unreachable);
    }

    [Fact]
    public async Task Several_questions_at_once_are_all_answered()
    {
        await _traffic.SharesAsync(Stop);
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(() => _traffic.SharesAsync(Stop), Stop)));
        answers.Should().OnlyContain(shares => shares.Active == Slot.Blue);
    }
}
