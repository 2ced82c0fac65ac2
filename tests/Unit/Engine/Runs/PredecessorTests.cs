using ChainBridge.Engine.Events;
using ChainBridge.Engine.Gates;
using ChainBridge.Engine.Manifest;
using ChainBridge.Engine.Model;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.Engine.Runs;

/// <summary>What the commands of a gate can hold a candidate against, deployment by deployment.</summary>
public sealed class PredecessorTests : IDisposable
{
    private readonly World _world = WithCommand(new World());

    public void Dispose() => _world.Dispose();

    [Fact]
    public async Task A_first_release_has_none_and_the_next_ones_have_the_last_stable_one_at_its_own_address()
    {
        await _world.DeployAsync("A");
        Told().Should().Equal((null, null, false), (null, null, true));
        await _world.DeployAsync("B");
        Told().Should().Equal(("A", "http://blue.test/", false), ("A", null, true));
    }

    [Fact]
    public async Task A_release_that_was_refused_is_never_one()
    {
        await _world.DeployAsync("A");
        _world.Gates.Opinion = (_, version) => version == "B" ? Verdict.Fail : Verdict.Pass;
        (await _world.DeployAsync("B")).Failure.Should().NotBeNull();
        Told();
        await _world.DeployAsync("C");
        Told().Should().Equal(("A", "http://blue.test/", false), ("A", null, true));
    }

    [Fact]
    public async Task A_release_that_is_gone_back_to_is_held_against_itself_and_not_against_the_one_that_failed()
    {
        await _world.DeployAsync("A");
        await _world.DeployAsync("B");
        Told();
        (await _world.RollbackAsync()).Failure.Should().BeNull();
        Told().Should().Equal(("A", null, false), ("A", null, true));
    }

    [Fact]
    public async Task A_release_that_is_dead_is_none_and_cannot_be_asked()
    {
        await _world.DeployAsync("A");
        await _world.DeployAsync("B");
        Told();
        _world.Target.Dead.Add("B");
        await _world.DeployAsync("C");
        Told().Should().Equal(("A", null, false), ("A", null, true));
    }

    [Fact]
    public async Task The_old_release_whose_inner_services_were_replaced_is_not_asked_any_more()
    {
        _world.Rolling();
        await _world.DeployAsync("A");
        Told();
        (await _world.DeployAsync("B")).Failure.Should().BeNull();
        Told().Should().Equal(("A", null, false), ("A", null, true));
    }

    [Fact]
    public async Task An_old_release_whose_address_cannot_be_had_is_told_as_one_that_could_not_be_asked()
    {
        await _world.DeployAsync("A");
        Told();
        _world.Target.Trouble = call => call == "address of Blue" ? new(Failure.Unreachable, "no way there", "wait") : null;
        (await _world.DeployAsync("B")).Failure.Should().BeNull();
        _world.Gates.Subjects.Select(one => one.Predecessor).OfType<Predecessor>().Select(one => (one.AtDoor, one.IsUnreachable)).Should()
            .Equal((false, true), (true, false));
        Told().Should().Equal(("A", null, false), ("A", null, true));
        _world.Events.OfType<Note>().Select(note => note.Text).Should()
            .Contain("A is not compared with: no way there");
    }

    [Fact]
    public async Task After_a_rollback_the_release_that_serves_is_the_one_and_not_the_newer_one_that_was_left()
    {
        await _world.DeployAsync("A");
        await _world.DeployAsync("B");
        (await _world.RollbackAsync()).Failure.Should().BeNull();
        Told();
        await _world.DeployAsync("C");
        Told().Should().Equal(("A", "http://blue.test/", false), ("A", null, true));
    }

    [Fact]
    public async Task Each_of_several_hosts_has_a_folder_of_its_own()
    {
        using var world = WithCommand(new World(hosts: 2));
        await world.DeployAsync("A");
        var work = world.Manifest.Environments["staging"].WorkDirectory;
        world.Gates.Subjects.Select(one => one.Predecessor).OfType<Predecessor>().Select(one => one.Folder).Distinct().Should()
            .Equal($"{work}/hosts/one", $"{work}/hosts/two");
    }

    private static World WithCommand(World world)
    {
        world.Change(gates => gates with
        {
            Smoke = gates.Smoke with
            {
                Commands = [new("load", ["load"], "{results}/*.json", ResultFormat.Ctrf, TimeSpan.FromSeconds(1))],
            },
        });
        return world;
    }

    /// <summary>Of the gates since the last time this was asked.</summary>
    private List<(string? Version, string? Url, bool AtDoor)> Told()
    {
        var told = _world.Gates.Subjects.Select(one => one.Predecessor).OfType<Predecessor>()
            .Select(one => (one.Version, one.Url?.ToString(), one.AtDoor)).ToList();
        _world.Gates.Subjects.Clear();
        return told;
    }
}
