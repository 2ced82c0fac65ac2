using System.Net;
using System.Net.Sockets;
using ChainBridge.Engine.Checks;
using ChainBridge.Engine.Hosts;
using ChainBridge.Engine.Model;
using ChainBridge.Engine.Platforms;
using ChainBridge.Engine.Traffic;
using ChainBridge.Tests.Unit.Edge;
using ChainBridge.Tests.Unit.Engine.Runs;
using ChainBridge.Tests.Unit.Engine.Traffic;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.Engine.Checks;

/// <summary>What the edge that runs can do, asked of the edge itself: no release replaces one that an earlier runner started.</summary>
public sealed class EdgeCheckTests
{
    private const string Replaced = "deployrunner down (keeps data and history), then deploy, replaces it";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_edge_of_this_runner_is_ok_and_the_question_changes_nothing_and_connects_to_no_slot()
    {
        await using var lab = await EdgeLab.StartAsync();
        await lab.BothAsync();
        using var blue = new TcpListener(IPAddress.Loopback, 0);
        blue.Start();
        await lab.PutAsync("slots/blue", new { address = $"http://{blue.LocalEndpoint}", token = 1 });
        var before = await File.ReadAllTextAsync(lab.StateFile, Stop);

        var result = await AskAsync(new LabPlace(lab));

        (result.Verdict, result.NextStep).Should().Be((CheckVerdict.Ok, null));
        result.Evidence.Should().Be($"the edge at {lab.Admin.BaseAddress} can connect to a candidate before traffic moves, share traffic "
            + "and count requests");
        blue.Pending().Should().BeFalse("nothing connected");
        (await File.ReadAllTextAsync(lab.StateFile, Stop)).Should().Be(before);
    }

    [Fact]
    public async Task An_edge_of_this_runner_in_which_no_slot_was_placed_yet_is_ok()
    {
        await using var lab = await EdgeLab.StartAsync();
        (await AskAsync(new LabPlace(lab))).Verdict.Should().Be(CheckVerdict.Ok);
    }

    [Theory]
    [InlineData(false, true, null, "it cannot be asked to connect to a candidate before traffic moves")]
    [InlineData(false, true, 404, "it cannot be asked to connect to a candidate before traffic moves")]
    [InlineData(false, true, 405, "it cannot be asked to connect to a candidate before traffic moves")]
    [InlineData(true, false, null, "it has one door, shares no traffic and puts no release on its answers, it counts no requests, "
        + "it cannot be asked to connect to a candidate before traffic moves")]
    public async Task An_edge_of_an_earlier_runner_is_a_warning_that_names_what_it_lacks(
        bool oneDoor, bool counts, int? noReach, string lacks)
    {
        await using var edge = await EarlierEdge.StartAsync(oneDoor, counts, noReach);
        var result = await AskAsync(edge);
        (result.Verdict, result.Failure, result.NextStep).Should().Be((CheckVerdict.Warning, null, Replaced));
        result.Evidence.Should().Match($"the edge at http://127.0.0.1:* was started by an earlier runner: {lacks}");
        edge.Told.Should().BeEmpty();
    }

    [Fact]
    public async Task An_edge_that_does_not_answer_could_not_be_asked()
    {
        await using var lab = await EdgeLab.StartAsync();
        var place = new LabPlace(lab);
        await lab.EndAdminAsync();
        var result = await AskAsync(place);
        (result.Verdict, result.Failure).Should().Be((CheckVerdict.CouldNotAsk, Failure.Inconclusive));
        result.Evidence.Should().StartWith("the edge at http").And.Contain("does not answer");
        result.NextStep.Should().Contain("deploy starts it again");
    }

    [Fact]
    public async Task An_edge_that_fails_at_the_question_itself_could_not_be_asked()
    {
        await using var edge = await EarlierEdge.StartAsync(oneDoor: false, noReach: 500);
        var result = await AskAsync(edge);
        result.Verdict.Should().Be(CheckVerdict.CouldNotAsk);
        result.Evidence.Should().Contain("500");
    }

    [Fact]
    public async Task An_edge_that_refuses_the_key_of_the_runner_is_a_problem_as_it_would_be_for_a_deployment()
    {
        await using var lab = await EdgeLab.StartAsync();
        await lab.EndAdminAsync("another-key");
        var result = await AskAsync(new LabPlace(lab));
        (result.Verdict, result.Failure).Should().Be((CheckVerdict.Problem, Failure.Unreachable));
        result.Evidence.Should().Contain("another key");
    }

    [Fact]
    public async Task No_edge_at_all_is_ok()
    {
        await using var lab = await EdgeLab.StartAsync();
        var result = await AskAsync(new LabPlace(lab) { Lab = null });
        (result.Verdict, result.Evidence).Should().Be((CheckVerdict.Ok, "no edge runs; deploy starts one"));
    }

    [Fact]
    public async Task On_several_hosts_the_one_with_an_edge_of_an_earlier_runner_is_named()
    {
        var (one, two) = (new FakeTarget(), new FakeTarget());
        var group = new HostGroup([new("one", one), new("two", two)], InTurn: true);
        var traffic = new SeveralTraffic(() => group);
        (await AskAsync(traffic)).Evidence.Should().StartWith("one: the edge at http://edge.test, two: the edge at http://edge.test can");
        two.Edge = two.Edge! with { Lacks = ["counts no requests"] };
        var result = await AskAsync(traffic);
        result.Verdict.Should().Be(CheckVerdict.Warning);
        result.Evidence.Should().Be("two: the edge at http://edge.test was started by an earlier runner: it counts no requests");
    }

    private static async Task<CheckResult> AskAsync(IEdgePlace place)
    {
        using var traffic = new EdgeTraffic(new PlannedHost(new LocalHost(new LocalExecutor(TimeProvider.System)), _ => { }), place,
            [new("web", "front", 80, 0)], TimeProvider.System);
        return await AskAsync(traffic);
    }

    /// <summary>As doctor asks it: what a check throws is a result too.</summary>
    private static async Task<CheckResult> AskAsync(ITraffic traffic) =>
        (await new Examination(TimeProvider.System).AskAsync([new("edge", () => new EdgeCheck(traffic))], Stop)).Single();
}
