using ChainBridge.Engine.Events;
using ChainBridge.Engine.Manifest;
using ChainBridge.Engine.Model;
using ChainBridge.Engine.State;
using ChainBridge.Engine.Steps;
using ChainBridge.Tests.Unit.Engine.Runs;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.Engine.Strategies;

/// <summary>A candidate gets the traffic in shares, and is compared with the old release at each.</summary>
public sealed class CanaryTests : IDisposable
{
    private readonly World _world = new();
    private readonly SharedTraffic _traffic;

    public CanaryTests() => _traffic = SharedTraffic.Of(_world);

    public void Dispose() => _world.Dispose();

    [Fact]
    public async Task A_good_candidate_walks_through_the_shares_before_the_work_and_everything_move()
    {
        await DeployedAsync("A");
        (await _world.DeployAsync("B")).Failure.Should().BeNull();
        _world.Target.Calls.Should().ContainInOrder("start Green B", "address of Green", "share 5 to Green", "figures of Blue",
            "figures of Green", "share 75 to Green", "stop post of Blue", "start post of Green B", "switch to Green", "drain Blue",
            "stop Blue");
        _world.Target.Shares.Should().Be(Shares.All(Slot.Green));
        (_world.Serving, _world.History.Current).Should().Be(("B", "B"));
        _world.Events.OfType<StepEnded>().Select(ended => ended.Step).Should().ContainInOrder(StepKind.SmokeCandidate, StepKind.Shift,
            StepKind.Compare, StepKind.Shift, StepKind.Compare, StepKind.StopWorkers, StepKind.Switch, StepKind.SmokePublic);
        Lines(StepKind.Shift).Select(line => line.Detail).Skip(1).Should().Equal("5 %", "75 %");
        _world.Events.OfType<GateFinished>().Select(gate => gate.Result).Where(gate => gate.Gate == "canary").Should().HaveCount(2)
            .And.Contain(gate => gate.Summary.StartsWith("B at 5 %: 0 of ", StringComparison.Ordinal)
                && gate.Summary.Contains("p99 19.8 ms, 19.8 ms beside it"));
    }

    [Theory]
    [InlineData("failing", "worse: 200 of ")]
    [InlineData("slow", "worse: p99 ")]
    [InlineData("hanging", "worse: 200 of ")]
    public async Task A_worse_candidate_is_taken_back_at_its_first_share(string fault, string evidence)
    {
        await DeployedAsync("A");
        if (fault == "failing") _traffic.Failing = version => version == "B" ? 0.2 : 0;
        if (fault == "slow") _traffic.Slower = version => version == "B" ? 1.3 : 1;
        if (fault == "hanging") _traffic.Hanging = version => version == "B" ? 0.2 : 0;

        var result = await _world.DeployAsync("B");

        result.Failure.Should().Be(Failure.CandidateFailed);
        result.Summary.Should().Contain("canary: fail: B at 5 %").And.Contain(evidence).And.Contain("A is serving again");
        _world.Target.Calls.Should().ContainInOrder("share 5 to Green", "switch to Blue", "stop Green")
            .And.NotContain(["share 75 to Green", "switch to Green", "stop post of Blue"]);
        (_world.Serving, _world.Target.Shares.Alone).Should().Be(("A", Slot.Blue));
        _world.Target.Running.Should().ContainSingle();
    }

    [Fact]
    public async Task A_candidate_that_turns_bad_at_a_share_above_a_half_is_taken_back_from_there()
    {
        await DeployedAsync("A");
        _traffic.Failing = version => version == "B" && _world.Target.Shares.Of(Slot.Green) == 75 ? 0.2 : 0;
        (await _world.DeployAsync("B")).Failure.Should().Be(Failure.CandidateFailed);
        _world.Target.Calls.Should().ContainInOrder("share 75 to Green", "switch to Blue", "stop Green");
        _world.Target.Shares.Should().Be(Shares.All(Slot.Blue));
    }

    [Fact]
    public async Task Too_little_traffic_is_inconclusive_and_the_candidate_waits_without_a_share()
    {
        await DeployedAsync("A");
        _traffic.Rate = 40;
        var result = await _world.DeployAsync("B");
        result.Failure.Should().Be(Failure.Inconclusive);
        result.Summary.Should().Contain("not enough data to compare them").And.Contain("B waits in slot green, A is serving");
        _world.Target.Shares.Should().Be(Shares.All(Slot.Blue));
        _world.Target.Running.Should().HaveCount(2);

        (await _world.PromoteAsync()).Failure.Should().BeNull("a person decided");
        _world.Serving.Should().Be("B");
        _world.Events.OfType<Warning>().Should().Contain(warning => warning.Text.Contains("promoted all the same"));
    }

    [Fact]
    public async Task A_release_that_a_person_lets_in_walks_through_the_shares_and_goes_back_when_it_is_worse()
    {
        await DeployedAsync("A");
        (await _world.DeployAsync("B", new DeployOptions(Approve: true))).Failure.Should().BeNull();
        _world.Target.Calls.Should().NotContain(call => call.StartsWith("share", StringComparison.Ordinal));
        _traffic.Failing = version => version == "B" ? 0.2 : 0;
        (await _world.PromoteAsync()).Failure.Should().Be(Failure.CandidateFailed);
        _world.Target.Calls.Should().ContainInOrder("share 5 to Green", "switch to Blue");
        _world.Serving.Should().Be("A");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_edge_that_cannot_report_what_it_counted_is_inconclusive(bool restarted)
    {
        await DeployedAsync("A");
        var looks = 0;
        _traffic.Start = () => _world.Target.Shares.AreSplit && ++looks > 4
            ? restarted ? "second start" : throw new EngineException(Failure.Unreachable, "the edge is away", "start it")
            : "first start";
        var result = await _world.DeployAsync("B");
        result.Failure.Should().Be(Failure.Inconclusive);
        result.Summary.Should().Contain(restarted ? "the edge was started again meanwhile" : "the edge is away");
        _world.Target.Shares.Should().Be(Shares.All(Slot.Blue));
    }

    [Fact]
    public async Task An_edge_that_is_silent_for_one_look_is_asked_again()
    {
        await DeployedAsync("A");
        var looks = 0;
        _traffic.Start = () => _world.Target.Shares.AreSplit && ++looks == 4
            ? throw new EngineException(Failure.Unreachable, "the edge is away", "start it") : "first start";
        (await _world.DeployAsync("B")).Failure.Should().BeNull();
        _world.Events.OfType<Note>().Should().Contain(note => note.Text == "not answered: the edge is away");
    }

    [Fact]
    public async Task A_first_release_has_nothing_to_be_compared_with_and_that_is_shown_and_recorded()
    {
        await DeployedAsync("A");
        _world.Target.Calls.Should().NotContain(call => call.StartsWith("share", StringComparison.Ordinal));
        _world.Events.OfType<Note>().Should().ContainSingle(note =>
            note.Text == "canary skipped: there is no release to compare with; A gets all the traffic at once");
        Lines(StepKind.Shift).Should().ContainSingle().Which.Detail.Should().Be("skipped: there is no release to compare with");
        Lines(StepKind.Compare).Should().BeEmpty();
    }

    [Fact]
    public async Task A_dead_release_gets_no_more_requests_for_the_sake_of_a_comparison()
    {
        await DeployedAsync("A");
        _world.Target.Dead.Add("A");
        (await _world.DeployAsync("B")).Failure.Should().BeNull();
        _world.Target.Calls.Should().NotContain(call => call.StartsWith("share", StringComparison.Ordinal));
        _world.Events.OfType<Note>().Should().Contain(note => note.Text.StartsWith("canary skipped: the release beside it is dead"));
    }

    [Fact]
    public async Task A_rollback_moves_all_the_traffic_at_once()
    {
        await DeployedAsync("A");
        await DeployedAsync("B");
        _world.Target.Calls.Clear();
        (await _world.RollbackAsync()).Failure.Should().BeNull();
        _world.Target.Calls.Should().Contain("switch to Blue").And.NotContain(call => call.StartsWith("share", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_release_whose_migrations_cannot_be_undone_keeps_its_slot_and_loses_its_share()
    {
        (_world.Target.LatestStep["A"], _world.Target.LatestStep["B"]) = (1, 2);
        await DeployedAsync("A");
        _world.Target.Irreversible.Add("B");
        _traffic.Failing = version => version == "B" ? 0.2 : 0;
        var result = await _world.DeployAsync("B");
        result.Failure.Should().Be(Failure.PersonNeeded);
        result.Summary.Should().Contain("both slots were kept");
        _world.Target.Running.Should().HaveCount(2);
        _world.Target.Shares.Should().Be(Shares.All(Slot.Blue));
    }

    [Fact]
    public async Task A_runner_that_lost_the_target_to_a_newer_one_changes_no_more_shares()
    {
        await DeployedAsync("A");
        _traffic.Failing = _ =>
        {
            if (_world.Target.Shares.AreSplit) _world.Target.PrepareAsync(new FencingToken(99), CancellationToken.None);
            return 0;
        };
        (await _world.DeployAsync("B")).Failure.Should().Be(Failure.Locked);
        _world.Target.Shares.Of(Slot.Green).Should().Be(5, "the newer runner puts it in order");
        _world.Target.Calls[^1].Should().Be("share 75 to Green", "it was refused, and nothing is tried after it");
    }

    [Fact]
    public async Task Shares_that_a_failed_way_back_left_end_before_a_slot_is_used_again()
    {
        await DeployedAsync("A");
        _traffic.Failing = version => version == "B" ? 0.2 : 0;
        var away = false;
        _world.Instant = () =>
        {
            if (away || _world.Target.Calls[^1] != "logs of Green") return;
            away = true;
            throw new IOException("the host is away");
        };
        (await _world.DeployAsync("B")).Failure.Should().Be(Failure.PersonNeeded);
        _world.Target.Shares.AreSplit.Should().BeTrue();
        _world.Target.Calls.Clear();
        (await _world.DeployAsync("C")).Failure.Should().BeNull();
        _world.Target.Calls.Should().ContainInOrder("switch to Blue", "start Green C", "share 5 to Green");
        _world.Serving.Should().Be("C");
    }

    [Fact]
    public async Task Hooks_run_once_before_the_first_share_and_once_after_the_last_comparison()
    {
        await DeployedAsync("A");
        _world.Hooks(("before", true, HookPoint.Canary), ("after", false, HookPoint.Canary));
        (await _world.DeployAsync("B")).Failure.Should().BeNull();
        _world.HookProcess.Ran.Select(ran => ran.Command[0]).Should().Equal("before", "after");
        _world.Events.OfType<StepEnded>().Select(ended => ended.Step == StepKind.Hook ? ended.Service : $"{ended.Step}").Should()
            .ContainInOrder("SmokeCandidate", "before", "Shift", "Compare", "Shift", "Compare", "after", "StopWorkers");
    }

    private async Task DeployedAsync(string version) => (await _world.DeployAsync(version)).Failure.Should().BeNull();

    private IEnumerable<JournalEntry> Lines(StepKind step) => new Journal(new ChainBridge.Engine.Hosts.LocalFiles(), _world.State).Read()
        .Entries.Where(entry => entry.Event == JournalEvent.StepBegun && entry.Step == step);
}
