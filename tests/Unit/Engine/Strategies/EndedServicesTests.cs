using ChainBridge.Engine.Gates;
using ChainBridge.Engine.Model;
using ChainBridge.Engine.Steps;
using ChainBridge.Tests.Unit.Engine.Runs;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.Engine.Strategies;

/// <summary>
/// A service that ended before digests are compared: of the candidate it is the candidate's failure; of the release that must serve, and
/// with another digest in its place, it is for a person.
/// </summary>
public sealed class EndedServicesTests : IDisposable
{
    private World _world = new();

    public void Dispose() => _world.Dispose();

    [Fact]
    public async Task A_service_of_the_candidate_that_ended_before_its_digests_are_compared_takes_the_release_back()
    {
        await DeployedAsync("A");
        _world.Target.Dead.Add("B");
        var result = await _world.DeployAsync("B");
        result.Failure.Should().Be(Failure.CandidateFailed);
        result.Summary.Should().Be("slot green does not run B: door does not run; A is serving again");
        result.NextStep.Should().Contain("logs");
        _world.Serving.Should().Be("A");
        _world.Target.Running.Should().ContainSingle("the candidate is stopped");
    }

    [Fact]
    public async Task A_first_release_whose_service_ended_has_no_release_to_go_back_to()
    {
        _world.Target.Dead.Add("A");
        (await _world.DeployAsync("A")).Failure.Should().Be(Failure.NoPreviousRelease);
    }

    [Fact]
    public async Task Another_digest_beside_the_service_that_ended_needs_a_person()
    {
        await DeployedAsync("A");
        _world.Target.Dead.Add("B");
        _world.Target.Tampered.Add("B");
        var result = await _world.DeployAsync("B");
        result.Failure.Should().Be(Failure.PersonNeeded);
        result.Summary.Should().Contain("door does not run").And.Contain("sha256:other").And.Contain("A is serving again");
        result.NextStep.Should().Contain("--force-rebuild");
    }

    [Fact]
    public async Task A_candidate_whose_service_ended_while_it_waited_is_taken_back_by_its_promotion()
    {
        await DeployedAsync("A");
        (await _world.DeployAsync("B", new DeployOptions(Approve: true))).Failure.Should().BeNull();
        _world.Target.Dead.Add("B");
        (await _world.PromoteAsync()).Failure.Should().Be(Failure.CandidateFailed);
        _world.Serving.Should().Be("A");
    }

    [Fact]
    public async Task A_service_that_was_just_replaced_and_ended_takes_the_release_back()
    {
        _world.Dispose();
        _world = new World().Rolling();
        await DeployedAsync("A");
        EndsWhen("inspect Green", () => _world.Target.Calls[^1] == "start pay of Green B",
            () => _world.Target.Inner.Stopped(Slot.Green, ["pay"]));
        var result = await _world.DeployAsync("B");
        result.Failure.Should().Be(Failure.CandidateFailed);
        result.Summary.Should().Contain("pay does not run").And.Contain("A is serving again");
        _world.Serving.Should().Be("A");
    }

    [Fact]
    public async Task A_worker_of_the_candidate_that_ended_before_the_switch_takes_the_release_back_and_the_old_worker_has_its_work()
    {
        await DeployedAsync("A");
        EndsWhen("inspect Green", () => _world.Target.Calls[^1] == "start post of Green B",
            () => _world.Target.Working.Remove(Slot.Green));
        var result = await _world.DeployAsync("B");
        result.Failure.Should().Be(Failure.CandidateFailed);
        result.Summary.Should().Contain("post does not run");
        _world.Target.Calls.Should().NotContain("switch to Green");
        _world.Target.Working.Should().Equal(Slot.Blue);
    }

    [Fact]
    public async Task An_old_release_that_does_not_run_when_it_is_proved_on_the_way_back_needs_a_person()
    {
        await DeployedAsync("A");
        _world.Gates.Opinion = (gate, version) =>
        {
            if (gate != "smoke through the public door" || version != "B") return Verdict.Pass;
            _world.Target.Dead.Add("A");
            return Verdict.Fail;
        };
        var result = await _world.DeployAsync("B");
        result.Failure.Should().Be(Failure.PersonNeeded);
        result.Summary.Should().Contain("the way back failed: slot blue does not run A: door does not run");
    }

    /// <summary>Has something end just before a call, once.</summary>
    private void EndsWhen(string asked, Func<bool> now, Action end) => _world.Target.Trouble = call =>
    {
        if (call != asked || !now()) return null;
        end();
        _world.Target.Trouble = _ => null;
        return null;
    };

    private async Task DeployedAsync(string version) => (await _world.DeployAsync(version)).Failure.Should().BeNull();
}
