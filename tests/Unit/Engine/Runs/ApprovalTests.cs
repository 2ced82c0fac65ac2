using ChainBridge.Engine.Gates;
using ChainBridge.Engine.Model;
using ChainBridge.Engine.Runs;
using ChainBridge.Engine.State;
using ChainBridge.Engine.Steps;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.Engine.Runs;

/// <summary>A candidate that waits for a person may be promoted for as long as the manifest said when it began to wait.</summary>
public sealed class ApprovalTests : IDisposable
{
    private static readonly TimeSpan Day = TimeSpan.FromHours(24);

    private readonly World _world = new();

    public ApprovalTests() => Within(Day);

    public void Dispose() => _world.Dispose();

    [Fact]
    public async Task A_candidate_in_its_time_is_promoted()
    {
        await WaitingBAsync();
        _world.Time.Advance(Day - TimeSpan.FromMinutes(1));

        (await _world.PromoteAsync()).Failure.Should().BeNull();
        _world.Serving.Should().Be("B");
    }

    [Fact]
    public async Task A_candidate_whose_time_is_over_is_not_promoted_and_nothing_changes()
    {
        var waits = await WaitingBAsync();
        waits.Summary.Should().Contain("waits until 2026-11-25 10:00:00Z");
        _world.Time.Advance(Day);
        var before = _world.Target.Calls.Count;

        var late = await _world.PromoteAsync();

        late.Failure.Should().Be(Failure.NoSuchRelease);
        late.Summary.Should().Be("B waited for promote until 2026-11-25 10:00:00Z, which is over");
        late.NextStep.Should().Contain("deploy again").And.Contain("deployrunner abort");
        _world.Target.Calls.Skip(before).Should().Equal("reach");
        _world.Serving.Should().Be("A");
        _world.History.Waiting!.Version.Should().Be("B", "it stays until a command takes it away");
    }

    [Fact]
    public async Task An_abort_takes_an_expired_candidate_away()
    {
        await WaitingBAsync();
        _world.Time.Advance(Day);

        (await new Deployments(_world.Context()).AbortAsync(TestContext.Current.CancellationToken)).Failure.Should().BeNull();
        OnlyAIsLeft();
    }

    [Fact]
    public async Task The_next_deployment_takes_an_expired_candidate_away()
    {
        await WaitingBAsync();
        _world.Time.Advance(Day);
        _world.Target.LatestStep["C"] = 1;

        (await _world.DeployAsync("C")).Failure.Should().BeNull();
        _world.Serving.Should().Be("C");
        _world.Target.Running.Should().ContainSingle();
        _world.Target.Database["pay"].Should().Be(1, "B's migration was undone");
        _world.History.Waiting.Should().BeNull();
    }

    [Fact]
    public async Task The_journal_keeps_the_time_that_the_manifest_gave_when_the_wait_began()
    {
        await WaitingBAsync();
        Within(TimeSpan.FromDays(30));
        _world.Time.Advance(Day);

        _world.Journal.Read().Entries.Last(entry => entry.Outcome == Outcome.Waiting).Until.Should()
            .BeCloseTo(new DateTimeOffset(2026, 11, 25, 10, 0, 0, TimeSpan.Zero), TimeSpan.FromSeconds(1));
        (await _world.PromoteAsync()).Failure.Should().Be(Failure.NoSuchRelease);
    }

    [Fact]
    public async Task A_manifest_without_the_key_gives_any_time()
    {
        Within(null);
        (await WaitingBAsync()).Summary.Should().EndWith("without traffic and waits");
        _world.Time.Advance(TimeSpan.FromDays(365));
        Within(Day);

        (await _world.PromoteAsync()).Failure.Should().BeNull();
    }

    [Fact]
    public async Task A_candidate_that_waits_because_the_evidence_was_inconclusive_has_the_same_time()
    {
        await StableAAsync();
        _world.Gates.Opinion = (gate, version) => version == "B" ? Verdict.Inconclusive : Verdict.Pass;
        (await _world.DeployAsync("B")).Summary.Should().Contain("waits in slot green until 2026-11-25 10:00:00Z, A is serving");
        _world.Time.Advance(Day);

        (await _world.PromoteAsync()).Failure.Should().Be(Failure.NoSuchRelease);
    }

    [Fact]
    public async Task A_promotion_that_was_inconclusive_gives_no_more_time()
    {
        await WaitingBAsync();
        _world.Time.Advance(Day / 2);
        _world.Hooks(("models", Before: true, ChainBridge.Engine.Manifest.HookPoint.Promote));
        _world.HookProcess.Before = _ => throw new GateException(
            new GateResult("models", Verdict.Inconclusive, "could not be asked", [], null, TimeSpan.Zero));
        (await _world.PromoteAsync()).Summary.Should().Contain("until 2026-11-25 10:00:00Z");
        _world.HookProcess.Before = _ => { };
        _world.Time.Advance(Day / 2);

        (await _world.PromoteAsync()).Failure.Should().Be(Failure.NoSuchRelease);
    }

    [Fact]
    public async Task A_resumed_deployment_gives_its_candidate_the_time_from_when_it_begins_to_wait()
    {
        await StableAAsync();
        await KillWhenAsync(() => _world.Target.Running.ContainsKey(Slot.Green),
            () => _world.DeployAsync("B", new DeployOptions(Approve: true)));
        _world.Time.Advance(Day);

        (await _world.ResumeAsync()).Summary.Should().Contain("waits until 2026-11-26 10:00:00Z");
        (await _world.PromoteAsync()).Failure.Should().BeNull();
    }

    [Theory]
    [InlineData(false, "B")]
    [InlineData(true, "A")]
    public async Task A_promotion_that_began_in_time_is_finished_or_undone_by_a_resume_after_it(bool undo, string serving)
    {
        await WaitingBAsync();
        await KillWhenAsync(() => _world.Target.Active == Slot.Green, () => _world.PromoteAsync());
        _world.Time.Advance(Day);

        (await _world.ResumeAsync(undo)).Failure.Should().BeNull();
        _world.Serving.Should().Be(serving);
        _world.Target.Running.Should().ContainSingle();
    }

    private async Task KillWhenAsync(Func<bool> instant, Func<Task<FlowResult>> runner)
    {
        _world.Instant = () =>
        {
            if (instant()) throw new Died();
        };
        await FluentActions.Awaiting(runner).Should().ThrowAsync<Died>();
        _world.Instant = () => { };
    }

    private async Task StableAAsync()
    {
        _world.Target.LatestStep["A"] = 1;
        _world.Target.LatestStep["B"] = 2;
        (await _world.DeployAsync("A")).Failure.Should().BeNull();
    }

    private async Task<FlowResult> WaitingBAsync()
    {
        await StableAAsync();
        var waits = await _world.DeployAsync("B", new DeployOptions(Approve: true));
        waits.Outcome.Should().Be(Outcome.Waiting);
        return waits;
    }

    private void OnlyAIsLeft()
    {
        _world.Serving.Should().Be("A");
        _world.Target.Running.Should().ContainSingle();
        _world.Target.Database["pay"].Should().Be(1);
        _world.History.Waiting.Should().BeNull();
    }

    private void Within(TimeSpan? time) => _world.Manifest = _world.Manifest with
    {
        Environments = _world.Manifest.Environments.ToDictionary(
            environment => environment.Key, environment => environment.Value with { ApproveWithin = time }),
    };

    private sealed class Died : Exception;
}
