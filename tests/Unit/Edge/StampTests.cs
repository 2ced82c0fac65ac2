using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using ChainBridge.Edge;
using FluentAssertions;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Xunit;

namespace ChainBridge.Tests.Unit.Edge;

/// <summary>Every answer is stamped with the release that gave it, and no release can pass for another.</summary>
public sealed class StampTests : IAsyncLifetime
{
    private EdgeLab _lab = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _lab = await EdgeLab.StartAsync();

    public ValueTask DisposeAsync() => _lab.DisposeAsync();

    [Theory]
    [InlineData("x", 200)]
    [InlineData("liar", 200)]
    [InlineData("status/404", 404)]
    [InlineData("status/503", 503)]
    [InlineData("stream", 200)]
    public async Task Every_answer_of_a_release_carries_its_version_and_slot_whatever_its_own_headers(string path, int status)
    {
        var (blue, _) = await _lab.BothAsync();
        blue.GoOn();
        using var answer = await _lab.Client.GetAsync(path, Stop);
        ((int)answer.StatusCode).Should().Be(status);
        Stamps(answer).Should().Be(("v1", "blue"));
        await _lab.PutAsync("active", new { slot = "green", token = 2 });
        using var next = await _lab.Client.GetAsync("x", Stop);
        Stamps(next).Should().Be(("v2", "green"));
    }

    [Fact]
    public async Task A_web_socket_is_stamped_as_it_opens()
    {
        await _lab.BothAsync();
        using var socket = new ClientWebSocket { Options = { CollectHttpResponseDetails = true } };
        await socket.ConnectAsync(new Uri($"ws://{_lab.Client.BaseAddress!.Authority}/socket"), Stop);
        socket.HttpResponseHeaders!["X-ChainBridge-Release"].Should().Equal("v1");
        socket.HttpResponseHeaders["X-ChainBridge-Slot"].Should().Equal("blue");
        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, Stop);
    }

    [Fact]
    public async Task A_slot_placed_without_a_version_tells_its_slot_alone_also_where_the_release_claims_one()
    {
        var blue = await _lab.ReleaseAsync("blue");
        await _lab.PutAsync("slots/blue", new { address = blue.Address, version = "v1", token = 1 });
        await _lab.PutAsync("active", new { slot = "blue", token = 1 });
        await _lab.PutAsync("slots/blue", new { address = blue.Address, token = 1 });
        using var answer = await _lab.Client.GetAsync("liar", Stop);
        Stamps(answer).Should().Be((null, "blue"));
    }

    [Theory]
    [InlineData("dies", "gave no answer at door default")]
    [InlineData("refused", "takes no connections at door default")]
    public async Task An_answer_that_the_edge_gives_for_a_release_carries_the_slot_and_no_version(string how, string detail)
    {
        await _lab.BothAsync();
        if (how == "refused") await _lab.PutAsync("slots/blue", new { address = "http://127.0.0.1:1", version = "v1", token = 1 });
        using var answer = await _lab.Client.GetAsync(how, Stop);
        answer.StatusCode.Should().Be(HttpStatusCode.BadGateway);
        Stamps(answer).Should().Be((null, "blue"));
        (await answer.Content.ReadAsStringAsync(Stop)).Should().Contain($"the release in slot blue {detail}");
    }

    [Fact]
    public async Task An_answer_that_ends_with_its_head_is_the_edges_and_not_the_releases()
    {
        await _lab.BothAsync();
        using var release = new TcpListener(IPAddress.Loopback, 0);
        release.Start();
        await _lab.PutAsync("slots/blue", new { address = $"http://{release.LocalEndpoint}", version = "v1", token = 1 });
        var asking = _lab.Client.GetAsync("x", Stop);
        using (var connection = await release.AcceptSocketAsync(Stop))
        {
            await connection.ReceiveAsync(new byte[1000], Stop);
            await connection.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"u8.ToArray(), Stop);
        }

        using var answer = await asking;
        answer.StatusCode.Should().Be(HttpStatusCode.BadGateway);
        Stamps(answer).Should().Be((null, "blue"));
        await _lab.CountedAsync("blue", 1);
        _lab.Door.Figures["blue"].Should().Match<SlotFigures>(slot => slot.Broken == 1 && slot.Refused == 0 && slot.Duration.Count == 0);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_body_that_is_refused_by_its_length_is_answered_with_the_slot(bool chunked)
    {
        await _lab.BothAsync();
        await _lab.PutAsync("limits", new { maxBody = 10, token = 1 });
        using var request = new HttpRequestMessage(HttpMethod.Post, "x") { Content = new ByteArrayContent(new byte[100]) };
        request.Headers.TransferEncodingChunked = chunked;
        using var answer = await _lab.Client.SendAsync(request, Stop);
        answer.StatusCode.Should().Be(HttpStatusCode.RequestEntityTooLarge);
        Stamps(answer).Should().Be((null, "blue"));
    }

    [Fact]
    public async Task Trailers_of_those_names_are_dropped_and_others_go_on()
    {
        var door = new FrontDoor(new EdgeStateFile(_lab.StateFile));
        door.Listen([KeyValuePair.Create(DoorRule.Default, 80)]);
        door.Place("blue", new Uri("http://127.0.0.1:1"), 1);
        door.Switch("blue", 1);
        var context = new DefaultHttpContext();
        var trailers = new Sent();
        context.Features.Set<IHttpResponseTrailersFeature>(trailers);
        using var answer = new HttpResponseMessage
        {
            TrailingHeaders = { { "X-ChainBridge-Release", "v9" }, { "x-chainbridge-slot", "red" }, { "Checksum", "7" } },
        };
        await new DoorTransformer(door, door.Enter(80, "", "/")).TransformResponseTrailersAsync(context, answer, Stop);
        trailers.Trailers.Should().ContainSingle().Which.Key.Should().Be("Checksum");
    }

    private static (string? Release, string? Slot) Stamps(HttpResponseMessage answer)
    {
        return (One("X-ChainBridge-Release"), One("X-ChainBridge-Slot"));

        string? One(string name) => answer.Headers.TryGetValues(name, out var values) ? string.Join(", ", values) : null;
    }

    private sealed class Sent : IHttpResponseTrailersFeature
    {
        public IHeaderDictionary Trailers { get; set; } = new HeaderDictionary();
    }
}
