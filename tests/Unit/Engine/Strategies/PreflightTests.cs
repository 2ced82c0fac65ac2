using ChainBridge.Engine.Checks;
using ChainBridge.Engine.Events;
using ChainBridge.Engine.Gates;
using ChainBridge.Engine.Model;
using ChainBridge.Engine.State;
using ChainBridge.Engine.Steps;
using ChainBridge.Tests.Unit.Engine.Runs;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.Engine.Strategies;

/// <summary>What is asked before a deployment, and what is left out by command.</summary>
public sealed class PreflightTests : IDisposable
{
    private readonly World _world = new();

    public void Dispose() => _world.Dispose();

    [Fact]
    public async Task Checks_that_find_problems_refuse_the_deployment_with_all_of_them_and_nothing_is_changed()
    {
        await _world.DeployAsync("A");
        var (calls, entries) = (_world.Target.Calls.Count, _world.Journal.Read().Entries.Count);
        _world.Target.Reasons.Add("port 8088 is taken");
        Add("disk", CheckResult.Problem("only 1 MB is free", "make room"));
        Add("branch", CheckResult.Problem("on feature/x", "git switch main"));
        Add("commit", CheckResult.CouldNotAsk("build: queued, still running", "wait for it"));

        var refused = await _world.DeployAsync("B");

        refused.Failure.Should().Be(Failure.Refused);
        refused.Summary.Should().Contain("port 8088 is taken").And.Contain("disk: only 1 MB is free").And.Contain("branch: on feature/x")
            .And.Contain("commit could not be asked: build: queued, still running");
        refused.NextStep.Should().Contain("disk: make room").And.Contain("branch: git switch main");
        _world.Target.Calls.Skip(calls).Should().Equal("reach", "preflight");
        _world.Serving.Should().Be("A");
        _world.Releases.Find("B").Should().BeNull();
        var written = _world.Journal.Read().Entries.Skip(entries).ToList();
        written.Select(entry => (entry.Event, entry.Step)).Should().Equal((JournalEvent.DeploymentBegun, null),
            (JournalEvent.StepBegun, StepKind.Preflight), (JournalEvent.StepEnded, StepKind.Preflight),
            (JournalEvent.DeploymentEnded, (StepKind?)null));
        _world.History.Deployments[^1].End!.Refused.Should().BeTrue();
        _world.History.Current.Should().Be("A");
        _world.Lock.Holder().Should().BeNull();
    }

    [Fact]
    public async Task A_check_that_ends_with_a_warning_refuses_no_deployment()
    {
        Add("edge", CheckResult.Warning("an old one", "replace it"));
        (await _world.DeployAsync("A")).Failure.Should().BeNull();
        var gate = _world.Events.OfType<GateFinished>().First(gate => gate.Result.Gate == "preflight").Result;
        (gate.Verdict, gate.Evidence.Single().Verdict).Should().Be((Verdict.Pass, Verdict.Pass));
    }

    [Fact]
    public async Task Checks_that_could_not_be_asked_are_inconclusive_and_never_a_pass()
    {
        Add("disk", CheckResult.Ok("plenty"));
        Add("commit", CheckResult.CouldNotAsk("GitHub answered 503", "try again"));
        var result = await _world.DeployAsync("A");
        result.Failure.Should().Be(Failure.Inconclusive);
        result.Summary.Should().Be("preflight is inconclusive: commit could not be asked: GitHub answered 503");
        _world.Target.Calls.Should().Equal("reach", "preflight");
        var gate = _world.Events.OfType<GateFinished>().Single().Result;
        (gate.Gate, gate.Verdict).Should().Be(("preflight", Verdict.Inconclusive));
        gate.Evidence.Select(piece => (piece.Asked, piece.Verdict)).Should()
            .Equal(("disk", Verdict.Pass), ("commit", Verdict.Inconclusive));
    }

    [Fact]
    public async Task A_host_that_is_away_is_exit_18_also_when_a_check_found_that()
    {
        _world.Checks.Add(new("disk", () => throw new EngineException(Failure.Unreachable, "the connection was cut", "look at the host")));
        (await _world.DeployAsync("A")).Failure.Should().Be(Failure.Unreachable);
    }

    [Fact]
    public async Task Checks_that_end_well_are_shown_and_the_release_has_no_mark()
    {
        Add("disk", CheckResult.Ok("plenty"));
        var done = await _world.DeployAsync("A");
        done.Failure.Should().BeNull();
        done.Summary.Should().NotContain("--skip");
        _world.Events.OfType<GateFinished>().First().Result.Verdict.Should().Be(Verdict.Pass);
        _world.Releases.Find("A")!.Skipped.Should().BeEmpty();
        File.ReadAllText(Path.Combine(_world.State, Journal.LinesFile)).Should().NotContain("skipped");
    }

    [Fact]
    public async Task A_preflight_that_is_skipped_asks_no_check_but_what_makes_a_deployment_impossible()
    {
        Add("disk", CheckResult.Problem("only 1 MB is free", "make room"));
        var skipping = new DeployOptions(SkipPreflight: true);
        (await _world.DeployAsync("A", skipping)).Failure.Should().BeNull();
        _world.Target.Reasons.Add("port 8088 is taken");
        (await _world.DeployAsync("B", skipping)).Failure.Should().Be(Failure.Refused);
    }

    [Fact]
    public async Task A_release_keeps_the_marks_of_what_was_skipped_when_it_comes_back_or_is_deployed_again()
    {
        var done = await _world.DeployAsync("A", new DeployOptions(SkipTests: true, SkipPreflight: true));
        done.Summary.Should().Contain("A is stable").And.EndWith("(deployed with --skip-preflight, --skip-tests)");
        _world.Events.OfType<Warning>().Select(warning => warning.Text).Should()
            .Contain(text => text.StartsWith("--skip-tests")).And.Contain(text => text.StartsWith("--skip-preflight"));
        await _world.DeployAsync("B");
        (await _world.RollbackAsync()).Summary.Should().EndWith("(deployed with --skip-preflight, --skip-tests)");
        _world.History.Skipped("A").Should().Equal("preflight", "tests");
        _world.History.Skipped("B").Should().BeEmpty();
        _world.History.Deployments.Select(deployment => string.Join(' ', deployment.Skipped)).Should().Equal("preflight tests", "", "");

        await _world.DeployAsync("B");
        await _world.DeployAsync("A");
        _world.Releases.Find("A")!.Skipped.Should().Equal(["preflight", "tests"], "a mark is never taken away");
        await _world.DeployAsync("B", new DeployOptions(SkipTests: true));
        _world.Releases.Find("B")!.Skipped.Should().Equal(["tests"], "and is added to a release that has none");
    }

    [Fact]
    public async Task A_deployment_that_was_refused_marks_no_release()
    {
        await _world.DeployAsync("A");
        _world.Target.Reasons.Add("port 8088 is taken");
        await _world.DeployAsync("A", new DeployOptions(SkipTests: true));
        _world.Releases.Find("A")!.Skipped.Should().BeEmpty();
        _world.History.Skipped("A").Should().BeEmpty();
        _world.History.Deployments[^1].Skipped.Should().Equal("tests");
    }

    private void Add(string name, CheckResult result) => _world.Checks.Add(new(name, () => new Answers(result)));

    private sealed class Answers(CheckResult result) : ICheck
    {
        public Task<CheckResult> AskAsync(CancellationToken cancellationToken) => Task.FromResult(result);
    }
}
