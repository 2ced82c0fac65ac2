using ChainBridge.Engine.Events;
using ChainBridge.Engine.Gates;
using ChainBridge.Engine.Model;
using ChainBridge.Engine.Traffic;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.Engine.Runs;

/// <summary>An environment on two hosts: both switch or neither stays switched, and what fails is named with its host.</summary>
public sealed class TwoHostsTests : IDisposable
{
    private readonly World _world = new(hosts: 2);

    private FakeTarget One => _world.Target;

    private FakeTarget Two => _world.Second!;

    public void Dispose() => _world.Dispose();

    [Fact]
    public async Task A_release_serves_on_both_hosts_and_is_built_and_migrated_once()
    {
        One.LatestStep["A"] = 1;
        (await _world.DeployAsync("A")).Failure.Should().BeNull();
        foreach (var target in _world.Targets)
        {
            World.ServingOn(target).Should().Be("A");
            target.Working.Should().Equal(target.Active!.Value);
            target.HighestToken.Should().Be(One.HighestToken, "every host is shown the token");
        }

        One.Calls.Should().Contain("build A").And.Contain("run pay of A: up");
        Two.Calls.Should().NotContain(call => call.StartsWith("build", StringComparison.Ordinal)
            || call.StartsWith("run ", StringComparison.Ordinal), "what a release does once, it does not once per host");
        _world.Gates.Asked.Where(asked => asked.Gate != "integration").GroupBy(asked => asked.Gate)
            .Should().OnlyContain(gate => gate.Select(asked => asked.Host).SequenceEqual(new[] { "one", "two" }));
    }

    [Fact]
    public async Task A_switch_that_fails_on_the_second_host_takes_the_first_one_back_and_proves_it()
    {
        await DeployedAsync("A");
        Two.Trouble = call => call == "switch to Green" ? Broken() : null;
        var result = await _world.DeployAsync("B");
        result.Failure.Should().Be(Failure.CandidateFailed);
        result.Summary.Should().Contain("two: the edge is broken").And.Contain("A is serving again");
        One.Calls.Should().ContainInOrder("switch to Green", "switch to Blue", "stop Green");
        Two.Calls.Should().NotContain("switch to Green");
        _world.Gates.Ran.Should().Contain(ran => ran.Gate == "smoke of the old release");
        EachServes("A");
    }

    [Theory]
    [InlineData("smoke of the candidate")]
    [InlineData("smoke through the public door")]
    [InlineData("observation")]
    public async Task A_gate_that_passes_on_one_host_and_fails_on_another_fails_and_names_the_host(string gate)
    {
        await DeployedAsync("A");
        _world.Gates.OnHost = (asked, host) => asked == gate && host == "two" ? Verdict.Fail : Verdict.Pass;
        var result = await _world.DeployAsync("B");
        result.Failure.Should().Be(Failure.CandidateFailed);
        result.Summary.Should().Contain($"{gate}: fail: two: ").And.NotContain("one: ");
        EachServes("A");
    }

    [Fact]
    public async Task A_host_whose_edge_counts_failed_requests_fails_the_observation_however_many_the_other_answered()
    {
        await DeployedAsync("A");
        var asked = 0;
        One.Counted = _ => new SlotFigures("start", 100_000 * ++asked, 0, 0);
        Two.Counted = _ => new SlotFigures("start", 10 * ++asked, 10 * asked, 0);
        var result = await _world.DeployAsync("B");
        result.Failure.Should().Be(Failure.CandidateFailed);
        result.Summary.Should().Contain("observation: fail: two: ");
        EachServes("A");
    }

    [Fact]
    public async Task A_host_that_runs_something_else_than_the_release_records_is_named()
    {
        await DeployedAsync("A");
        Two.Tampered.Add("B");
        var result = await _world.DeployAsync("B");
        result.Failure.Should().Be(Failure.PersonNeeded);
        result.Summary.Should().Contain("two: pay runs sha256:other").And.NotContain("one: ");
        EachServes("A");
    }

    [Fact]
    public async Task A_host_that_is_away_before_a_deployment_refuses_it_and_nothing_is_changed()
    {
        await DeployedAsync("A");
        Two.Away = true;
        One.Calls.Clear();
        var result = await _world.DeployAsync("B");
        result.Failure.Should().Be(Failure.Unreachable);
        result.Summary.Should().Contain("two: the connection was cut");
        One.Calls.Should().Equal("reach");
        _world.Releases.Find("B").Should().BeNull();
    }

    [Fact]
    public async Task A_host_that_goes_away_after_the_first_switch_leaves_the_other_with_the_old_release_and_is_named()
    {
        await DeployedAsync("A");
        Two.Trouble = call => Two.Away || call != "switch to Green" ? null : Gone();
        var result = await _world.DeployAsync("B");
        result.Failure.Should().Be(Failure.PersonNeeded);
        result.Summary.Should().Contain("A is serving again on one; not put in order: two: the connection was cut");
        result.NextStep.Should().Contain("deployrunner resume");
        _world.Serving.Should().Be("A");
        One.Running.Should().ContainSingle();

        Two.Away = false;
        (await _world.ResumeAsync()).Failure.Should().BeNull();
        EachServes("A");
    }

    [Fact]
    public async Task Hosts_that_were_left_with_different_releases_serve_the_current_one_before_a_rollback_or_deployment_begins()
    {
        await LeftWithDifferentReleasesAsync();
        (await _world.RollbackAsync()).Summary.Should().Contain("A is stable");
        _world.Events.OfType<Warning>().Should().Contain(warning => warning.Text.Contains(
            "the hosts differ (one: blue has the traffic, two: green has the traffic); A serves from blue", StringComparison.Ordinal));
        EachServes("A");

        await LeftWithDifferentReleasesAsync();
        foreach (var target in _world.Targets) target.Calls.Clear();
        (await _world.DeployAsync("C")).Failure.Should().BeNull();
        Two.Calls.Should().ContainInOrder("switch to Blue", "stop Green", "start Green C", "switch to Green");
        EachServes("C");
    }

    [Fact]
    public async Task A_host_that_is_lost_after_the_promotion_is_named_and_changes_no_verdict()
    {
        await DeployedAsync("A");
        Two.Trouble = call => call == "drain Blue" ? Gone() : null;
        var result = await _world.DeployAsync("B");
        result.Failure.Should().BeNull();
        _world.Events.OfType<Warning>().Should().Contain(warning => warning.Text.Contains(
            "B is stable, but cleaning up after the old release failed: two: the connection was cut", StringComparison.Ordinal));
        One.Running.Should().ContainSingle("the other host is cleaned up all the same");

        Two.Away = false;
        (await _world.DeployAsync("C")).Failure.Should().BeNull();
        EachServes("C");
    }

    [Theory]
    [InlineData("smoke of the candidate")]
    [InlineData("smoke through the public door")]
    public async Task A_new_host_gets_the_candidate_and_goes_back_to_the_release_that_the_others_serve(string asked)
    {
        await DeployedAsync("A");
        // As a host that was never part of it.
        await Two.DownAsync(new(One.HighestToken), removeData: true, TestContext.Current.CancellationToken);
        One.Calls.Clear();
        _world.Gates.OnHost = (gate, host) => gate == asked && host == "two" ? Verdict.Fail : Verdict.Pass;
        (await _world.DeployAsync("B")).Failure.Should().Be(Failure.CandidateFailed);
        EachServes("A");
        One.Calls.Should().NotContain("start Blue A", "what serves is not started anew because it lacks elsewhere");
        _world.History.WhyUnfit("A").Should().BeNull("a release is not dead that runs on another host");

        _world.Gates.OnHost = (_, _) => Verdict.Pass;
        (await _world.DeployAsync("C")).Failure.Should().BeNull();
        EachServes("C");
    }

    [Fact]
    public async Task A_reason_of_one_host_is_named_with_it_and_one_of_all_hosts_once()
    {
        One.Reasons.Add("there is no Dockerfile");
        Two.Reasons.AddRange(["there is no Dockerfile", "port 8088 is taken"]);
        (await _world.DeployAsync("A")).Summary.Should().Be("preflight refused: there is no Dockerfile; two: port 8088 is taken");
    }

    [Fact]
    public async Task A_release_whose_migrations_cannot_be_undone_is_kept_on_both_hosts_and_the_old_one_serves_on_both()
    {
        One.LatestStep["B"] = 1;
        One.Irreversible.Add("B");
        await DeployedAsync("A");
        Two.Trouble = call => call == "switch to Green" ? Broken() : null;
        var result = await _world.DeployAsync("B");
        result.Failure.Should().Be(Failure.PersonNeeded);
        result.Summary.Should().Contain("both slots were kept");
        foreach (var target in _world.Targets)
        {
            World.ServingOn(target).Should().Be("A");
            target.Running.Should().HaveCount(2);
        }
    }

    [Fact]
    public async Task A_newer_runner_on_any_host_ends_this_one()
    {
        await DeployedAsync("A");
        Two.Trouble = call => call == "switch to Green" ? new EngineException(Failure.Locked, "token 1 is older than 2", "stop") : null;
        One.Calls.Clear();
        (await _world.DeployAsync("B")).Failure.Should().Be(Failure.Locked);
        One.Calls.Should().NotContain("switch to Blue", "whose the hosts are now is the newer runner's to say");
    }

    [Fact]
    public async Task Everything_on_both_hosts_goes_down()
    {
        await DeployedAsync("A");
        await new ChainBridge.Engine.Runs.Deployments(_world.Context()).DownAsync(removeData: false, TestContext.Current.CancellationToken);
        foreach (var target in _world.Targets) target.Running.Should().BeEmpty();
    }

    private static EngineException Broken() => new(Failure.Refused, "the edge is broken", "look at it");

    private EngineException Gone()
    {
        Two.Away = true;
        return new(Failure.Unreachable, "the connection was cut", "look at the network");
    }

    /// <summary>The second host was switched when it went away, and is back with what did not pass.</summary>
    private async Task LeftWithDifferentReleasesAsync()
    {
        Two.Trouble = _ => null;
        if (_world.History.Current is null || One.Active != Slot.Blue) await DeployedAsync("A");
        _world.Gates.OnHost = (gate, host) =>
        {
            if (gate != "smoke through the public door") return Verdict.Pass;
            Two.Away = true;
            return host == "one" ? Verdict.Fail : Verdict.Pass;
        };
        (await _world.DeployAsync($"B{_world.History.Deployments.Count}")).Failure.Should().Be(Failure.PersonNeeded);
        (Two.Away, _world.Gates.OnHost) = (false, (_, _) => Verdict.Pass);
        One.Active.Should().NotBe(Two.Active);
    }

    private void EachServes(string version)
    {
        foreach (var target in _world.Targets)
        {
            World.ServingOn(target).Should().Be(version);
            target.Running.Should().ContainSingle();
            target.Working.Should().Equal(target.Active!.Value);
        }
    }

    private async Task DeployedAsync(string version) => (await _world.DeployAsync(version)).Failure.Should().BeNull();
}
