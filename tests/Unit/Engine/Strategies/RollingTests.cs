using ChainBridge.Engine.Events;
using ChainBridge.Engine.Gates;
using ChainBridge.Engine.Manifest;
using ChainBridge.Engine.Model;
using ChainBridge.Engine.State;
using ChainBridge.Engine.Steps;
using ChainBridge.Tests.Unit.Engine.Runs;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.Engine.Strategies;

/// <summary>Services that are replaced one by one: pay is called by door, which is public; post is a worker.</summary>
public sealed class RollingTests : IDisposable
{
    private static readonly string[] Changing = ["lay out", "lead", "start", "stop", "switch", "drain", "run pay of B: up"];
    private readonly World _world = new World().Rolling();

    public void Dispose() => _world.Dispose();

    [Fact]
    public async Task A_first_release_starts_as_a_whole()
    {
        await DeployedAsync("A");
        Changes().Should().Equal("start Blue A", "start post of Blue A", "switch to Blue");
    }

    [Fact]
    public async Task The_changes_of_a_second_deployment_are_the_runbook()
    {
        await DeployedAsync("A");
        _world.Target.Calls.Clear();
        await DeployedAsync("B");
        Changes().Should().Equal("lay out Green B", "lead post door pay to Blue", "start pay of Green B", "lead pay to Green",
            "stop pay of Blue", "start door of Green B", "stop post of Blue", "start post of Green B", "switch to Green", "drain Blue",
            "stop Blue");
        _world.Target.Inner.MostTwice.Should().Be(1);
        _world.Serving.Should().Be("B");
    }

    [Fact]
    public async Task A_rollback_replaces_services_one_by_one_as_well()
    {
        await DeployedAsync("A");
        await DeployedAsync("B");
        _world.Target.Calls.Clear();
        (await _world.RollbackAsync()).Failure.Should().BeNull();
        Changes().Should().StartWith(["lay out Blue A", "lead post door pay to Green", "start pay of Blue A", "lead pay to Blue",
            "stop pay of Green"]);
        _world.Serving.Should().Be("A");
    }

    [Fact]
    public async Task A_candidate_that_fails_at_the_door_gives_back_the_traffic_then_the_work_then_each_name()
    {
        await DeployedAsync("A");
        _world.Gates.Opinion = (gate, version) =>
            version == "B" && gate == "smoke through the public door" ? Verdict.Fail : Verdict.Pass;
        _world.Target.Calls.Clear();
        (await _world.DeployAsync("B")).Failure.Should().Be(Failure.CandidateFailed);
        Changes().SkipWhile(call => call != "switch to Green").Should().Equal("switch to Green", "switch to Blue", "stop post of Green",
            "start post of Blue A", "stop door of Green", "start pay of Blue A", "lead post door pay to Blue", "stop pay of Green",
            "stop Green");
        _world.Gates.Ran.Should().Contain(ran => ran.Gate == "smoke of the old release" && ran.Version == "A");
        _world.Target.Inner.MostTwice.Should().Be(1);
        _world.Serving.Should().Be("A");
    }

    [Fact]
    public async Task An_inner_service_that_does_not_start_is_taken_back_before_the_old_one_was_stopped()
    {
        await DeployedAsync("A");
        _world.Target.FailsToStart.Add("B");
        _world.Target.Calls.Clear();
        (await _world.DeployAsync("B")).Failure.Should().Be(Failure.CandidateFailed);
        _world.Target.Calls.Should().NotContain("stop pay of Blue");
        _world.Serving.Should().Be("A");
    }

    [Fact]
    public async Task A_candidate_that_cannot_be_judged_is_taken_back_because_the_old_release_is_not_whole_beside_it()
    {
        await DeployedAsync("A");
        _world.Gates.Opinion = (gate, version) => version == "B" && gate == "smoke of the candidate" ? Verdict.Inconclusive : Verdict.Pass;
        var result = await _world.DeployAsync("B");
        result.Failure.Should().Be(Failure.Inconclusive);
        result.Summary.Should().Contain("A is serving again");
        _world.History.Waiting.Should().BeNull();
        _world.Target.Running.Should().ContainSingle();
        _world.Serving.Should().Be("A");
    }

    [Fact]
    public async Task A_candidate_cannot_wait_for_a_person()
    {
        await DeployedAsync("A");
        _world.Target.Calls.Clear();
        var result = await _world.DeployAsync("B", new DeployOptions(Approve: true));
        result.Failure.Should().Be(Failure.Usage);
        result.NextStep.Should().Contain("without --approve");
        _world.Target.Calls.Should().BeEmpty();
    }

    [Fact]
    public async Task A_release_whose_migrations_cannot_be_undone_is_refused_before_anything_is_changed()
    {
        _world.Target.LatestStep["B"] = 1;
        await DeployedAsync("A");
        _world.Target.Irreversible.Add("B");
        _world.Target.Calls.Clear();
        var result = await _world.DeployAsync("B");
        result.Failure.Should().Be(Failure.Refused);
        result.Summary.Should().Contain("could not be taken back to A");
        Changes().Should().BeEmpty();
        _world.Serving.Should().Be("A");
    }

    [Fact]
    public async Task After_a_release_that_died_the_candidate_starts_as_a_whole()
    {
        await DeployedAsync("A");
        _world.Target.Dead.Add("A");
        _world.Target.Calls.Clear();
        await DeployedAsync("B");
        Changes().Should().Contain("start Green B").And.NotContain("lay out Green B");
    }

    [Fact]
    public async Task Inner_services_are_those_of_the_release_that_are_no_worker_and_behind_no_door_of_either_release()
    {
        await DeployedAsync("A");
        var (old, pay) = (_world.Releases.Find("A")!, _world.Manifest.Services["pay"]);
        string[] names = ["web", "api", "pay", "mail"];
        var release = old with
        {
            Version = "B", Doors = [new("default", "web", 8080)],
            Services = names.ToDictionary(name => name,
                name => pay with { Name = name, DependsOn = name == "api" ? ["mail"] : [], Worker = name == "mail" }),
        };
        Of(release, old).Inner.Should().Equal("api", "pay");
        Of(release with { Doors = [new("default", "api", 8080)] }, old).Inner.Should().Equal("web", "pay");
        Of(old, release).Inner.Should().Equal(["pay"], "post is a worker, and door is behind a door of the other release");
        (Of(release, old) with { Rolling = false }).Inner.Should().BeEmpty();

        static Attempt Of(Release release, Release previous) =>
            new("run", release, Slot.Green, Slot.Blue, previous, []) { Rolling = true };
    }

    [Fact]
    public async Task A_way_back_that_failed_is_finished_by_the_next_run_before_a_slot_is_used_again()
    {
        await DeployedAsync("A");
        _world.Gates.Opinion = (gate, version) =>
            version == "B" && gate == "smoke through the public door" ? Verdict.Fail : Verdict.Pass;
        _world.Target.Trouble = call => call == "start pay of Blue A" ? new(Failure.CandidateFailed, "the disk is full", "look") : null;
        (await _world.DeployAsync("B")).Failure.Should().Be(Failure.PersonNeeded);
        _world.Serving.Should().Be("A", "its door calls pay of B");
        _world.Target.Trouble = _ => null;
        (await _world.ResumeAsync()).Failure.Should().BeNull();
        _world.Serving.Should().Be("A");
        _world.Target.Inner.Up(Slot.Blue).Should().BeEquivalentTo("pay", "door");
        _world.Target.Running.Should().ContainSingle();
    }

    [Fact]
    public async Task Hooks_of_the_start_run_once_around_all_of_it()
    {
        await DeployedAsync("A");
        _world.Hooks(("before", true, HookPoint.Start), ("after", false, HookPoint.Start));
        await DeployedAsync("B");
        _world.Events.OfType<StepEnded>().Select(ended => ended.Step == StepKind.Hook ? ended.Service : $"{ended.Step}").Should()
            .ContainInOrder("before", "LayOut", "StartService", "StopService", "StartService", "Verify", "after", "SmokeCandidate");
    }

    [Fact]
    public async Task The_journal_has_each_service_and_that_the_slot_is_not_whole_beside_the_other()
    {
        await DeployedAsync("A");
        await DeployedAsync("B");
        var lines = new Journal(new ChainBridge.Engine.Hosts.LocalFiles(), _world.State).Read().Entries
            .Where(entry => entry is { Version: "B", Event: JournalEvent.StepBegun }).ToList();
        lines.Where(line => line.Step == StepKind.StopService).Should().ContainSingle()
            .Which.Should().Match<JournalEntry>(line => line.Service == "pay" && line.Slot == Slot.Blue && line.Rolling == true);
        lines.Where(line => line.Step == StepKind.MoveName).Select(line => line.Service).Should().Equal(null, "pay");
    }

    private async Task DeployedAsync(string version)
    {
        var result = await _world.DeployAsync(version);
        result.Failure.Should().BeNull(result.Summary);
    }

    private IEnumerable<string> Changes() => _world.Target.Calls.Where(call => Changing.Any(word =>
        call.StartsWith($"{word} ", StringComparison.Ordinal)));
}
