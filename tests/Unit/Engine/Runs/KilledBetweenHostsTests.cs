using ChainBridge.Engine.Gates;
using ChainBridge.Engine.Model;
using ChainBridge.Engine.Runs;
using ChainBridge.Engine.Steps;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.Engine.Runs;

/// <summary>
/// The runner of two hosts ends at every instant there is, those between the call of the first and that of the second among them.
/// </summary>
public sealed class KilledBetweenHostsTests
{
    [Theory]
    [InlineData(true, false, false)]
    [InlineData(false, true, false)]
    [InlineData(false, true, true)]
    public async Task Killed_at_any_instant_and_run_again_both_hosts_end_with_the_same_release(
        bool firstIsGood, bool secondIsGood, bool rolling)
    {
        var differed = 0;
        for (var instant = 1; ; instant++)
        {
            using var world = await WorldWithA(rolling: rolling);
            Judge(world, firstIsGood);
            if (!await KilledRunnerTests.KillAsync(world, instant)) break;

            foreach (var target in world.Targets)
                World.ServingOn(target).Should().BeOneOf(["A", "B"], $"killed at instant {instant}, each host serves a release");
            if (world.Target.Active != world.Second!.Active) differed++;
            Judge(world, secondIsGood);
            var again = await world.DeployAsync("B");
            (again.Failure ?? Failure.CandidateFailed).Should().Be(Failure.CandidateFailed, again.Summary);
            if (secondIsGood) world.Serving.Should().Be("B", $"killed at instant {instant}");
            InOrder(world, instant);
        }

        differed.Should().BePositive("a runner dies also between the switch of the first host and that of the second");
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, false)]
    [InlineData(true, true)]
    [InlineData(false, true)]
    [InlineData(false, false, true)]
    public async Task Killed_at_any_instant_a_deployment_to_two_hosts_can_be_resumed_or_undone(bool undo, bool canary, bool rolling = false)
    {
        var shared = 0;
        for (var instant = 1; ; instant++)
        {
            using var world = await WorldWithA(canary, rolling);
            if (!await KilledRunnerTests.KillAsync(world, instant)) break;
            if (world.Target.Shares != world.Second!.Shares && world.Target.Shares.AreSplit) shared++;
            var left = world.History.Unfinished(except: "");
            (await world.ResumeAsync(undo)).Failure.Should().BeNull($"killed at instant {instant}");
            if (left is [{ Change: { Promoted: false } }])
                world.Serving.Should().Be(undo ? "A" : "B", $"killed at instant {instant}, its release was recorded");
            InOrder(world, instant);
        }

        if (canary) shared.Should().BePositive("a runner dies also between the share of the first host and that of the second");
    }

    [Theory]
    [InlineData("rollback", true, "A")]
    [InlineData("promote", false, "B")]
    [InlineData("promote", true, "B", true)]
    [InlineData("abort", true, "A")]
    public async Task Killed_at_any_instant_every_strategy_leaves_two_hosts_that_a_resume_or_the_next_deployment_puts_in_order(
        string verb, bool resumed, string wanted, bool canary = false)
    {
        for (var instant = 1; ; instant++)
        {
            using var world = await WorldWithA(canary);
            (await world.DeployAsync("B", verb == "rollback" ? null : new DeployOptions(Approve: true))).Failure.Should().BeNull();
            if (!await KilledRunnerTests.KillAsync(world, instant, () => RunAsync(world, verb))) break;

            var taken = world.History.Unfinished(except: "").Count > 0;
            var answer = resumed ? await world.ResumeAsync() : await world.DeployAsync("B");
            answer.Failure.Should().BeNull($"{verb} killed at instant {instant}: {answer.Summary}");
            if (taken && resumed) world.Serving.Should().Be(wanted, $"{verb} killed at instant {instant}");
            if (world.History.Waiting is null) InOrder(world, instant, schema: verb == "rollback" ? 2 : null);
        }
    }

    [Fact]
    public async Task Interrupted_at_any_call_the_run_puts_both_hosts_in_order_itself()
    {
        for (var instant = 1; ; instant++)
        {
            using var world = await WorldWithA();
            using var interrupt = new CancellationTokenSource();
            var seen = 0;
            world.Instant = () =>
            {
                if (++seen == instant) interrupt.Cancel();
            };
            var result = await world.DeployAsync("B", cancellationToken: interrupt.Token);
            world.Instant = () => { };
            if (seen < instant) break;
            (result.Failure ?? Failure.Interrupted).Should().Be(Failure.Interrupted, $"interrupted at {instant}: {result.Summary}");
            InOrder(world, instant);
        }
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, false)]
    [InlineData(true, true)]
    public async Task A_host_that_goes_away_at_any_instant_is_put_in_order_with_the_other_once_it_is_back(bool resumed, bool rolling)
    {
        for (var instant = 1; ; instant++)
        {
            using var world = await WorldWithA(rolling: rolling);
            var seen = 0;
            world.Instant = () => world.Second!.Away |= ++seen == instant;
            var result = await world.DeployAsync("B");
            world.Instant = () => { };
            if (seen < instant) break;

            (result.Failure ?? Failure.PersonNeeded).Should().BeOneOf(Failure.PersonNeeded, Failure.Unreachable);
            World.ServingOn(world.Target).Should().Be(world.History.Current, $"away at {instant}, the host that answers is in order");
            if (result.Failure == Failure.PersonNeeded) result.Summary.Should().Contain("two: the connection was cut");
            world.Second!.Away = false;
            World.ServingOn(world.Second).Should().BeOneOf(["A", "B"], $"away at {instant}, its users have a release all the while");
            if (resumed) (await world.ResumeAsync()).Failure.Should().BeNull($"away at {instant}");
            if (resumed && result.Failure == Failure.PersonNeeded) InOrder(world, instant);
            (await world.DeployAsync("C")).Failure.Should().BeNull($"away at {instant}");
            world.Serving.Should().Be("C");
            InOrder(world, instant);
        }
    }

    private static async Task<World> WorldWithA(bool canary = false, bool rolling = false)
    {
        var world = new World(hosts: 2);
        if (rolling) world.Rolling();
        if (canary) SharedTraffic.Of(world, SharedTraffic.Quick);
        world.Target.LatestStep["A"] = 1;
        foreach (var later in new[] { "B", "C" }) world.Target.LatestStep[later] = 2;
        (await world.DeployAsync("A")).Failure.Should().BeNull();
        return world;
    }

    private static void Judge(World world, bool good) => world.Gates.Opinion = (gate, answering) =>
        answering == "B" && !good && gate == "smoke through the public door" ? Verdict.Fail : Verdict.Pass;

    private static Task<FlowResult> RunAsync(World world, string verb) => verb switch
    {
        "rollback" => world.RollbackAsync(),
        "promote" => world.PromoteAsync(),
        _ => new Deployments(world.Context()).AbortAsync(TestContext.Current.CancellationToken),
    };

    private static void InOrder(World world, int instant, int? schema = null)
    {
        foreach (var target in world.Targets)
        {
            World.ServingOn(target).Should().Be(world.History.Current, $"at instant {instant} both hosts serve the current release");
            target.Running.Should().ContainSingle($"at instant {instant}, nothing is left over");
            target.Working.Should().Equal([target.Active!.Value], $"at instant {instant}, the serving release works");
        }

        world.Target.Database["pay"].Should().Be(schema ?? (world.Serving == "A" ? 1 : 2), $"at instant {instant}");
        world.History.Unfinished(except: "").Should().BeEmpty();
        world.Lock.Holder().Should().BeNull();
    }
}
