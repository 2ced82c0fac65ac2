using ChainBridge.Engine.Hosts;
using ChainBridge.Engine.Events;
using ChainBridge.Engine.Gates;
using ChainBridge.Engine.Manifest;
using ChainBridge.Engine.Model;
using ChainBridge.Engine.State;
using ChainBridge.Engine.Traffic;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.Engine.Runs;

public sealed class ObservationTests : IDisposable
{
    private readonly World _world = new();

    public void Dispose() => _world.Dispose();

    [Fact]
    public async Task A_release_that_dies_while_it_is_observed_goes_back_and_the_evidence_names_the_service()
    {
        await _world.DeployAsync("A");
        OnProbe(3, () => _world.Target.Dead.Add("B"));

        var b = await _world.DeployAsync("B");

        b.Failure.Should().Be(Failure.CandidateFailed);
        b.Summary.Should().Contain("observation").And.Contain("door does not run any more").And.Contain("A is serving again");
        _world.Serving.Should().Be("A");
        _world.Target.Running.Should().ContainSingle();
        _world.History.Stable.Should().Equal("A");
    }

    [Fact]
    public async Task A_release_that_fails_one_request_in_five_goes_back_by_the_probes_when_there_is_no_traffic()
    {
        await _world.DeployAsync("A");
        var asked = 0;
        _world.Gates.Probed = (_, _) => ++asked % 5 == 0 ? Verdict.Fail : Verdict.Pass;

        var b = await _world.DeployAsync("B");

        b.Failure.Should().Be(Failure.CandidateFailed);
        b.Summary.Should().Contain("1 of 5 (20 %; maxFailedShare allows 2 %) probes failed; the first: GET /health: B answered");
    }

    [Theory]
    [InlineData(20, 0)]
    [InlineData(0, 20)]
    [InlineData(5, 5)]
    public async Task A_release_that_fails_its_users_goes_back_by_the_edges_own_count_of_the_window(int failed, int broken)
    {
        await _world.DeployAsync("A");
        var looks = 0;
        _world.Target.Counted = slot => slot == Slot.Green
            ? new SlotFigures("s", 1000 + (looks > 0 ? 100 : 0), 900 + (looks > 0 ? failed : 0), 50 + (looks++ > 0 ? broken : 0))
            : new SlotFigures("s", 0, 0, 0);

        var b = await _world.DeployAsync("B");

        b.Failure.Should().Be(Failure.CandidateFailed);
        b.Summary.Should().Contain("the edge's own count for slot green").And.Contain($"{failed + broken} of 100")
            .And.Contain($"{failed} answered with 500 or above, {broken} refused or broken off");
    }

    [Fact]
    public async Task Failures_before_the_window_and_a_share_within_the_limit_promote()
    {
        await _world.DeployAsync("A");
        _world.Change(gates => gates with { Observe = new ObserveSpec(TimeSpan.FromSeconds(1), TimeSpan.FromMilliseconds(10), 0.02) });
        var (asked, looks) = (0, 0);
        _world.Gates.Probed = (_, _) => ++asked % 50 == 0 ? Verdict.Fail : Verdict.Pass;
        _world.Target.Counted = slot => slot == Slot.Blue
            ? new SlotFigures("s", 0, 0, 0)
            : new SlotFigures("s", 500 + (looks > 0 ? 100 : 0), 400 + (looks++ > 0 ? 2 : 0), 0);

        (await _world.DeployAsync("B")).Failure.Should().BeNull();
        asked.Should().Be(100, "ten milliseconds apart, for a second");
    }

    [Fact]
    public async Task An_edge_that_answers_more_slowly_than_the_window_is_long_takes_nothing_of_the_window()
    {
        await _world.DeployAsync("A");
        _world.Change(gates => gates with { Observe = new ObserveSpec(TimeSpan.FromSeconds(1), TimeSpan.FromMilliseconds(10), 0.02) });
        var (asked, looks) = (0, 0);
        _world.Gates.Probed = (_, _) => { asked++; return Verdict.Pass; };
        _world.Target.Counted = slot =>
        {
            if (slot == Slot.Green && looks++ == 0) _world.Time.Advance(TimeSpan.FromSeconds(5));
            return new SlotFigures("s", 0, 0, 0);
        };

        (await _world.DeployAsync("B")).Failure.Should().BeNull();
        asked.Should().Be(100);
    }

    [Fact]
    public async Task Watching_ends_as_soon_as_it_is_clear_that_the_release_fails()
    {
        await _world.DeployAsync("A");
        _world.Change(gates => gates with { Observe = new ObserveSpec(TimeSpan.FromSeconds(1), TimeSpan.FromMilliseconds(10), 0.02) });
        var asked = 0;
        _world.Gates.Probed = (_, _) => ++asked > 0 ? Verdict.Fail : Verdict.Pass;
        (await _world.DeployAsync("B")).Failure.Should().Be(Failure.CandidateFailed);
        asked.Should().BeLessThan(10);
    }

    [Theory]
    [InlineData(false, "answers with an error at its health route")]
    [InlineData(null, "does not answer its health route")]
    public async Task A_service_that_is_unhealthy_twice_in_a_row_goes_back_and_one_that_recovers_does_not(bool? answer, string what)
    {
        await _world.DeployAsync("A");
        OnProbe(2, () => _world.Target.Health = version => version == "B" ? answer : true);
        var b = await _world.DeployAsync("B");
        (b.Failure, b.Summary).Should().Be((Failure.CandidateFailed, b.Summary));
        b.Summary.Should().Contain(what);

        var looks = 0;
        OnProbe(2, () => _world.Target.Health = version => version != "C" || ++looks > 2);
        (await _world.DeployAsync("C")).Failure.Should().BeNull("both services were unhealthy in one look only");
        looks.Should().BeGreaterThan(2);
    }

    [Fact]
    public async Task A_service_that_was_started_again_within_the_window_goes_back()
    {
        await _world.DeployAsync("A");
        OnProbe(1, () => _world.Target.CrashLoops.Add("B"));
        (await _world.DeployAsync("B")).Should().Match<ChainBridge.Engine.Steps.FlowResult>(b => b.Failure == Failure.CandidateFailed
            && b.Summary.Contains("was started again (2 times)"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_edge_that_cannot_report_what_it_counted_is_inconclusive_and_a_person_may_promote(bool restarted)
    {
        await _world.DeployAsync("A");
        var asked = 0;
        _world.Target.Counted = _ => restarted
            ? new SlotFigures($"start {asked++}", 0, 0, 0)
            : throw new EngineException(Failure.Unreachable, "the edge does not answer", "start it");

        var b = await _world.DeployAsync("B");

        b.Failure.Should().Be(Failure.Inconclusive);
        b.Summary.Should().Contain(restarted ? "the edge was started again during the observation" : "the edge does not answer");
        _world.Serving.Should().Be("A");
        (await _world.PromoteAsync()).Failure.Should().BeNull();
        _world.Serving.Should().Be("B");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task An_edge_that_does_not_answer_for_its_doors_is_inconclusive_and_a_person_may_promote(int time)
    {
        await _world.DeployAsync("A");
        var asked = 0;
        _world.Target.AskedForDoors = () =>
        {
            if (++asked == time) throw new EngineException(Failure.Unreachable, "the edge is away", "start it");
        };

        var b = await _world.DeployAsync("B");

        (b.Failure, _world.Serving).Should().Be((Failure.Inconclusive, "A"), b.Summary);
        b.Summary.Should().Contain("the edge is away");
        asked = 0;
        (await _world.PromoteAsync()).Failure.Should().BeNull();
        _world.Serving.Should().Be("B");
    }

    [Fact]
    public async Task A_candidate_that_was_approved_is_observed_too()
    {
        await _world.DeployAsync("A");
        await _world.DeployAsync("B", new ChainBridge.Engine.Steps.DeployOptions(Approve: true));
        OnProbe(2, () => _world.Target.Dead.Add("B"));
        (await _world.PromoteAsync()).Failure.Should().Be(Failure.CandidateFailed);
        _world.Serving.Should().Be("A");
    }

    [Fact]
    public async Task A_rollback_is_observed_for_the_recorded_time_and_a_person_is_called_when_its_release_fails()
    {
        await _world.DeployAsync("A");
        _world.Change(gates => gates with { Observe = gates.Observe with { For = TimeSpan.Zero } });
        await _world.DeployAsync("B");
        OnProbe(5, () => _world.Target.Dead.Add("A"));

        var rollback = await _world.RollbackAsync();

        rollback.Failure.Should().Be(Failure.PersonNeeded);
        rollback.NextStep.Should().Contain("deployrunner rollback VERSION");
        _world.Serving.Should().Be("B");
    }

    [Fact]
    public async Task A_first_release_that_fails_its_observation_is_stopped()
    {
        OnProbe(2, () => _world.Target.Dead.Add("A"));
        (await _world.DeployAsync("A")).Failure.Should().Be(Failure.NoPreviousRelease);
        _world.Target.Running.Should().BeEmpty();
    }

    [Fact]
    public async Task Switched_off_the_observation_asks_nothing_and_that_is_shown_and_recorded()
    {
        _world.Change(gates => gates with { Observe = gates.Observe with { For = TimeSpan.Zero } });
        _world.Gates.Probed = (_, _) => throw new InvalidOperationException("nothing is asked");
        (await _world.DeployAsync("A")).Failure.Should().BeNull();
        _world.Events.OfType<Warning>()
            .Should().ContainSingle().Which.Text.Should().Contain("nothing observes A").And.Contain("gates.observe.for is 0s");
        new Journal(new LocalFiles(), _world.State).Read().Entries.Should().ContainSingle(entry => entry.Event == JournalEvent.StepBegun
            && entry.Step == StepKind.Observe).Which.Detail.Should().Contain("switched off");
        _world.Releases.GatesOf("A")!.Observe.IsOff.Should().BeTrue();
    }

    [Fact]
    public async Task Only_probes_that_change_nothing_are_asked_steadily_and_the_health_route_where_there_are_none()
    {
        var asked = new List<string>();
        _world.Gates.Probed = (probe, _) =>
        {
            asked.Add($"{probe.Method} {probe.Path}");
            return Verdict.Pass;
        };
        var get = _world.Manifest.Gates.Smoke.Probes[0];
        _world.Change(gates => gates with { Smoke = gates.Smoke with { Probes =
        [
            get, get with { Method = "POST", Path = "/pay" }, get with { Path = "/b" }, get with { Path = "/fails", Status = 503 }
        ] } });
        await _world.DeployAsync("A");
        asked.Should().Equal("GET /health", "GET /b", "GET /health", "GET /b", "GET /health");

        asked.Clear();
        _world.Change(gates => gates with { Smoke = gates.Smoke with { Probes = [get with { Method = "POST", Path = "/pay" }] } });
        await _world.DeployAsync("B");
        asked.Should().OnlyContain(path => path == "GET /health");
    }

    [Fact]
    public async Task Probes_that_something_else_than_a_release_answered_are_inconclusive_beyond_the_share_that_may_fail()
    {
        await _world.DeployAsync("A");
        var asked = 0;
        _world.Gates.Probed = (_, _) => ++asked % 2 == 0 ? Verdict.Inconclusive : Verdict.Pass;

        var b = await _world.DeployAsync("B");

        b.Failure.Should().Be(Failure.Inconclusive);
        b.Summary.Should().Contain("could not be asked, the first: B answered");
        _world.Serving.Should().Be("A");
    }

    /// <summary>Does this when the observation sends its probe of this number.</summary>
    private void OnProbe(int number, Action action)
    {
        var asked = 0;
        _world.Gates.Probed = (_, _) =>
        {
            if (++asked == number) action();
            return Verdict.Pass;
        };
    }
}
