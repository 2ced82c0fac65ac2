using ChainBridge.Engine.Gates;
using ChainBridge.Engine.Model;
using ChainBridge.Engine.Runs;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.Engine.Runs;

/// <summary>
/// The runner ends at every instant of the way back of a release whose two inner services were replaced one by one: before each journal
/// line and before each call of the target.
/// </summary>
public sealed class KilledInTheWayBackTests
{
    private const string AtItsStart = "start", BeforeTraffic = "smoke of the candidate", ThroughTheDoor = "smoke through the public door";

    public static TheoryData<string, bool, string> Rows =>
    [
        .. from failure in new[] { AtItsStart, BeforeTraffic, ThroughTheDoor }
            from then in new[] { "resume", "undo", "deploy" }
            select (failure, false, then),
        (ThroughTheDoor, true, "resume"), (ThroughTheDoor, true, "undo"),
    ];

    [Theory, MemberData(nameof(Rows))]
    public async Task Killed_at_any_instant_of_a_rolling_way_back_the_next_run_leaves_one_whole_release(
        string failure, bool migrates, string then)
    {
        var (inTheWayBack, halfBack) = (0, 0);
        for (var instant = await BeginOfTheWayBackAsync(failure, migrates); ; instant++)
        {
            using var world = await WorldWithA(migrates);
            Fail(world, failure);
            if (!await KilledRunnerTests.KillAsync(world, instant)) break;

            inTheWayBack++;
            if (world.Target.Inner.Up(Slot.Blue).Contains("pay") && !world.Target.Inner.Up(Slot.Blue).Contains("stock")) halfBack++;
            world.Serving.Should().BeOneOf(["A", "B"], $"killed at instant {instant}, a release still serves");
            var ended = world.History.Unfinished(except: "").Count == 0;
            var next = then == "deploy" ? await world.DeployAsync("C") : await world.ResumeAsync(undo: then == "undo");

            next.Failure.Should().Be(then == "resume" && !ended ? Failure.CandidateFailed : null,
                $"killed at instant {instant}: {next.Summary}");
            world.Serving.Should().Be(then == "deploy" ? "C" : "A", $"killed at instant {instant}");
            InOrder(world, migrates, instant);
        }

        inTheWayBack.Should().BeGreaterThan(20, "a runner dies before each journal line and each call of the way back");
        halfBack.Should().BeGreaterThan(3, "a runner dies also when one of the two services is back");
    }

    [Fact]
    public async Task A_run_that_goes_on_with_a_rolling_way_back_may_be_killed_at_any_instant_too()
    {
        var second = 0;
        // The first run dies with the traffic back and no service put back yet, and so leaves most of the way to the second one.
        var first = await BeginOfTheWayBackAsync(ThroughTheDoor, migrates: false) + 10;
        for (var instant = 1; ; instant++)
        {
            using var world = await WorldWithA(migrates: false);
            Fail(world, ThroughTheDoor);
            (await KilledRunnerTests.KillAsync(world, first)).Should().BeTrue();
            world.Target.Active.Should().Be(Slot.Blue);
            world.Target.Inner.Up(Slot.Blue).Should().Equal("door");
            if (!await KilledRunnerTests.KillAsync(world, instant, () => world.ResumeAsync(undo: true))) break;
            second++;
            var next = await world.DeployAsync("C");
            next.Failure.Should().BeNull($"killed again at instant {instant}: {next.Summary}");
            world.Serving.Should().Be("C");
            InOrder(world, migrates: false, instant);
        }

        second.Should().BeGreaterThan(30);
    }

    /// <summary>The instant of a deployment of B that comes first after it has failed.</summary>
    private static async Task<int> BeginOfTheWayBackAsync(string failure, bool migrates)
    {
        using var world = await WorldWithA(migrates);
        var (seen, begin) = (0, 0);
        var failed = Fail(world, failure);
        world.Instant = () =>
        {
            seen++;
            if (failed() && begin == 0) begin = seen;
        };
        (await world.DeployAsync("B")).Failure.Should().Be(Failure.CandidateFailed);
        return begin;
    }

    private static async Task<World> WorldWithA(bool migrates)
    {
        var world = new World().Rolling();
        var services = world.Manifest.Services.ToDictionary();
        services["stock"] = services["pay"] with { Name = "stock", Migrate = null };
        services["pay"] = services["pay"] with { DependsOn = ["stock"] };
        world.Manifest = world.Manifest with { Services = services };
        world.Target.Inner.Names = ["stock", "pay", "door"];
        world.Target.LatestStep["A"] = 1;
        foreach (var later in new[] { "B", "C" }) world.Target.LatestStep[later] = migrates ? 2 : 1;
        (await world.DeployAsync("A")).Failure.Should().BeNull();
        return world;
    }

    /// <summary>Has B fail there. Answers whether it has failed, and so goes back.</summary>
    private static Func<bool> Fail(World world, string failure)
    {
        var failed = false;
        if (failure == AtItsStart)
            world.Target.Trouble = call => call.StartsWith("start pay of Green B", StringComparison.Ordinal) && (failed = true)
                ? new EngineException(Failure.CandidateFailed, "pay of B ended", "read its log") : null;
        world.Gates.Opinion = (gate, version) =>
            gate == failure && version == "B" && (failed = true) ? Verdict.Fail : Verdict.Pass;
        return () => failed;
    }

    private static void InOrder(World world, bool migrates, int instant)
    {
        world.Serving.Should().Be(world.History.Current, $"killed at instant {instant}");
        world.Target.Running.Should().ContainSingle($"killed at instant {instant}, nothing is left over");
        var slot = world.Target.Active!.Value;
        world.Target.Inner.Up(slot).Should().BeEquivalentTo(["stock", "pay", "door"], $"killed at instant {instant}, the release is whole");
        world.Target.Inner.MostTwice.Should().Be(1, $"killed at instant {instant}, there is no more room");
        world.Target.Working.Should().Equal([slot], $"killed at instant {instant}, the serving release works");
        world.Target.Database["pay"].Should().Be(migrates && world.Serving == "C" ? 2 : 1, $"killed at instant {instant}");
        world.History.Unfinished(except: "").Should().BeEmpty();
    }
}
