using ChainBridge.Engine.Events;
using ChainBridge.Engine.Gates;
using ChainBridge.Engine.Model;
using ChainBridge.Engine.Traffic;
using ChainBridge.Tests.Unit.Engine.Runs;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.Engine.Strategies;

/// <summary>A candidate that answers the runner gets traffic only when the edge can connect to it as well.</summary>
public sealed class ReachedTests
{
    [Fact]
    public async Task A_candidate_that_the_edge_cannot_connect_to_gets_no_traffic_and_has_failed()
    {
        using var world = await DeployedAsync("A");
        Cut(world.Target, "B");
        var result = await world.DeployAsync("B");
        result.Failure.Should().Be(Failure.CandidateFailed);
        result.Summary.Should().Contain("the edge got no connection to door of B").And.Contain("A is serving again");
        result.NextStep.Should().Be("look between", "what failed knows what to do");
        world.Target.Calls.Should().NotContain("switch to Green");
        world.Serving.Should().Be("A");
        world.Target.Running.Should().ContainSingle("the candidate is stopped");
    }

    [Fact]
    public async Task A_canary_that_the_edge_cannot_connect_to_gets_no_share()
    {
        using var world = new World();
        SharedTraffic.Of(world);
        (await world.DeployAsync("A")).Failure.Should().BeNull();
        Cut(world.Target, "B");
        (await world.DeployAsync("B")).Failure.Should().Be(Failure.CandidateFailed);
        world.Target.Calls.Should().NotContain(call => call.StartsWith("share", StringComparison.Ordinal));
        world.Target.Shares.Should().Be(Shares.All(Slot.Blue));
    }

    [Fact]
    public async Task A_first_release_that_the_edge_cannot_connect_to_is_stopped_and_nothing_serves()
    {
        using var world = new World();
        Cut(world.Target, "A");
        var result = await world.DeployAsync("A");
        result.Failure.Should().Be(Failure.NoPreviousRelease);
        result.NextStep.Should().Be("look between");
        world.Target.Running.Should().BeEmpty();
    }

    [Fact]
    public async Task On_two_hosts_both_edges_connect_before_the_first_is_moved_and_the_one_that_cannot_is_named()
    {
        using var world = new World(hosts: 2);
        (await world.DeployAsync("A")).Failure.Should().BeNull();
        Cut(world.Second!, "B");
        var result = await world.DeployAsync("B");
        result.Failure.Should().Be(Failure.CandidateFailed);
        result.Summary.Should().Contain("two: the edge got no connection").And.NotContain("one: ");
        world.Target.Calls.Should().Contain("connect to Green");
        foreach (var target in world.Targets)
        {
            target.Calls.Should().NotContain("switch to Green");
            World.ServingOn(target).Should().Be("A");
        }
    }

    [Fact]
    public async Task The_way_back_gives_the_traffic_to_the_old_release_without_asking_whether_the_edge_can_connect_to_it()
    {
        using var world = await DeployedAsync("A");
        world.Gates.Opinion = (gate, version) => gate == "smoke through the public door" && version == "B" ? Verdict.Fail : Verdict.Pass;
        Cut(world.Target, "A");
        world.Target.Calls.Clear();
        (await world.DeployAsync("B")).Failure.Should().Be(Failure.CandidateFailed);
        world.Target.Calls.Should().ContainInOrder("switch to Green", "switch to Blue").And.NotContain("connect to Blue");
        world.Serving.Should().Be("A");
    }

    [Fact]
    public async Task A_rollback_to_a_release_that_the_edge_cannot_connect_to_leaves_the_current_one_serving_and_needs_a_person()
    {
        using var world = await DeployedAsync("A");
        (await world.DeployAsync("B")).Failure.Should().BeNull();
        Cut(world.Target, "A");
        world.Target.Calls.Clear();
        (await world.RollbackAsync()).Failure.Should().Be(Failure.PersonNeeded);
        world.Target.Calls.Should().NotContain("switch to Blue");
        world.Serving.Should().Be("B");
    }

    [Fact]
    public async Task An_edge_that_cannot_be_asked_is_named_once_in_a_run_however_often_the_traffic_moves()
    {
        using var world = new World();
        SharedTraffic.Of(world);
        (await world.DeployAsync("A")).Failure.Should().BeNull();
        Told(world).Should().BeEmpty("the edge of this runner was asked");
        Ages(world.Target);
        (await world.DeployAsync("B")).Failure.Should().BeNull();
        world.Target.Calls.Should().ContainInOrder("share 5 to Green", "share 75 to Green", "switch to Green");
        Told(world).Should().Equal("the edge at http://edge.test was started by an earlier runner and cannot be asked to connect to a "
            + "candidate before traffic moves: B gets traffic without that; deployrunner down (keeps data and history), then deploy, "
            + "replaces it");
        world.Serving.Should().Be("B");

        (await world.RollbackAsync()).Failure.Should().BeNull();
        Told(world).Should().HaveCount(2, "the next run names it too").And.Contain(text => text.Contains("A gets traffic"));
    }

    [Fact]
    public async Task On_two_hosts_the_one_whose_edge_cannot_be_asked_is_named_and_the_other_edge_connects()
    {
        using var world = new World(hosts: 2);
        Ages(world.Second!);
        (await world.DeployAsync("A")).Failure.Should().BeNull();
        Told(world).Should().ContainSingle().Which.Should().StartWith("two: the edge at http://edge.test was started");
        world.Target.Calls.Should().Contain("connect to Blue");
    }

    private static void Ages(FakeTarget target) => target.Edge = target.Edge! with { Lacks = [FoundEdge.NoReach] };

    private static IEnumerable<string> Told(World world) =>
        world.Events.OfType<Warning>().Select(warning => warning.Text).Where(text => text.Contains("earlier runner"));

    /// <summary>The edge gets no connection to a release, though it answers the runner.</summary>
    private static void Cut(FakeTarget target, string version) => target.Trouble = call =>
        target.Running.Any(slot => call == $"connect to {slot.Key}" && slot.Value.Version == version)
            ? new EngineException(Failure.CandidateFailed, $"the edge got no connection to door of {version}", "look between")
            : null;

    private static async Task<World> DeployedAsync(string version)
    {
        var world = new World();
        (await world.DeployAsync(version)).Failure.Should().BeNull();
        return world;
    }
}
