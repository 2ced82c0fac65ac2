using ChainBridge.Engine.Commands;
using ChainBridge.Engine.Gates;
using ChainBridge.Engine.Hosts;
using ChainBridge.Engine.Manifest;
using ChainBridge.Engine.Model;
using ChainBridge.Engine.Traffic;
using ChainBridge.Tests.Unit.Edge;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.Engine.Traffic;

/// <summary>The changes that the runner makes on a real edge, and what the gates then see at its doors.</summary>
public sealed class EdgeTrafficTests : IAsyncLifetime
{
    private static readonly FencingToken Token = new(7);
    private readonly List<string> _changes = [];
    private EdgeLab _lab = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _lab = await EdgeLab.StartAsync("result");

    public ValueTask DisposeAsync() => _lab.DisposeAsync();

    [Fact]
    public async Task A_release_is_placed_at_each_door_and_every_answer_is_stamped_with_it()
    {
        var traffic = Over(Vote, Result, Api);
        await ServeAsync(traffic, Slot.Blue, "v1", Vote, Result, Api);
        _changes.Should().Equal("tell the edge where slot blue is", "tell the edge its doors: vote, result, api",
            "tell the edge to send all new requests to slot blue");
        var open = await traffic.DoorsAsync(Slot.Blue, Stop);
        open.Stamped.Should().BeTrue();
        open.Doors.Select(door => (door.Name, door.Address.Port, door.Path, door.Host)).Should().Equal(
            ("vote", _lab.Port("default"), null, null), ("result", _lab.Port("result"), null, null),
            ("api", _lab.Port("default"), "/api", "api.example.com"));
        foreach (var (door, answer) in new[] { ("vote", "v1-vote /x"), ("result", "v1-result /x"), ("api", "v1-api /api/x") })
            (await AskAsync(traffic, Slot.Blue, "v1", door, answer)).Should().Be(Verdict.Pass, door);
        (await AskAsync(traffic, Slot.Blue, "v2", "result", "v1-result")).Should().Be(Verdict.Fail, "another release is expected");
    }

    [Fact]
    public async Task An_edge_that_leads_to_the_wrong_slot_fails_the_gate_also_for_a_release_that_states_no_version()
    {
        var traffic = Over(Vote);
        await ServeAsync(traffic, Slot.Blue, "v1", Vote);
        await ServeAsync(traffic, Slot.Green, "v2", Vote);
        (await AskAsync(traffic, Slot.Green, "v2", null, "v2-vote")).Should().Be(Verdict.Pass);
        await _lab.PutAsync("active", new { slot = "blue", token = 8 });
        (await AskAsync(traffic, Slot.Green, "v2", null, "")).Should().Be(Verdict.Fail);
    }

    [Fact]
    public async Task A_release_that_takes_no_connection_fails_the_gate_and_something_else_at_the_port_is_not_believed()
    {
        var traffic = Over(Vote);
        await PlaceAsync(traffic, Slot.Blue, "v1", new() { ["vote"] = new("http://127.0.0.1:1") }, Vote);
        await traffic.SwitchAsync(Token, Slot.Blue, Stop);
        (await AskAsync(traffic, Slot.Blue, "v1", null, "")).Should().Be(Verdict.Fail, "the edge answers for it");
        var stranger = await _lab.ReleaseAsync("stranger");
        var subject = GateSubject.At([new("vote", stranger.Address)], "v1", VersionProof.Stamp);
        (await AskAsync(subject, null, "stranger")).Should().Be(Verdict.Inconclusive);
    }

    [Fact]
    public async Task A_release_that_the_edge_cannot_connect_to_has_failed_and_its_service_address_and_the_reason_are_named()
    {
        var traffic = Over(Vote, Result);
        await ServeAsync(traffic, Slot.Blue, "v1", Vote, Result);
        var (listening, refusing) = ((await _lab.ReleaseAsync("v2-vote")).Address, new Uri("http://127.0.0.1:1"));
        await PlaceAsync(traffic, Slot.Green, "v2", new() { ["vote"] = listening, ["result"] = refusing }, Vote, Result);
        _changes.Clear();
        var release = Releases.Behind("v2", Vote, Result);

        var reaching = () => traffic.ReachAsync(Slot.Green, release, Stop);

        var failed = (await reaching.Should().ThrowAsync<EngineException>()).Which;
        failed.Failure.Should().Be(Failure.CandidateFailed);
        failed.Message.Should().Match("the edge got no connection to result at http://127.0.0.1:1/ (*) within 3 s, "
            + "and so no traffic moved to v2");
        failed.NextStep.Should().NotBeEmpty();
        _changes.Should().BeEmpty("a plan and a fence have nothing to do with a question");
        (await traffic.SharesAsync(Stop)).Should().Be(Shares.All(Slot.Blue));
        (await Over(Vote).ReachAsync(Slot.Green, release, Stop)).Should().BeEmpty("the edge was asked");
    }

    [Fact]
    public async Task A_release_that_is_gone_back_to_gets_the_traffic_whether_the_edge_can_connect_to_it_or_not()
    {
        var traffic = Over(Vote);
        await ServeAsync(traffic, Slot.Green, "v2", Vote);
        await PlaceAsync(traffic, Slot.Blue, "v1", new() { ["vote"] = new("http://127.0.0.1:1") }, Vote);
        await traffic.SwitchAsync(Token, Slot.Blue, Stop);
        (await traffic.SharesAsync(Stop)).Should().Be(Shares.All(Slot.Blue));
    }

    [Fact]
    public async Task A_new_door_by_path_takes_nothing_from_the_release_that_serves_until_the_one_that_has_it_is_switched_to()
    {
        var before = Over(Old);
        await ServeAsync(before, Slot.Blue, "v1", Old);
        var traffic = Over(Vote, Api with { Host = null });
        await traffic.SwitchAsync(Token, Slot.Blue, Stop);
        (await AskAsync(traffic, Slot.Blue, "v1", "api", "v1-default /api/x")).Should().Be(Verdict.Pass, "as it answered before");
        await ServeAsync(traffic, Slot.Green, "v2", Vote, Api);
        (await AskAsync(traffic, Slot.Green, "v2", "api", "v2-api /api/x")).Should().Be(Verdict.Pass);
        await ServeAsync(traffic, Slot.Blue, "v1", Old);
        (await AskAsync(traffic, Slot.Blue, "v1", "api", "v1-default /api/x")).Should().Be(Verdict.Pass, "its record has one door");
        await ServeAsync(before, Slot.Green, "v3", Old);
        (await AskAsync(before, Slot.Green, "v3", null, "v3-default /x")).Should().Be(Verdict.Pass, "the manifest has one door again");
    }

    [Fact]
    public async Task The_times_of_a_slots_answers_are_read_and_a_window_of_them_is_the_later_less_the_earlier()
    {
        var traffic = Over(Vote);
        await ServeAsync(traffic, Slot.Blue, "v1", Vote);
        var first = await traffic.FiguresAsync(Slot.Blue, Stop);
        first.Durations!.Count.Should().Be(0);
        for (var number = 0; number < 3; number++) await AskAsync(traffic, Slot.Blue, "v1", null, "v1");
        await _lab.CountedAsync("blue", 3);
        var last = await traffic.FiguresAsync(Slot.Blue, Stop);
        last.Durations!.Since(first.Durations).Count.Should().Be(3);
        last.Durations.Percentile(0.99).Should().BePositive().And.BeLessThan(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task A_share_of_the_requests_goes_to_the_candidate_and_neither_slot_is_alone_until_one_has_everything()
    {
        var traffic = Over(Vote);
        (await traffic.SharesAsync(Stop)).Should().Be(Shares.None);
        await ServeAsync(traffic, Slot.Blue, "v1", Vote);
        (await traffic.SharesAsync(Stop)).Should().Be(Shares.All(Slot.Blue));
        await PlaceAsync(traffic, Slot.Green, "v2", new() { ["vote"] = (await _lab.ReleaseAsync("v2-vote")).Address }, Vote);
        _changes.Clear();

        foreach (var (percent, active) in new[] { (5, Slot.Blue), (50, Slot.Blue), (75, Slot.Green), (50, Slot.Green) })
        {
            await traffic.ShareAsync(Token, Slot.Green, percent, Stop);
            var shares = await traffic.SharesAsync(Stop);
            (shares.Active, shares.Alone, shares.Of(Slot.Green), shares.Of(Slot.Blue)).Should().Be((active, null, percent, 100 - percent));
        }

        _changes[..2].Should().Equal("tell the edge its doors: vote", "tell the edge to send 5 % of new requests to slot green");
        var answers = new List<string>();
        for (var request = 0; request < 100; request++) answers.Add(await _lab.Client.GetStringAsync("x", Stop));
        answers.Count(answer => answer.StartsWith("v2", StringComparison.Ordinal)).Should().Be(50);
        await traffic.SwitchAsync(Token, Slot.Blue, Stop);
        (await traffic.SharesAsync(Stop)).Should().Be(Shares.All(Slot.Blue));
    }

    [Fact]
    public async Task An_older_runner_changes_no_shares()
    {
        var traffic = Over(Vote);
        await ServeAsync(traffic, Slot.Blue, "v1", Vote);
        await ServeAsync(traffic, Slot.Green, "v2", Vote);
        await traffic.ShareAsync(new(9), Slot.Green, 75, Stop);
        var sharing = () => traffic.ShareAsync(new(8), Slot.Green, 5, Stop);
        (await sharing.Should().ThrowAsync<EngineException>()).Which.Failure.Should().Be(Failure.Locked);
        (await traffic.SharesAsync(Stop)).Of(Slot.Green).Should().Be(75);
    }

    [Fact]
    public async Task Callers_that_give_up_before_an_answer_are_counted_apart_from_those_that_had_one()
    {
        var traffic = Over(Vote);
        await ServeAsync(traffic, Slot.Blue, "v1", Vote);
        foreach (var path in new[] { "held", "stream" })
        {
            using var going = CancellationTokenSource.CreateLinkedTokenSource(Stop);
            var asking = _lab.Client.GetAsync(path, HttpCompletionOption.ResponseHeadersRead, going.Token);
            await EdgeLab.UntilAsync(() => _lab.Door.InFlight.GetValueOrDefault("blue") == 1, "one request in flight");
            if (path == "stream") (await asking).Dispose();
            await going.CancelAsync();
            await EdgeLab.UntilAsync(() => _lab.Door.InFlight.Count == 0, "its caller is gone");
        }

        var figures = await traffic.FiguresAsync(Slot.Blue, Stop);
        (figures.Requests, figures.GivenUp, figures.Broken).Should().Be((2, 1, 0));
    }

    [Fact]
    public async Task A_door_on_a_port_that_the_edge_does_not_have_is_refused_with_what_to_do()
    {
        var traffic = new EdgeTraffic(Host(), new LabPlace(_lab), [Vote, new("late", "late", 80, 1)], TimeProvider.System);
        var asking = () => traffic.DoorsAsync(Slot.Blue, Stop);
        (await asking.Should().ThrowAsync<EngineException>().WithMessage("*manifest says 1 for the door late*"))
            .Which.Failure.Should().Be(Failure.Refused);
    }

    private static DoorSpec Old => new("default", "default", 80, 0);

    private static DoorSpec Vote => new("vote", "vote", 80, 0);

    private static DoorSpec Result => new("result", "result", 80, 0);

    private static DoorSpec Api => new("api", "api", 80, null, "api.example.com", "/api");

    private EdgeTraffic Over(params DoorSpec[] doors) => new(Host(), new LabPlace(_lab), doors, TimeProvider.System);

    private LocalHost Host() => new(new LocalExecutor(TimeProvider.System), _changes.Add);

    private async Task ServeAsync(EdgeTraffic traffic, Slot slot, string version, params DoorSpec[] doors)
    {
        var addresses = new Dictionary<string, Uri>();
        foreach (var door in doors) addresses[door.Service] = (await _lab.ReleaseAsync($"{version}-{door.Service}")).Address;
        await PlaceAsync(traffic, slot, version, addresses, doors);
        await traffic.SwitchAsync(Token, slot, Stop);
    }

    private static Task PlaceAsync(
        EdgeTraffic traffic, Slot slot, string version, Dictionary<string, Uri> addresses, params DoorSpec[] doors) =>
        traffic.PlaceAsync(slot, Releases.Behind(version, doors),
            () => Task.FromResult<Func<DoorSpec, Uri>>(door => addresses[door.Service]), Token, Stop);

    private static async Task<Verdict> AskAsync(EdgeTraffic traffic, Slot slot, string version, string? door, string contains)
    {
        var open = await traffic.DoorsAsync(slot, Stop);
        return await AskAsync(GateSubject.At(open.Doors, version, open.Stamped ? VersionProof.Stamp : VersionProof.Answer), door, contains);
    }

    private static async Task<Verdict> AskAsync(GateSubject subject, string? door, string contains) =>
        (await new ProbeGate(TimeProvider.System).AskAsync(
            new ProbeSpec("p", "GET", "/x", null, 200, contains, TimeSpan.FromSeconds(30), "X-ChainBridge-Version") { Door = door },
            subject, Stop)).Verdict;
}

/// <summary>Releases that only have doors.</summary>
internal static class Releases
{
    public static Release Behind(string version, params DoorSpec[] doors) => new(version, "abc", new Dictionary<string, Artifact>(),
        new Dictionary<string, ServiceSpec>(), null, true, "ann", DateTimeOffset.UnixEpoch)
    {
        Doors = [.. doors.Select(door => door.ForRecord())],
    };
}
