using ChainBridge.Engine.Events;
using ChainBridge.Engine.Gates;
using ChainBridge.Engine.Model;
using ChainBridge.Engine.Steps;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.Engine.Runs;

/// <summary>Where the manifest demands it, the old release is proved with the databases that the new one has moved.</summary>
public sealed class SmokePreviousTests : IDisposable
{
    private readonly World _world = new();

    public SmokePreviousTests() => _world.Change(gates => gates with { SmokePrevious = true });

    public void Dispose() => _world.Dispose();

    [Fact]
    public async Task A_migration_that_breaks_the_old_release_is_undone_before_the_candidate_starts()
    {
        await StableAAsync();
        BreakA();

        var result = await _world.DeployAsync("B");

        result.Failure.Should().Be(Failure.CandidateFailed);
        result.Summary.Should().Contain("smoke of A with the migrations of B: fail").And.EndWith("A is serving again");
        _world.Target.Calls.Should().NotContain("start Green B").And.ContainInOrder("run pay of B: up", "run pay of B: down 1");
        _world.Target.Database["pay"].Should().Be(1);
        _world.Serving.Should().Be("A");
        _world.Gates.Ran[^1].Should().Match<(string Gate, string Version, ChainBridge.Engine.Manifest.GateSpec)>(
            last => last.Gate == "smoke of the old release" && last.Version == "A", "it is proved once more with its own schema");
    }

    [Fact]
    public async Task A_manifest_that_does_not_demand_it_finds_out_on_the_way_back()
    {
        _world.Change(gates => gates with { SmokePrevious = false });
        await StableAAsync();
        BreakA(alsoB: true);

        (await _world.DeployAsync("B")).Failure.Should().Be(Failure.CandidateFailed, "the old release is proved with its own schema");
        _world.Target.Calls.Should().Contain("start Green B");
        _world.Target.Database["pay"].Should().Be(1);
        _world.Serving.Should().Be("A");
    }

    [Fact]
    public async Task A_migration_that_the_old_release_works_with_is_deployed()
    {
        await StableAAsync();
        (await _world.DeployAsync("B")).Failure.Should().BeNull();
        _world.Gates.Ran.Select(ran => ran.Gate).Should().ContainInOrder("smoke of A with the migrations of B", "smoke of the candidate");
        _world.Events.OfType<StepBegun>().Select(begun => begun.Step)
            .Should().ContainInOrder(StepKind.Migrate, StepKind.SmokePrevious, StepKind.StartSlot);
        _world.History.Deployments[^1].Plan.Should().ContainInOrder("Migrate", "SmokePrevious", "StartCandidate");
    }

    [Fact]
    public async Task A_release_that_moves_no_database_is_not_held_up()
    {
        await StableAAsync();
        _world.Target.LatestStep["B"] = 1;
        (await _world.DeployAsync("B")).Failure.Should().BeNull();
        _world.Gates.Ran.Should().NotContain(ran => ran.Gate.StartsWith("smoke of A"));
    }

    [Fact]
    public async Task A_first_release_has_no_old_one_to_ask()
    {
        await StableAAsync();
        _world.Gates.Ran.Should().NotContain(ran => ran.Gate.Contains("with the migrations"));
    }

    [Fact]
    public async Task Migrations_that_cannot_be_undone_are_left_to_a_person_when_the_old_release_does_not_work_with_them()
    {
        await StableAAsync();
        _world.Target.Irreversible.Add("B");
        BreakA();

        var result = await _world.DeployAsync("B");

        result.Failure.Should().Be(Failure.PersonNeeded);
        result.Summary.Should().Contain("the migrations of B cannot be undone");
        _world.Target.Calls.Should().NotContain("start Green B");
    }

    [Fact]
    public async Task An_old_release_that_could_not_be_asked_is_inconclusive_and_leaves_no_candidate_waiting()
    {
        await StableAAsync();
        _world.Gates.Opinion = (gate, _) => gate.Contains("with the migrations") ? Verdict.Inconclusive : Verdict.Pass;

        var result = await _world.DeployAsync("B");

        result.Failure.Should().Be(Failure.Inconclusive);
        result.Summary.Should().EndWith("A is serving again");
        _world.History.Waiting.Should().BeNull();
        _world.Target.Database["pay"].Should().Be(1);
        _world.Target.Running.Should().ContainSingle();
    }

    [Fact]
    public async Task A_current_release_that_died_is_not_asked()
    {
        await StableAAsync();
        _world.Target.Dead.Add("A");

        (await _world.DeployAsync("B")).Failure.Should().BeNull();
        _world.Gates.Ran.Should().NotContain(ran => ran.Gate.Contains("with the migrations"));
        _world.Events.OfType<Warning>().Should().Contain(warning => warning.Text.Contains("the current release is dead"));
    }

    [Fact]
    public async Task A_plan_shows_it_after_the_migration()
    {
        await StableAAsync();
        // A plan holds no lock, and only writes down what would be refused here.
        _world.Target.HighestToken = 0;
        var log = new PlanLog();
        await new ChainBridge.Engine.Runs.Deployments(_world.Context())
            .PlanAsync(new DeployOptions(Version: "B"), log, TestContext.Current.CancellationToken);
        var step = log.Steps.SkipWhile(step => step.Kind != StepKind.Migrate).ElementAt(1);
        step.Kind.Should().Be(StepKind.SmokePrevious);
        step.Notes.Should().Equal("only when a database was moved", "GET /health");
    }

    private async Task StableAAsync()
    {
        _world.Target.LatestStep["A"] = 1;
        _world.Target.LatestStep["B"] = 2;
        (await _world.DeployAsync("A")).Failure.Should().BeNull();
    }

    /// <summary>A answers with errors while its database is where B moves it.</summary>
    private void BreakA(bool alsoB = false) => _world.Gates.Opinion = (gate, version) =>
        (version == "A" && _world.Target.Database["pay"] == 2) || (alsoB && version == "B" && gate == "smoke of the candidate")
            ? Verdict.Fail : Verdict.Pass;
}
