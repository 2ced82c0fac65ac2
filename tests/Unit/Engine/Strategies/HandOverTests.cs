using ChainBridge.Engine.Gates;
using ChainBridge.Engine.Model;
using ChainBridge.Engine.Steps;
using ChainBridge.Tests.Unit.Engine.Runs;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.Engine.Strategies;

/// <summary>What takes work from a queue takes it in one slot at a time, and the work goes back with the traffic.</summary>
public sealed class HandOverTests
{
    [Fact]
    public async Task The_old_worker_stops_before_the_new_one_begins_and_both_before_the_traffic_moves()
    {
        using var world = await DeployedAsync("A");
        (await world.DeployAsync("B")).Failure.Should().BeNull();
        world.Target.Calls.Should().ContainInOrder("start Green B", "stop post of Blue", "start post of Green B", "switch to Green");
        world.Target.Working.Should().Equal(Slot.Green);
    }

    [Fact]
    public async Task A_worker_that_does_not_become_ready_is_a_failed_candidate_and_the_old_one_is_back()
    {
        using var world = await DeployedAsync("A");
        world.Target.LazyWorkers.Add("B");
        var result = await world.DeployAsync("B");
        result.Failure.Should().Be(Failure.CandidateFailed);
        result.Summary.Should().Contain("post of B ended with 1").And.Contain("A is serving again");
        world.Target.Working.Should().Equal(Slot.Blue);
        world.Target.Calls.Should().NotContain("switch to Green");
    }

    [Fact]
    public async Task A_release_that_fails_with_the_traffic_gives_the_work_back_after_the_traffic()
    {
        using var world = await DeployedAsync("A");
        world.Gates.Opinion = (gate, version) => gate == "smoke through the public door" && version == "B" ? Verdict.Fail : Verdict.Pass;
        (await world.DeployAsync("B")).Failure.Should().Be(Failure.CandidateFailed);
        world.Target.Calls.Should().ContainInOrder("switch to Green", "switch to Blue", "stop post of Green", "start post of Blue A",
            "stop Green");
        world.Target.Working.Should().Equal(Slot.Blue);
    }

    [Fact]
    public async Task A_candidate_that_waits_for_a_person_does_no_work_yet()
    {
        using var world = await DeployedAsync("A");
        (await world.DeployAsync("B", new DeployOptions(Approve: true))).Failure.Should().BeNull();
        world.Target.Working.Should().Equal(Slot.Blue);
        (await world.PromoteAsync()).Failure.Should().BeNull();
        world.Target.Working.Should().Equal(Slot.Green);
    }

    [Fact]
    public async Task A_candidate_that_waits_because_its_smoke_was_inconclusive_has_given_the_work_back()
    {
        using var world = await DeployedAsync("A");
        world.Gates.Opinion = (gate, _) => gate == "smoke through the public door" ? Verdict.Inconclusive : Verdict.Pass;
        (await world.DeployAsync("B")).Failure.Should().Be(Failure.Inconclusive);
        world.Target.Working.Should().Equal(Slot.Blue);
        world.Target.Active.Should().Be(Slot.Blue);
    }

    [Fact]
    public async Task A_service_that_becomes_a_worker_is_stopped_in_the_old_release_too_and_is_back_when_the_new_one_fails()
    {
        using var world = new World();
        var workers = world.Manifest;
        world.Manifest = workers with
        {
            Services = workers.Services.ToDictionary(service => service.Key, service => service.Value with { Worker = false }),
        };
        (await world.DeployAsync("A")).Failure.Should().BeNull();
        world.Manifest = workers;
        world.Target.Calls.Clear();
        world.Gates.Opinion = (gate, version) => gate == "smoke through the public door" && version == "B" ? Verdict.Fail : Verdict.Pass;
        (await world.DeployAsync("B")).Failure.Should().Be(Failure.CandidateFailed);
        world.Target.Calls.Should().ContainInOrder("stop post of Blue", "start post of Green B", "stop post of Green",
            "start post of Blue A");
        world.Target.Calls.Should().NotContain("start Blue A", "the old slot was not started anew");
        world.Target.Working.Should().Equal(Slot.Blue);
    }

    [Fact]
    public async Task A_rollback_hands_the_work_over_as_a_deployment_does()
    {
        using var world = await DeployedAsync("A");
        (await world.DeployAsync("B")).Failure.Should().BeNull();
        (await world.RollbackAsync()).Failure.Should().BeNull();
        world.Target.Working.Should().Equal(Slot.Blue);
    }

    [Fact]
    public async Task A_promoted_release_without_its_worker_is_dead()
    {
        using var world = await DeployedAsync("A");
        world.Target.Working.Clear();
        await world.DeployAsync("B");
        world.Events.OfType<ChainBridge.Engine.Events.Warning>().Should()
            .Contain(warning => warning.Text.Contains("A was promoted and died: post does not run"));
    }

    private static async Task<World> DeployedAsync(string version)
    {
        var world = new World();
        (await world.DeployAsync(version)).Failure.Should().BeNull();
        return world;
    }
}
