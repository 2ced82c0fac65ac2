using ChainBridge.Engine.Hosts;
using ChainBridge.Engine.Events;
using ChainBridge.Engine.Gates;
using ChainBridge.Engine.Model;
using ChainBridge.Engine.Runs;
using ChainBridge.Engine.Steps;
using ChainBridge.Engine.State;
using ChainBridge.Tests.Unit.Engine.Runs;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.Engine.Strategies;

public sealed class DeployTests : IDisposable
{
    private readonly World _world = new();

    public void Dispose() => _world.Dispose();

    [Fact]
    public async Task A_release_that_passes_is_promoted_and_the_old_one_is_retired()
    {
        (await _world.DeployAsync("A")).Failure.Should().BeNull();
        (await _world.DeployAsync("B")).Failure.Should().BeNull();

        _world.Serving.Should().Be("B");
        _world.Target.Running.Should().ContainSingle();
        _world.History.Current.Should().Be("B");
        _world.History.RollbackTarget.Should().Be("A");
    }

    [Fact]
    public async Task The_calls_of_a_second_deployment_are_the_runbook()
    {
        await _world.DeployAsync("A");
        _world.Target.Calls.Clear();
        await _world.DeployAsync("B");

        string.Join('\n', _world.Target.Calls).Should().Be("""
            reach
            preflight
            build B
            forget builds
            active?
            supervised?
            inspect Blue
            inspect Green
            alive in Green?
            prepare
            run pay of B: status
            active?
            figures of Blue
            start Green B
            inspect Green
            address of Green
            alive in Blue?
            stop post of Blue
            start post of Green B
            inspect Green
            connect to Green
            switch to Green
            public address
            inspect Green
            public address
            figures of Green
            figures of Blue
            inspect Green
            figures of Green
            inspect Green
            figures of Green
            drain Blue
            stop Blue
            retain B,A drop 
            """);
    }

    [Theory]
    [InlineData("smoke of the candidate")]
    [InlineData("smoke through the public door")]
    public async Task Two_bad_releases_in_a_row_both_go_back_to_the_last_stable_one(string failingGate)
    {
        await _world.DeployAsync("A");
        _world.Gates.Opinion = (gate, version) => gate == failingGate && version is not "A" ? Verdict.Fail : Verdict.Pass;

        var b = await _world.DeployAsync("B");
        var c = await _world.DeployAsync("C");

        b.Failure.Should().Be(Failure.CandidateFailed);
        c.Failure.Should().Be(Failure.CandidateFailed);
        b.Summary.Should().Contain("A is serving again");
        c.Summary.Should().Contain("A is serving again");
        _world.Serving.Should().Be("A");
        _world.Target.Running.Should().ContainSingle();
        _world.History.Stable.Should().Equal("A");
    }

    [Fact]
    public async Task A_candidate_that_does_not_start_never_gets_traffic()
    {
        await _world.DeployAsync("A");
        _world.Target.FailsToStart.Add("B");
        _world.Target.Calls.Clear();

        (await _world.DeployAsync("B")).Failure.Should().Be(Failure.CandidateFailed);

        _world.Target.Calls.Should().NotContain(call => call.StartsWith("switch", StringComparison.Ordinal));
        _world.Serving.Should().Be("A");
    }

    [Fact]
    public async Task A_first_release_that_fails_is_stopped_and_there_is_no_previous_one()
    {
        _world.Target.FailsToStart.Add("A");
        var result = await _world.DeployAsync("A");

        result.Failure.Should().Be(Failure.NoPreviousRelease);
        result.Summary.Should().Contain("no previous release");
        _world.Target.Running.Should().BeEmpty();
    }

    [Fact]
    public async Task A_release_after_a_first_failure_can_still_succeed()
    {
        _world.Gates.Opinion = (gate, version) => version == "A" && gate == "smoke through the public door" ? Verdict.Fail : Verdict.Pass;
        (await _world.DeployAsync("A")).Failure.Should().Be(Failure.NoPreviousRelease);
        (await _world.DeployAsync("B")).Failure.Should().BeNull();
        _world.Serving.Should().Be("B");
    }

    [Fact]
    public async Task A_way_back_that_fails_stops_and_calls_a_person()
    {
        await _world.DeployAsync("A");
        _world.Gates.Opinion = (gate, _) =>
            gate is "smoke through the public door" or "smoke of the old release" ? Verdict.Fail : Verdict.Pass;
        _world.Target.Calls.Clear();

        var result = await _world.DeployAsync("B");

        result.Failure.Should().Be(Failure.PersonNeeded);
        _world.Target.Calls.Count(call => call.StartsWith("switch", StringComparison.Ordinal))
            .Should().Be(2, "there and back, never a loop");
    }

    [Fact]
    public async Task A_digest_that_is_not_the_recorded_one_is_never_a_success()
    {
        await _world.DeployAsync("A");
        _world.Target.Tampered.Add("B");

        var result = await _world.DeployAsync("B");

        result.Failure.Should().Be(Failure.PersonNeeded);
        result.Summary.Should().Contain("sha256:other").And.Contain("A is serving again");
        _world.Serving.Should().Be("A");
        _world.Target.Running.Should().ContainSingle("the candidate is stopped");
    }

    [Theory]
    [InlineData(Verdict.Fail, Failure.GateFailed)]
    [InlineData(Verdict.Inconclusive, Failure.Inconclusive)]
    public async Task An_integration_gate_that_does_not_pass_leaves_the_target_alone(Verdict verdict, Failure? expected)
    {
        _world.Gates.Opinion = (gate, _) => gate == "integration" ? verdict : Verdict.Pass;
        (await _world.DeployAsync("A")).Failure.Should().Be(expected);
        _world.Target.Calls.Should().Equal("reach", "preflight", "build A", "forget builds");
    }

    [Fact]
    public async Task Skipping_tests_skips_the_integration_gate_and_not_the_smoke()
    {
        var asked = new List<string>();
        _world.Gates.Opinion = (gate, _) =>
        {
            asked.Add(gate);
            return Verdict.Pass;
        };
        await _world.DeployAsync("A", new DeployOptions(SkipTests: true));
        asked.Should().Equal("smoke of the candidate", "smoke through the public door");
    }

    [Fact]
    public async Task A_reason_not_to_start_is_refused_with_all_reasons()
    {
        _world.Target.Reasons.AddRange(["port 8088 is taken by nginx", "the disk is full"]);
        var result = await _world.DeployAsync("A");
        result.Failure.Should().Be(Failure.Refused);
        result.Summary.Should().Contain("nginx").And.Contain("disk");
    }

    [Fact]
    public async Task A_target_that_is_away_is_exit_18()
    {
        _world.Target.Unreachable = true;
        (await _world.DeployAsync("A")).Failure.Should().Be(Failure.Unreachable);
    }

    [Fact]
    public async Task A_lock_held_by_another_runner_is_exit_15_and_names_its_user()
    {
        await using var held = await _world.Lock.AcquireAsync("bob", "there", 7, "deploy", TestContext.Current.CancellationToken);
        var result = await _world.DeployAsync("A");
        result.Failure.Should().Be(Failure.Locked);
        result.Summary.Should().Contain("bob").And.Contain("there");
        _world.Target.Calls.Should().Equal("reach");
    }

    [Fact]
    public async Task A_runner_whose_token_is_outdated_touches_nothing_more()
    {
        await _world.DeployAsync("A");
        var stolen = false;
        _world.Gates.Opinion = (gate, _) =>
        {
            if (gate == "smoke of the candidate" && !stolen)
            {
                stolen = true;
                _world.Target.PrepareAsync(new FencingToken(99), CancellationToken.None);
                _world.Target.Calls.Clear();
            }

            return Verdict.Pass;
        };
        (await _world.DeployAsync("B")).Failure.Should().Be(Failure.Locked);
        _world.Target.Calls.Should().NotContain(call => call == "stop Blue" || call == "stop Green");
        _world.Target.Working.Should().Equal([Slot.Blue], "an order with an older token stops no worker");
        _world.Serving.Should().Be("A");
    }

    [Fact]
    public async Task A_runner_that_loses_its_lock_before_there_is_a_candidate_reports_that_and_not_an_interruption()
    {
        _world.Instant = () =>
        {
            if (_world.Lock.Holder() is null || _world.Target.Calls[^1] != "prepare") return;
            File.Delete(Path.Combine(_world.State, "lock.json"));
            _world.Time.Advance(TargetLock.Lifetime);
            SpinWait.SpinUntil(() => _world.Target.Given.IsCancellationRequested, TimeSpan.FromSeconds(20)).Should().BeTrue();
        };
        (await _world.DeployAsync("A")).Failure.Should().Be(Failure.Locked);
    }

    [Fact]
    public async Task Retention_keeps_the_newest_and_the_current_and_the_last_stable_release()
    {
        foreach (var version in new[] { "A", "B" }) await _world.DeployAsync(version);
        _world.Target.FailsToStart.UnionWith(["C", "D", "E"]);
        foreach (var version in new[] { "C", "D", "E" }) await _world.DeployAsync(version);
        await _world.RollbackAsync();
        _world.Releases.All().Select(release => release.Version).Should().Contain(["A", "E", "D", "C"]);
        await _world.DeployAsync("F");
        _world.Releases.All().Select(release => release.Version).Should().Equal("F", "E", "D", "A");
    }

    [Fact]
    public async Task Only_one_service_is_built_and_the_release_is_still_the_whole_set()
    {
        await _world.DeployAsync("A");
        await _world.DeployAsync("B", new DeployOptions(Only: ["pay"]));
        var release = _world.Releases.Find("B")!;
        release.Artifacts["pay"].Digest.Should().Be("sha256:pay-B");
        release.Artifacts["door"].Digest.Should().Be("sha256:door-A");
        (await _world.DeployAsync("C", new DeployOptions(Only: ["pai"]))).Failure.Should().Be(Failure.Usage);
    }

    [Fact]
    public async Task Each_limit_raises_one_alert()
    {
        _world.Manifest = _world.Manifest
            with { Alerts = new(TimeSpan.FromTicks(1), 10, TimeSpan.FromMilliseconds(1), 0, TimeSpan.FromDays(7), 1) };
        await _world.DeployAsync("A");
        _world.Events.Clear();
        _world.Target.FailsToStart.Add("B");
        await _world.DeployAsync("B");
        _world.Events.OfType<Alert>().Select(alert => alert.Name)
            .Should().Equal("deployment-longer-than", "image-larger-than", "rolled-back-more-than");
    }

    [Fact]
    public async Task The_journal_has_a_line_before_and_after_each_effect()
    {
        await _world.DeployAsync("A");
        var entries = new Journal(new LocalFiles(), _world.State).Read().Entries;
        entries[0].Event.Should().Be(JournalEvent.DeploymentBegun);
        entries[^1].Event.Should().Be(JournalEvent.DeploymentEnded);
        entries[^1].Outcome.Should().Be(Outcome.Promoted);
        entries.Where(entry => entry.Event == JournalEvent.StepBegun).Select(entry => entry.Step)
            .Should().Equal(entries.Where(entry => entry.Event == JournalEvent.StepEnded).Select(entry => entry.Step));
    }
}
