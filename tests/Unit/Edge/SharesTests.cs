using System.Net.WebSockets;
using System.Text;
using ChainBridge.Edge;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.Edge;

/// <summary>New requests are dealt out by shares; those under way stay where they began.</summary>
public sealed class SharesTests : IAsyncLifetime
{
    private EdgeLab _lab = null!;
    private TestRelease _blue = null!;
    private TestRelease _green = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _lab = await EdgeLab.StartAsync();
        (_blue, _green) = await _lab.BothAsync();
    }

    public ValueTask DisposeAsync() => _lab.DisposeAsync();

    [Fact]
    public async Task A_thousand_requests_are_dealt_out_exactly_by_the_shares()
    {
        await ShareAsync(90, 10, token: 2);
        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => AskAsync(250)));
        answers.SelectMany(all => all).GroupBy(answer => answer).ToDictionary(slot => slot.Key, slot => slot.Count())
            .Should().Equal(new Dictionary<string, int> { ["blue /slot"] = 900, ["green /slot"] = 100 });
    }

    [Theory]
    [InlineData(99)]
    [InlineData(67)]
    [InlineData(50)]
    [InlineData(100)]
    public void A_rotation_is_exact_for_every_share(int blue)
    {
        var rotation = new Rotation<char>([('b', blue), ('g', 100 - blue)], new Random(1));
        Enumerable.Range(0, 1000).Count(_ => rotation.Next() == 'b').Should().Be(10 * blue);
    }

    [Fact]
    public void Every_block_of_a_rotation_has_exactly_the_shares_in_an_order_of_its_own()
    {
        var rotation = new Rotation<char>([('b', 90), ('g', 10)], new Random(1));
        var blocks = Enumerable.Range(0, 50).Select(_ => string.Concat(Enumerable.Range(0, 10).Select(_ => rotation.Next()))).ToList();
        blocks.Should().OnlyContain(block => block.Count(slot => slot == 'g') == 1);
        blocks.Distinct().Should().HaveCountGreaterThan(5, "a request's turn must not tell its slot");
    }

    [Fact]
    public async Task Routes_that_are_asked_in_turn_reach_both_slots()
    {
        await ShareAsync(50, 50, token: 2);
        var answers = new List<string>();
        for (var request = 0; request < 100; request++)
            answers.Add(await _lab.Client.GetStringAsync(request % 2 == 0 ? "even" : "odd", Stop));
        answers.Distinct().Should().BeEquivalentTo("blue /even", "blue /odd", "green /even", "green /odd");
    }

    [Fact]
    public async Task No_request_is_lost_while_the_shares_change_a_hundred_times_under_load()
    {
        using var changing = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var senders = Enumerable.Range(0, 4).Select(async _ =>
        {
            var answers = new List<string>();
            while (!changing.IsCancellationRequested) answers.Add(await _lab.Client.GetStringAsync("slot", Stop));
            return answers;
        }).ToList();

        for (var change = 0; change < 100; change++)
            await (change % 2 == 0 ? ShareAsync(30, 70, token: change + 2) : ShareAsync(100, 0, token: change + 2));

        await changing.CancelAsync();
        var all = (await Task.WhenAll(senders)).SelectMany(answers => answers).ToList();
        all.Distinct().Should().BeEquivalentTo("blue /slot", "green /slot");
        await EdgeLab.UntilAsync(() => _lab.Door.InFlight.Count == 0, "no request in flight");
        _lab.Door.Figures.Values.Sum(slot => slot.Requests).Should().Be(all.Count);
        _lab.Door.Figures.Values.Sum(slot => slot.Failed + slot.Broken + slot.Aborted).Should().Be(0);
    }

    [Fact]
    public async Task A_slot_without_a_share_keeps_its_streams_and_web_sockets_until_they_end()
    {
        using var stream = new StreamReader(await _lab.Client.GetStreamAsync("stream", Stop));
        (await stream.ReadLineAsync(Stop)).Should().Be("data: blue begins");
        using var socket = await OpenAsync();

        await ShareAsync(0, 100, token: 2);

        using var next = await OpenAsync();
        (await EchoAsync(next, "new")).Should().Be("green heard new");
        (await EchoAsync(socket, "old")).Should().Be("blue heard old");
        _lab.Door.InFlight.Should().Equal(new Dictionary<string, int> { ["blue"] = 2, ["green"] = 1 });
        _blue.GoOn();
        (await stream.ReadToEndAsync(Stop)).Should().Contain("data: blue ends");
        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, Stop);
        await EdgeLab.UntilAsync(() => !_lab.Door.InFlight.ContainsKey("blue"), "blue is empty");
    }

    [Fact]
    public async Task Shares_that_cannot_be_are_400_with_the_reason_and_change_nothing()
    {
        foreach (var (body, reason) in new[]
        {
            ("""{"shares": {"blue": 90, "red": 10}, "token": 2}""", "slot red has no address: place it first, with PUT /slots/red"),
            ("""{"shares": {"blue": 90, "green": 9}, "token": 2}""", "the shares sum to 99: they must sum to 100"),
            ("""{"shares": {"blue": 90.5, "green": 9.5}, "token": 2}""", "shares.blue"),
            ("""{"shares": [90, 10], "token": 2}""", "$.shares"),
            ("half of", "JSON"),
        })
        {
            var (status, detail) = await _lab.TryPutAsync("shares", body);
            (status, detail).Should().Be((400, detail));
            detail.Should().Contain(reason);
        }

        new FrontDoor(new EdgeStateFile(_lab.StateFile)).State.Shares.Should().Equal(new Dictionary<string, int> { ["blue"] = 100 });
        (await _lab.Client.GetStringAsync("slot", Stop)).Should().Be("blue /slot");
    }

    [Fact]
    public async Task An_older_runner_changes_no_shares()
    {
        await ShareAsync(90, 10, token: 7);
        var (status, detail) = await _lab.TryPutAsync("shares", new { shares = new { blue = 0, green = 100 }, token = 6 });
        (status, detail).Should().Be((409, detail));
        detail.Should().Contain("token 7").And.Contain("oldToken");
        _lab.Door.State.Shares.Should().Equal(new Dictionary<string, int> { ["blue"] = 90, ["green"] = 10 });
    }

    [Fact]
    public async Task A_restart_keeps_the_shares_and_the_active_slot_is_the_one_with_most_of_them()
    {
        foreach (var (blue, token, active) in new[] { (90, 2, "blue"), (50, 3, "blue"), (10, 4, "green"), (50, 5, "green") })
        {
            await ShareAsync(blue, 100 - blue, token);
            var again = new FrontDoor(new EdgeStateFile(_lab.StateFile)).State;
            (again.Active, again.Shares["blue"], again.Token).Should().Be((active, blue, token));
        }

        await _lab.PutAsync("active", new { slot = "blue", token = 6 });
        _lab.Door.State.Shares.Should().Equal(new Dictionary<string, int> { ["blue"] = 100 });
    }

    private Task ShareAsync(int blue, int green, int token) => _lab.PutAsync("shares", new { shares = new { blue, green }, token });

    private async Task<IReadOnlyList<string>> AskAsync(int requests)
    {
        var answers = new List<string>();
        for (var request = 0; request < requests; request++) answers.Add(await _lab.Client.GetStringAsync("slot", Stop));
        return answers;
    }

    private async Task<ClientWebSocket> OpenAsync()
    {
        var socket = new ClientWebSocket();
        await socket.ConnectAsync(new Uri($"ws://{_lab.Client.BaseAddress!.Authority}/socket"), Stop);
        return socket;
    }

    private static async Task<string> EchoAsync(ClientWebSocket socket, string text)
    {
        await socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, true, Stop);
        var buffer = new byte[64];
        var received = await socket.ReceiveAsync(buffer, Stop);
        return Encoding.UTF8.GetString(buffer, 0, received.Count);
    }
}
