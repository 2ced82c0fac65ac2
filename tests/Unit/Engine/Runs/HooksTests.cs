using ChainBridge.Engine.Events;
using ChainBridge.Engine.Gates;
using ChainBridge.Engine.Manifest;
using ChainBridge.Engine.Model;
using ChainBridge.Engine.Runs;
using ChainBridge.Engine.Steps;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.Engine.Runs;

/// <summary>The team's own commands around the parts of a run.</summary>
public sealed class HooksTests
{
    [Fact]
    public async Task Hooks_run_around_their_part_of_the_run_with_the_release_in_their_environment()
    {
        using var world = new World();
        await world.DeployAsync("A");
        world.Hooks(("warm", true, HookPoint.Switch), ("announce", false, HookPoint.Promote), ("early", true, HookPoint.Build));
        (await world.DeployAsync("B")).Failure.Should().BeNull();

        Steps(world).Should().ContainInOrder("Preflight", "Hook early", "Build", "SmokeCandidate", "Hook warm", "StopWorkers", "Switch",
            "Promote", "Hook announce", "Drain");
        world.HookProcess.Ran.Select(ran => ran.Command[0]).Should().Equal("early", "warm", "announce");
        world.HookProcess.Ran[0].Environment.Should().Contain("CHAINBRIDGE_VERSION", "B").And.Contain("CHAINBRIDGE_SLOT", null);
        world.HookProcess.Ran[1].Environment.Should().Contain("CHAINBRIDGE_HOOK", "before-switch").And.Contain("CHAINBRIDGE_VERSION", "B")
            .And.Contain("CHAINBRIDGE_PREVIOUS_VERSION", "A").And.Contain("CHAINBRIDGE_SLOT", "green")
            .And.Contain("CHAINBRIDGE_COMMIT", "1a2b3c4d5e6f").And.ContainKey("CHAINBRIDGE_DIGEST_PAY");
    }

    [Fact]
    public async Task A_hook_that_fails_before_anything_is_changed_ends_the_run_there()
    {
        using var world = new World();
        world.Hooks(("early", true, HookPoint.Build));
        world.HookProcess.Fails = "early";
        var result = await world.DeployAsync("A");
        result.Failure.Should().Be(Failure.GateFailed);
        result.Summary.Should().Contain("hook early").And.Contain("exit code 7").And.Contain("the last words");
        world.Target.Running.Should().BeEmpty();
    }

    [Fact]
    public async Task A_hook_that_fails_takes_the_candidate_back_and_the_way_back_runs_no_hook_but_those_of_a_failure()
    {
        using var world = new World();
        await world.DeployAsync("A");
        world.Hooks(("warm", true, HookPoint.Switch), ("back", true, HookPoint.Stop), ("page", false, HookPoint.Failure));
        world.HookProcess.Fails = "warm";
        (await world.DeployAsync("B")).Failure.Should().Be(Failure.CandidateFailed);
        world.Serving.Should().Be("A");
        world.HookProcess.Ran.Select(ran => ran.Command[0]).Should().Equal("warm", "page");
        world.HookProcess.Ran[^1].Environment.Should().Contain("CHAINBRIDGE_FAILURE", "CandidateFailed")
            .And.Contain(variable => variable.Key == "CHAINBRIDGE_SUMMARY" && variable.Value!.Contains("A is serving again"));
    }

    [Fact]
    public async Task A_hook_that_fails_once_the_release_is_stable_is_a_warning()
    {
        using var world = new World();
        world.Hooks(("announce", false, HookPoint.Promote));
        world.HookProcess.Fails = "announce";
        (await world.DeployAsync("A")).Failure.Should().BeNull();
        world.Serving.Should().Be("A");
        world.Events.OfType<Warning>().Should().Contain(warning => warning.Text.Contains("a hook failed", StringComparison.Ordinal));
        world.Events.OfType<StepEnded>().Should().Contain(ended => ended.Step == StepKind.Retain);
    }

    [Fact]
    public async Task A_hook_of_a_failure_that_fails_itself_changes_no_verdict()
    {
        using var world = new World();
        world.Hooks(("page", false, HookPoint.Failure));
        world.HookProcess.Fails = "page";
        world.Gates.Opinion = (gate, _) => gate == "integration" ? Verdict.Fail : Verdict.Pass;
        (await world.DeployAsync("A")).Failure.Should().Be(Failure.GateFailed);
        world.Events.OfType<Warning>().Should().Contain(warning => warning.Text.Contains("hook page", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_runner_that_dies_in_a_hook_leaves_what_a_resume_finishes_with_the_hooks_that_are_left()
    {
        using var world = new World();
        await world.DeployAsync("A");
        world.Hooks(("after start", false, HookPoint.Start), ("warm", true, HookPoint.Switch));
        world.HookProcess.Before = program =>
        {
            if (program != "warm") return;
            // From now on the runner can write and change nothing more.
            world.Instant = () => throw new Died();
            throw new Died();
        };
        await FluentActions.Awaiting(() => world.DeployAsync("B")).Should().ThrowAsync<Died>();
        (world.Instant, world.HookProcess.Before) = (() => { }, _ => { });
        world.HookProcess.Ran.Clear();
        (await world.ResumeAsync()).Failure.Should().BeNull();
        world.Serving.Should().Be("B");
        world.HookProcess.Ran.Select(ran => ran.Command[0]).Should()
            .Equal(["after start", "warm"], "a hook of a run that died proves nothing");
    }

    [Fact]
    public async Task A_release_whose_hook_failed_before_its_runner_died_is_not_promoted_by_a_resume()
    {
        using var world = new World();
        await world.DeployAsync("A");
        world.Hooks(("check", false, HookPoint.Start));
        world.HookProcess.Fails = "check";
        world.HookProcess.Before = _ => world.Instant = () => throw new Died();
        await FluentActions.Awaiting(() => world.DeployAsync("B")).Should().ThrowAsync<Died>();
        (world.Instant, world.HookProcess.Before) = (() => { }, _ => { });
        (await world.ResumeAsync()).Failure.Should().Be(Failure.CandidateFailed);
        world.Serving.Should().Be("A");
    }

    [Fact]
    public async Task A_hook_that_does_not_end_is_stopped_when_its_time_is_over()
    {
        var folder = Directory.CreateTempSubdirectory("chainbridge-hook-").FullName;
        var gate = new HookGate(new GateProcess(), TimeProvider.System, folder, folder);
        var hook = new HookSpec("slow", true, HookPoint.Switch, ["sleep", "600"], TimeSpan.FromMilliseconds(300));
        var result = await gate.RunAsync(hook, new Dictionary<string, string?>(), TestContext.Current.CancellationToken);
        result.Verdict.Should().Be(Verdict.Fail);
        result.Summary.Should().Contain("did not end within 0.3 s");
        var missing = await gate.RunAsync(hook with { Run = ["./not-there"] }, new Dictionary<string, string?>(),
            TestContext.Current.CancellationToken);
        missing.Summary.Should().Contain("exit code 127").And.Contain("could not be started");
        Directory.Delete(folder, recursive: true);
    }

    [Theory]
    [InlineData("{ before: switch, after: promote, run: [x] }", "this hook is for before and after")]
    [InlineData("{ run: [x] }", "this hook does not say when it is run")]
    [InlineData("{ before: failure, run: [x] }", "expected one of preflight,")]
    [InlineData("{ after: swich, run: [x] }", "'swich'")]
    [InlineData("{ after: switch, run: [] }", "the hook names no program")]
    [InlineData("{ after: switch }", "lacks 'run'")]
    [InlineData("{ after: switch, run: [x], onn: y }", "unknown key 'onn' in hooks[0]")]
    public void A_hook_that_cannot_be_meant_is_refused_with_its_place(string hook, string problem)
    {
        var text = $$"""
            project: shop
            services: { api: { image: shop/api, public: true } }
            gates: { smoke: { probes: [{ path: / }] } }
            environments: { staging: { target: process } }
            hooks:
              - {{hook}}
            """;
        var problems = ManifestReader.Parse(text, "chainbridge.yml", "/chainbridge.yml", _ => null).Problems;
        problems.Should().ContainSingle().Which.ToString().Should().StartWith("chainbridge.yml:6:").And.Contain(problem);
    }

    private sealed class Died : Exception;

    private static IEnumerable<string> Steps(World world) => world.Events.OfType<StepEnded>()
        .Select(ended => ended.Step == StepKind.Hook ? $"Hook {ended.Service}" : ended.Step.ToString());
}
