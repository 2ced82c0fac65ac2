using ChainBridge.Engine.Hosts;
using ChainBridge.Engine.Events;
using ChainBridge.Engine.Gates;
using ChainBridge.Engine.Model;
using ChainBridge.Engine.Runs;
using ChainBridge.Engine.State;
using ChainBridge.Engine.Steps;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.Engine.Runs;

/// <summary>The runner ends at every instant there is: before each journal line and before each call of the target.</summary>
public sealed class KilledRunnerTests
{
    [Theory]
    [InlineData(true, true, "blue-green")]
    [InlineData(true, false, "blue-green")]
    [InlineData(false, true, "blue-green")]
    [InlineData(false, false, "blue-green")]
    [InlineData(true, true, "canary")]
    [InlineData(false, true, "canary")]
    [InlineData(true, true, "rolling")]
    [InlineData(false, true, "rolling")]
    public async Task Killed_at_any_instant_and_run_again_the_target_ends_in_order(bool firstIsGood, bool secondIsGood, string strategy)
    {
        var (observing, halfWay, sharing) = (0, 0, new HashSet<int>());
        for (var instant = 1; ; instant++)
        {
            using var world = await WorldWithA(strategy);
            Judge(world, "B", firstIsGood);
            if (!await KillAsync(world, instant)) break;
            if (new Journal(new LocalFiles(), world.State)
                .Read().Entries is [.., { Event: JournalEvent.StepBegun, Step: StepKind.Observe }]) observing++;
            world.Serving.Should().BeOneOf(["A", "B"], $"killed at instant {instant}, a release still serves");
            if (world.Target.Inner.Up(Slot.Blue).SequenceEqual(["door"])) halfWay++;
            if (world.Target.Shares.AreSplit) sharing.Add(world.Target.Shares.Of(Slot.Green));
            Judge(world, "B", secondIsGood);
            var again = await world.DeployAsync("B");

            (again.Failure ?? Failure.CandidateFailed).Should().Be(Failure.CandidateFailed,
                $"killed at instant {instant}: {again.Summary}");
            if (secondIsGood) world.Serving.Should().Be("B", $"killed at instant {instant}");
            world.Serving.Should().Be(world.History.Current, $"killed at instant {instant}");
            if (strategy == "rolling") world.Target.Inner.MostTwice.Should().Be(1, $"killed at instant {instant}, there is no more room");
            world.Target.Shares.Alone.Should().NotBeNull($"killed at instant {instant}, no share is left over");
            world.Target.Running.Should().ContainSingle($"killed at instant {instant}, nothing is left over");
            world.Target.Working.Should().Equal([world.Target.Active!.Value], $"killed at instant {instant}, the serving release works");
            world.Target.Database["pay"].Should().Be(world.Serving == "A" ? 1 : 2, $"killed at instant {instant}");
            world.History.Unfinished(except: "").Should().BeEmpty();
        }

        (observing > 5).Should().Be(firstIsGood, "a runner dies also before each probe and each look of the observation");
        (halfWay > 10).Should().Be(strategy == "rolling", "a runner dies also while the old release calls services of the new one");
        sharing.Should().BeEquivalentTo(strategy == "canary" ? [5, 75] : Array.Empty<int>(), "a runner dies also at each share");
    }

    [Theory]
    [InlineData(true, "blue-green")]
    [InlineData(false, "blue-green")]
    [InlineData(true, "canary")]
    [InlineData(false, "canary")]
    [InlineData(true, "rolling")]
    [InlineData(false, "rolling")]
    public async Task Killed_at_any_instant_a_deployment_can_be_resumed_or_undone(bool undo, string strategy)
    {
        var finished = 0;
        for (var instant = 1; ; instant++)
        {
            using var world = await WorldWithA(strategy);
            if (!await KillAsync(world, instant)) break;

            var left = world.History.Unfinished(except: "");
            (await world.ResumeAsync(undo)).Failure.Should().BeNull($"killed at instant {instant}");

            var recorded = left is [{ Change: not null }];
            if (recorded && world.Serving == "B" && left[0].Change is { Promoted: false }) finished++;
            if (recorded && !undo) world.Serving.Should().Be("B", $"killed at instant {instant}, its release was recorded");
            InOrder(world, instant);
            (await world.ResumeAsync()).Summary.Should().Contain("nothing to resume");
        }

        (finished > 10).Should().Be(!undo, "a deployment is finished wherever its runner died after its release was recorded");
    }

    [Theory]
    [InlineData("resume")]
    [InlineData("undo")]
    [InlineData("deploy")]
    public async Task Killed_at_any_instant_a_migration_that_breaks_the_old_release_is_undone(string then)
    {
        for (var instant = 1; ; instant++)
        {
            using var world = await WorldWithA();
            world.Gates.Opinion = (gate, version) =>
                gate != "integration" && version == "A" && world.Target.Database["pay"] == 2 ? Verdict.Fail : Verdict.Pass;
            if (!await KillAsync(world, instant)) break;

            var again = then == "deploy" ? await world.DeployAsync("B") : await world.ResumeAsync(undo: then == "undo");
            (again.Failure ?? Failure.CandidateFailed).Should().Be(Failure.CandidateFailed,
                $"killed at instant {instant}: {again.Summary}");
            InOrder(world, instant);
            world.Serving.Should().Be("A");
            world.Target.Calls.Should().NotContain("start Green B", $"killed at instant {instant}, A was never proved with B's schema");
        }
    }

    [Theory]
    [InlineData("blue-green", 30)]
    [InlineData("canary", 45)]
    [InlineData("rolling", 50)]
    public async Task A_resume_that_is_killed_at_any_instant_leaves_what_the_next_deployment_puts_in_order(string strategy, int first)
    {
        for (var instant = 1; ; instant++)
        {
            using var world = await WorldWithA(strategy);
            (await KillAsync(world, first)).Should().BeTrue();
            if (strategy == "canary") world.Target.Shares.AreSplit.Should().BeTrue();
            if (!await KillAsync(world, instant, () => world.ResumeAsync())) break;
            (await world.DeployAsync("B")).Failure.Should().BeNull($"killed at instant {instant}");
            world.Serving.Should().Be("B");
            InOrder(world, instant);
        }
    }

    [Theory]
    [InlineData("rollback", true, "A")]
    [InlineData("rollback", false, "A")]
    [InlineData("promote", true, "B")]
    [InlineData("promote", false, "B")]
    [InlineData("promote", true, "B", "canary")]
    [InlineData("promote", false, "B", "canary")]
    [InlineData("rollback", true, "A", "rolling")]
    [InlineData("rollback", false, "A", "rolling")]
    [InlineData("abort", true, "A")]
    [InlineData("abort", false, "A")]
    public async Task Killed_at_any_instant_every_strategy_leaves_what_a_resume_or_the_next_deployment_puts_in_order(
        string verb, bool resumed, string wanted, string strategy = "blue-green")
    {
        for (var instant = 1; ; instant++)
        {
            using var world = await WorldWithA(strategy);
            var options = verb == "rollback" ? null : new DeployOptions(Approve: true);
            (await world.DeployAsync("B", options)).Failure.Should().BeNull();
            if (!await KillAsync(world, instant, () => RunAsync(world, verb))) break;

            var taken = world.History.Unfinished(except: "").Count > 0;
            var answer = resumed ? await world.ResumeAsync() : await world.DeployAsync("B");
            answer.Failure.Should().BeNull($"{verb} killed at instant {instant}: {answer.Summary}");
            if (taken && resumed) world.Serving.Should().Be(wanted, $"{verb} killed at instant {instant}");
            // A rollback brings back a release and leaves the schema, which the newer one moved.
            if (world.History.Waiting is null) InOrder(world, instant, schema: verb == "rollback" ? 2 : null);
            else world.Serving.Should().Be("A", $"{verb} killed at instant {instant} before it changed anything");
        }
    }

    [Fact]
    public async Task A_rollback_whose_runner_died_is_resumed_as_a_rollback()
    {
        using var world = await WorldWithA();
        (await world.DeployAsync("B")).Failure.Should().BeNull();
        var at = 1;
        while (await KillAsync(world, at, () => world.RollbackAsync()) && world.History.Unfinished(except: "").Count == 0) at++;
        (await world.ResumeAsync()).Failure.Should().BeNull();
        world.Serving.Should().Be("A");
        world.History.RollbackTarget.Should().BeNull("a rollback takes away what is above the release it goes to");
    }

    [Fact]
    public async Task A_resumed_candidate_that_fails_its_smoke_run_is_taken_back()
    {
        using var world = await WorldWithA();
        (await KillAsync(world, 30)).Should().BeTrue();
        Judge(world, "B", good: false);
        (await world.ResumeAsync()).Failure.Should().Be(Failure.CandidateFailed);
        world.Serving.Should().Be("A");
        InOrder(world, 30);
    }

    [Theory]
    [InlineData("blue-green")]
    [InlineData("canary")]
    [InlineData("rolling")]
    public async Task Interrupted_at_any_call_the_run_puts_the_target_in_order_itself(string strategy)
    {
        for (var instant = 1; ; instant++)
        {
            using var world = await WorldWithA(strategy);
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
            world.Serving.Should().Be(world.History.Current, $"interrupted at {instant}");
            world.Target.Running.Should().ContainSingle($"interrupted at {instant}, nothing is left over");
            world.Target.Shares.Alone.Should().NotBeNull($"interrupted at {instant}, no share is left over");
            world.Target.Working.Should().Equal([world.Target.Active!.Value], $"interrupted at {instant}, the serving release works");
            world.Target.Database["pay"].Should().Be(world.Serving == "A" ? 1 : 2, $"interrupted at {instant}");
            world.Lock.Holder().Should().BeNull("the lock is given back on an interrupt too");
        }
    }

    [Fact]
    public async Task A_migration_under_way_is_not_cut_off_by_an_interrupt_but_undone_after_its_end()
    {
        using var world = await WorldWithA();
        using var interrupt = new CancellationTokenSource();
        var given = CancellationToken.None;
        world.Target.DuringMigration = () =>
        {
            interrupt.Cancel();
            given = world.Target.Given;
        };
        (await world.DeployAsync("B", cancellationToken: interrupt.Token)).Failure.Should().Be(Failure.Interrupted);

        given.IsCancellationRequested.Should().BeFalse("a client that is ended leaves its statement behind");
        world.Events.OfType<Warning>()
            .Should().Contain(warning => warning.Text.Contains("the migration of pay is not cut off", StringComparison.Ordinal));
        world.Target.Calls.Should().ContainInOrder("run pay of B: up", "run pay of B: down 1");
        world.Target.Database["pay"].Should().Be(1);
        world.Serving.Should().Be("A");
    }

    [Fact]
    public async Task A_call_that_is_cancelled_by_itself_is_an_interrupt_too()
    {
        using var world = await WorldWithA();
        var once = true;
        world.Gates.Opinion = (gate, _) =>
            gate == "smoke of the candidate" && once && !(once = false) ? throw new OperationCanceledException() : Verdict.Pass;
        (await world.DeployAsync("B")).Failure.Should().Be(Failure.Interrupted);
        world.Serving.Should().Be("A");
    }

    private static async Task<World> WorldWithA(string strategy = "blue-green")
    {
        var world = new World();
        if (strategy == "rolling") world.Rolling();
        if (strategy == "canary") SharedTraffic.Of(world, SharedTraffic.Quick);
        world.Target.LatestStep["A"] = 1;
        world.Target.LatestStep["B"] = 2;
        world.Change(gates => gates with { SmokePrevious = true });
        (await world.DeployAsync("A")).Failure.Should().BeNull();
        return world;
    }

    private static void Judge(World world, string version, bool good) =>
        world.Gates.Opinion = (gate, answering) =>
            answering == version && !good && gate == "smoke through the public door" ? Verdict.Fail : Verdict.Pass;

    private static Task<FlowResult> RunAsync(World world, string verb) => verb switch
    {
        "rollback" => world.RollbackAsync(),
        "promote" => world.PromoteAsync(),
        _ => new Deployments(world.Context()).AbortAsync(TestContext.Current.CancellationToken),
    };

    private static void InOrder(World world, int instant, int? schema = null)
    {
        world.Serving.Should().Be(world.History.Current, $"killed at instant {instant}");
        world.Target.Shares.Alone.Should().NotBeNull($"killed at instant {instant}, no share is left over");
        world.Target.Running.Should().ContainSingle($"killed at instant {instant}, nothing is left over");
        world.Target.Working.Should().Equal([world.Target.Active!.Value], $"killed at instant {instant}, the serving release works");
        world.Target.Database["pay"].Should().Be(schema ?? (world.Serving == "A" ? 1 : 2), $"killed at instant {instant}");
        world.History.Unfinished(except: "").Should().BeEmpty();
    }

    /// <summary>Runs a deployment that dies at the instant: from then on it does nothing any more. False when it ended before.</summary>
    internal static async Task<bool> KillAsync(World world, int instant, Func<Task<FlowResult>>? runner = null)
    {
        var seen = 0;
        world.Instant = () =>
        {
            if (++seen >= instant) throw new Died();
        };
        try
        {
            await (runner ?? (() => world.DeployAsync("B")))();
        }
        catch (Died)
        {
            // As wanted.
        }

        world.Instant = () => { };
        // A killed process gives no lock back; the file lock of a dead process on the same machine does not count.
        return seen >= instant;
    }

    private sealed class Died : Exception;
}
