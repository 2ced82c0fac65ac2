using ChainBridge.Engine.Gates;
using ChainBridge.Engine.Model;
using ChainBridge.Engine.Runs;
using ChainBridge.Engine.Steps;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.Engine.Runs;

public sealed class WayBackTests : IDisposable
{
    private readonly World _world = new();

    public void Dispose() => _world.Dispose();

    [Fact]
    public async Task A_release_that_passes_between_two_crashes_is_not_promoted()
    {
        await _world.DeployAsync("A");
        _world.Target.CrashLoops.Add("B");

        var b = await _world.DeployAsync("B");

        b.Failure.Should().Be(Failure.CandidateFailed);
        b.Summary.Should().Contain("died and was started again (2 times)").And.Contain("A is serving again");
        _world.History.Stable.Should().Equal("A");
    }

    [Fact]
    public async Task Migrations_of_a_failed_release_are_undone()
    {
        await StableA();
        _world.Target.LatestStep["B"] = 3;
        FailPublicSmokeOf("B");

        (await _world.DeployAsync("B")).Failure.Should().Be(Failure.CandidateFailed);

        _world.Target.Database["pay"].Should().Be(1);
        _world.Serving.Should().Be("A");
    }

    [Fact]
    public async Task Migrations_that_cannot_be_undone_freeze_with_both_slots_kept()
    {
        await StableA();
        _world.Target.LatestStep["B"] = 3;
        _world.Target.Irreversible.Add("B");
        FailPublicSmokeOf("B");

        var result = await _world.DeployAsync("B");

        result.Failure.Should().Be(Failure.PersonNeeded);
        result.Summary.Should().Contain("both slots were kept");
        _world.Target.Running.Values.Select(release => release.Version).Should().BeEquivalentTo("A", "B");
        _world.Target.Database["pay"].Should().Be(3);
    }

    [Fact]
    public async Task A_frozen_environment_goes_back_to_the_stable_release_on_command()
    {
        await StableA();
        _world.Target.LatestStep["B"] = 3;
        _world.Target.Irreversible.Add("B");
        FailPublicSmokeOf("B");
        await _world.DeployAsync("B");
        _world.Serving.Should().Be("B", "it was frozen where it stood");

        (await _world.RollbackAsync()).Failure.Should().BeNull();

        _world.Serving.Should().Be("A");
        _world.Target.Running.Should().ContainSingle();
        (await _world.RollbackAsync("A")).Failure.Should().Be(Failure.NoSuchRelease, "now A is the current release again");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_dead_runner_that_left_migrations_without_a_way_back_blocks_no_later_run_for_ever(bool rollback)
    {
        await StableA();
        _world.Target.LatestStep["B"] = 3;
        _world.Target.LatestStep["C"] = 3;
        _world.Target.Irreversible.Add("B");
        _world.Instant = () =>
        {
            if (_world.Target.Active == Slot.Green) throw new Died();
        };
        await FluentActions.Awaiting(() => _world.DeployAsync("B")).Should().ThrowAsync<Died>();
        _world.Instant = () => { };

        (await _world.DeployAsync("C")).Should()
            .Match<FlowResult>(result => result.Failure == Failure.PersonNeeded && result.Summary.Contains("both slots were kept"));

        (rollback ? await _world.RollbackAsync() : await _world.DeployAsync("C")).Failure.Should().BeNull("a person decided");
        _world.Serving.Should().Be(rollback ? "A" : "C");
    }

    [Fact]
    public async Task A_waiting_candidate_with_migrations_without_a_way_back_blocks_no_later_deploy()
    {
        await StableA();
        _world.Target.LatestStep["B"] = 3;
        _world.Target.LatestStep["C"] = 3;
        _world.Target.Irreversible.Add("B");
        await _world.DeployAsync("B", new DeployOptions(Approve: true));

        (await _world.DeployAsync("C")).Failure.Should().Be(Failure.PersonNeeded, "that B's migrations stay is reported once");
        (await _world.DeployAsync("C")).Failure.Should().BeNull();
        _world.Serving.Should().Be("C");
    }

    [Fact]
    public async Task A_deploy_that_fails_after_a_way_back_that_failed_still_goes_back_to_the_stable_release()
    {
        await StableA();
        _world.Gates.Opinion = (gate, version) =>
        {
            if (gate != "smoke through the public door" || version != "B") return Verdict.Pass;
            _world.Target.Before = _ => throw new IOException("the engine is gone");
            return Verdict.Fail;
        };
        (await _world.DeployAsync("B")).Failure.Should().Be(Failure.PersonNeeded);
        _world.Serving.Should().Be("B", "no run could take it away");

        _world.Target.FailsToStart.Add("C");
        (await _world.DeployAsync("C")).Failure.Should().Be(Failure.CandidateFailed);
        _world.Serving.Should().Be("A");
        _world.Target.Running.Should().ContainSingle();
    }

    [Fact]
    public async Task An_old_release_that_was_gone_is_started_again_on_the_way_back()
    {
        await StableA();
        _world.Gates.Opinion = (gate, version) =>
        {
            if (gate == "smoke through the public door" && version == "B")
                _world.Target.Running.Remove(ChainBridge.Engine.Model.Slot.Blue);
            return version == "B" && gate == "smoke through the public door" ? Verdict.Fail : Verdict.Pass;
        };
        (await _world.DeployAsync("B")).Failure.Should().Be(Failure.CandidateFailed);
        _world.Serving.Should().Be("A");
    }

    [Fact]
    public async Task An_edge_that_is_gone_is_started_again_on_the_way_back()
    {
        await StableA();
        var gone = false;
        _world.Target.Trouble = call =>
        {
            if (call == "prepare") gone = false;
            return gone && (call == "active?" || call.StartsWith("switch", StringComparison.Ordinal))
                ? new EngineException(Failure.Unreachable, "the edge does not run", "deploy starts it again")
                : null;
        };
        _world.Gates.Opinion = (gate, version) =>
        {
            if (gate != "smoke through the public door" || version != "B") return Verdict.Pass;
            gone = true;
            return Verdict.Fail;
        };

        var result = await _world.DeployAsync("B");

        result.Failure.Should().Be(Failure.CandidateFailed);
        result.Summary.Should().Contain("A is serving again");
        _world.Serving.Should().Be("A");
        _world.Target.Running.Should().ContainSingle();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_edge_that_ends_while_the_old_release_is_proved_is_started_again_and_the_way_back_goes_on(bool beforeItIsAsked)
    {
        await StableA();
        var gone = false;
        _world.Target.Trouble = call =>
        {
            gone &= call != "prepare";
            return null;
        };
        _world.Target.AskedForDoors = () =>
        {
            if (gone && beforeItIsAsked) throw new EngineException(Failure.Unreachable, "the edge does not run", "deploy starts it");
        };
        _world.Gates.Opinion = (gate, version) =>
            (gone |= gate == "smoke through the public door" && version == "B") ? Verdict.Fail : Verdict.Pass;

        var result = await _world.DeployAsync("B");

        result.Failure.Should().Be(Failure.CandidateFailed, result.Summary);
        result.Summary.Should().Contain("A is serving again");
        _world.Serving.Should().Be("A");
        _world.Target.Running.Should().ContainSingle();
    }

    [Fact]
    public async Task A_target_that_stays_away_on_the_way_back_is_for_a_person_whose_resume_finishes_the_way_back()
    {
        await StableA();
        _world.Gates.Opinion = (gate, version) =>
        {
            if (gate != "smoke through the public door" || version != "B") return Verdict.Pass;
            _world.Target.Away = true;
            return Verdict.Fail;
        };

        var result = await _world.DeployAsync("B");

        result.Failure.Should().Be(Failure.PersonNeeded);
        result.Summary.Should().Contain("the way back failed: the connection was cut");
        _world.Target.Away = false;
        _world.Serving.Should().Be("B", "no run could take it away");

        (await _world.ResumeAsync()).Failure.Should().BeNull();

        _world.Serving.Should().Be("A");
        _world.Target.Running.Should().ContainSingle();
        _world.Target.Working.Should().Equal([_world.Target.Active!.Value]);
    }

    [Fact]
    public async Task The_logs_of_the_failed_candidate_are_kept()
    {
        await StableA();
        _world.Target.FailsToStart.Add("B");
        await _world.DeployAsync("B");
        Directory.GetFiles(Path.Combine(_world.State, "evidence"), "door.log", SearchOption.AllDirectories).Should().ContainSingle();
    }

    [Theory]
    [InlineData("smoke of the candidate")]
    [InlineData("smoke through the public door")]
    public async Task Inconclusive_waits_with_the_old_release_serving_and_promote_ends_it(string gate)
    {
        await StableA();
        _world.Gates.Opinion = (name, version) => name == gate && version == "B" ? Verdict.Inconclusive : Verdict.Pass;

        (await _world.DeployAsync("B")).Failure.Should().Be(Failure.Inconclusive);
        _world.Serving.Should().Be("A");
        _world.History.Waiting!.Version.Should().Be("B");
        _world.History.IsStable("B").Should().BeFalse();

        (await new Deployments(_world.Context()).PromoteAsync(TestContext.Current.CancellationToken)).Failure.Should().BeNull();
        _world.Serving.Should().Be("B");
        _world.History.Waiting.Should().BeNull();
        _world.Target.Running.Should().ContainSingle();
    }

    [Fact]
    public async Task A_deploy_for_approval_waits_and_abort_takes_it_away()
    {
        await StableA();
        (await _world.DeployAsync("B", new DeployOptions(Approve: true))).Failure.Should().BeNull();
        _world.Serving.Should().Be("A");

        (await new Deployments(_world.Context()).AbortAsync(TestContext.Current.CancellationToken)).Failure.Should().BeNull();
        _world.Serving.Should().Be("A");
        _world.Target.Running.Should().ContainSingle();
        (await new Deployments(_world.Context()).PromoteAsync(TestContext.Current.CancellationToken))
            .Failure.Should().Be(Failure.NoSuchRelease);
    }

    [Fact]
    public async Task A_promoted_candidate_that_fails_in_public_goes_back()
    {
        await StableA();
        await _world.DeployAsync("B", new DeployOptions(Approve: true));
        FailPublicSmokeOf("B");
        (await new Deployments(_world.Context()).PromoteAsync(TestContext.Current.CancellationToken))
            .Failure.Should().Be(Failure.CandidateFailed);
        _world.Serving.Should().Be("A");
    }

    [Fact]
    public async Task A_new_deploy_supersedes_one_that_waits()
    {
        await StableA();
        await _world.DeployAsync("B", new DeployOptions(Approve: true));
        (await _world.DeployAsync("C")).Failure.Should().BeNull();
        _world.Serving.Should().Be("C");
        _world.History.Deployments.Single(deployment => deployment.Version == "B").End!.Outcome.Should().Be(Outcome.Aborted);
    }

    private async Task StableA()
    {
        _world.Target.LatestStep["A"] = 1;
        _world.Target.LatestStep["B"] = 1;
        await _world.DeployAsync("A");
        _world.Target.Database["pay"].Should().Be(1);
    }

    private sealed class Died : Exception;

    private void FailPublicSmokeOf(string bad) =>
        _world.Gates.Opinion = (gate, version) => version == bad && gate == "smoke through the public door" ? Verdict.Fail : Verdict.Pass;
}
