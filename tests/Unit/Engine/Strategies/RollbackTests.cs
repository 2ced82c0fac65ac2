using ChainBridge.Engine.Gates;
using ChainBridge.Engine.Model;
using ChainBridge.Tests.Unit.Engine.Runs;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.Engine.Strategies;

public sealed class RollbackTests : IDisposable
{
    private readonly World _world = new();

    public void Dispose() => _world.Dispose();

    [Fact]
    public async Task Rollback_starts_the_recorded_release_and_switches_to_it()
    {
        await Deploy("A", "B");
        _world.Target.Calls.Clear();
        (await _world.RollbackAsync()).Failure.Should().BeNull();
        _world.Serving.Should().Be("A");
        _world.Target.Running.Should().ContainSingle();
        _world.Target.Calls.Should().NotContain(call => call.StartsWith("build", StringComparison.Ordinal), "a rollback is no rebuild");
    }

    [Fact]
    public async Task A_rollback_of_a_rollback_goes_further_back_and_never_in_a_circle()
    {
        await Deploy("A", "B", "C");
        await _world.RollbackAsync();
        _world.Serving.Should().Be("B");
        await _world.RollbackAsync();
        _world.Serving.Should().Be("A");
        (await _world.RollbackAsync()).Failure.Should().Be(Failure.NoSuchRelease);
        _world.Serving.Should().Be("A");
    }

    [Fact]
    public async Task A_release_deployed_again_is_the_one_a_rollback_goes_back_to()
    {
        await Deploy("A", "B", "A", "C");
        await _world.RollbackAsync();
        _world.Serving.Should().Be("A", "it served before C; B was replaced on purpose");
    }

    [Theory]
    [InlineData("nothing-of-that-name")]
    [InlineData("../../etc")]
    [InlineData("bad")]
    [InlineData("B")]
    public async Task A_release_that_is_unknown_or_never_passed_or_current_is_exit_17(string version)
    {
        await Deploy("A", "B");
        _world.Target.FailsToStart.Add("bad");
        await _world.DeployAsync("bad");
        (await _world.RollbackAsync(version)).Failure.Should().Be(Failure.NoSuchRelease);
        _world.Serving.Should().Be("B");
    }

    [Fact]
    public async Task Force_takes_a_release_that_never_passed()
    {
        await Deploy("A");
        _world.Target.FailsToStart.Add("bad");
        await _world.DeployAsync("bad");
        _world.Target.FailsToStart.Clear();
        (await _world.RollbackAsync("bad", force: true)).Failure.Should().BeNull();
        _world.Serving.Should().Be("bad");
    }

    [Fact]
    public async Task A_rollback_target_that_fails_too_stops_with_a_person_needed_and_the_current_release_serving()
    {
        await Deploy("A", "B");
        _world.Gates.Opinion = (_, version) => version == "A" ? Verdict.Fail : Verdict.Pass;
        (await _world.RollbackAsync()).Failure.Should().Be(Failure.PersonNeeded);
        _world.Serving.Should().Be("B");
        _world.Target.Running.Should().ContainSingle();
    }

    [Fact]
    public async Task Images_changed_under_a_recorded_release_are_found_out()
    {
        await Deploy("A", "B");
        _world.Target.Tampered.Add("A");
        (await _world.RollbackAsync()).Failure.Should().Be(Failure.PersonNeeded);
        _world.Serving.Should().Be("B");
    }

    [Fact]
    public async Task Without_any_release_there_is_nothing_to_go_back_to() =>
        (await _world.RollbackAsync()).Failure.Should().Be(Failure.NoSuchRelease);

    [Fact]
    public async Task History_tells_refused_runs_from_failed_ones()
    {
        await _world.RollbackAsync();
        await using (await _world.Lock.AcquireAsync("bob", "there", 7, "deploy", TestContext.Current.CancellationToken))
            await _world.DeployAsync("A");
        _world.Gates.Opinion = (gate, _) => gate == "integration" ? Verdict.Fail : Verdict.Pass;
        await _world.DeployAsync("A");
        _world.History.Deployments.Select(deployment => deployment.OutcomeInWords).Should().Equal("refused", "refused", "failed");
    }

    [Fact]
    public async Task History_says_of_a_rollback_that_it_went_back_and_promoted_nothing_new()
    {
        await Deploy("A", "B");
        (await _world.RollbackAsync()).Failure.Should().BeNull();
        _world.History.Deployments.Select(deployment => (deployment.Version, deployment.OutcomeInWords))
            .Should().Equal(("A", "promoted"), ("B", "promoted"), ("A", "rolled back to"));
        _world.History.Current.Should().Be("A");
    }

    private async Task Deploy(params string[] versions)
    {
        foreach (var version in versions) (await _world.DeployAsync(version)).Failure.Should().BeNull();
    }
}
