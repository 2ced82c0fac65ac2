using System.Net;
using System.Net.Http.Json;
using System.Net.WebSockets;
using System.Text;
using ChainBridge.Edge;
using FluentAssertions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Xunit;

namespace ChainBridge.Tests.Unit.Edge;

/// <summary>The door lets through what the release itself would take, and counts how it ended.</summary>
public sealed class DoorLimitsTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly string _folder = Directory.CreateTempSubdirectory("edge-").FullName;
    private readonly TaskCompletionSource _goOn = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private WebApplication _release = null!;
    private WebApplication _open = null!;
    private WebApplication _admin = null!;
    private FrontDoor _door = null!;
    private HttpClient _client = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _release = await ReleaseAsync();
        _door = new FrontDoor(new EdgeStateFile(Path.Combine(_folder, "edge.json")));
        _door.Place("blue", Address(_release), 1);
        _door.Switch("blue", 1);
        _open = EdgeApp.BuildPublic(_door, "http://127.0.0.1:0");
        _admin = EdgeApp.BuildAdmin(_door, "http://127.0.0.1:0", "the-key");
        await _open.StartAsync(Stop);
        await _admin.StartAsync(Stop);
        _client = new HttpClient { BaseAddress = Address(_open), Timeout = Patience };
    }

    public async ValueTask DisposeAsync()
    {
        _goOn.TrySetResult();
        _client.Dispose();
        foreach (var app in new[] { _open, _admin, _release }) await app.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData(31_000_000, false)]
    [InlineData(31_000_000, true)]
    [InlineData(60_000_001, false)]
    public async Task An_upload_gets_the_same_answer_through_the_door_as_from_the_release_itself(long bytes, bool chunked)
    {
        using var direct = new HttpClient { BaseAddress = Address(_release), Timeout = Patience };
        var answers = new List<string>();
        foreach (var client in new[] { direct, _client })
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "upload") { Content = new Zeros(bytes, chunked) };
            using var answer = await client.SendAsync(request, Stop);
            answers.Add($"{(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync(Stop)}");
        }

        answers[1].Should().Be(answers[0]).And.Be($"200 {bytes}");
    }

    [Fact]
    public async Task Long_headers_and_paths_get_through_in_both_directions()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"headers?{new string('q', 100_000)}");
        request.Headers.Add("X-Long", new string('x', 200_000));
        foreach (var number in Enumerable.Range(0, 300)) request.Headers.Add($"X-Many-{number}", "1");
        using var patient =
            new HttpClient(new SocketsHttpHandler { MaxResponseHeadersLength = 1024 }) { BaseAddress = _client.BaseAddress };
        using var answer = await patient.SendAsync(request, Stop);
        answer.StatusCode.Should().Be(HttpStatusCode.OK);
        (await answer.Content.ReadAsStringAsync(Stop)).Should().Be("200000 300 100001");
        answer.Headers.GetValues("X-Answer").Single().Should().HaveLength(200_000);
    }

    [Fact]
    public void By_default_the_door_has_no_limit_for_bodies_rates_or_silence()
    {
        var limits = _open.Services.GetRequiredService<IOptions<KestrelServerOptions>>().Value.Limits;
        (limits.MaxRequestBodySize, limits.MinRequestBodyDataRate, limits.MinResponseDataRate)
            .Should().Be(((long?)null, (MinDataRate?)null, (MinDataRate?)null));
        EdgeLimits.None.Forwarding.ActivityTimeout.Should().Be(Timeout.InfiniteTimeSpan, "YARP's own limit is 100 s");
        _door.State.Limits.Should().BeNull();
    }

    [Fact]
    public async Task A_silent_stream_is_cut_only_where_an_idle_timeout_is_set_and_one_that_began_before_goes_on()
    {
        using var unlimited = await OpenStreamAsync();
        (await SetAsync(new { idleTimeout = TimeSpan.FromMilliseconds(200), token = 2 })).StatusCode.Should().Be(HttpStatusCode.OK);
        using var limited = await OpenStreamAsync();

        var cut = () => limited.ReadLineAsync(Stop).AsTask().WaitAsync(Patience, Stop);
        (await cut.Should().ThrowAsync<Exception>()).Which.Should()
            .Match(failure => failure is HttpRequestException || failure is IOException);
        _goOn.SetResult();

        (await unlimited.ReadLineAsync(Stop)).Should().Be("second", "it was silent for longer, without a limit");
        _door.Figures["blue"].Broken.Should().Be(1);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_body_over_the_documented_limit_is_413_and_the_key_is_named(bool chunked)
    {
        (await SetAsync(new { maxBody = 1000, token = 2 })).StatusCode.Should().Be(HttpStatusCode.OK);
        using var request = new HttpRequestMessage(HttpMethod.Post, "upload") { Content = new Zeros(1001, chunked) };
        using var answer = await _client.SendAsync(request, Stop);
        answer.StatusCode.Should().Be(HttpStatusCode.RequestEntityTooLarge);
        if (!chunked) (await answer.Content.ReadAsStringAsync(Stop)).Should().Contain("edge.maxBody allows 1000");
        // Kestrel counts what frames the chunks, too.
        using var small = new HttpRequestMessage(HttpMethod.Post, "upload") { Content = new Zeros(chunked ? 900 : 1000, chunked) };
        (await _client.SendAsync(small, Stop)).StatusCode.Should().Be(HttpStatusCode.OK);
        await CountedAsync(2);
        _door.Figures["blue"].Should().Match<SlotFigures>(slot => slot.Failed + slot.Broken == 0, "it is no fault of the release");

        new FrontDoor(new EdgeStateFile(Path.Combine(_folder, "edge.json"))).State.Limits!
            .MaxBody.Should().Be(1000, "an edge that is started again keeps its limits");
        (await SetAsync(new { token = 1 })).StatusCode.Should().Be(HttpStatusCode.Conflict, "an older runner sets no limits");
        (await SetAsync(new { token = 3 })).StatusCode.Should().Be(HttpStatusCode.OK);
        _door.State.Limits.Should().Be(EdgeLimits.None);
    }

    [Fact]
    public async Task A_web_socket_goes_through_the_door()
    {
        using var socket = new ClientWebSocket();
        await socket.ConnectAsync(new Uri($"ws://{Address(_open).Authority}/socket"), Stop);
        await socket.SendAsync(Encoding.UTF8.GetBytes("hello"), WebSocketMessageType.Text, true, Stop);
        var buffer = new byte[16];
        var received = await socket.ReceiveAsync(buffer, Stop);
        Encoding.UTF8.GetString(buffer, 0, received.Count).Should().Be("hello");
        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, Stop);
    }

    private async Task<StreamReader> OpenStreamAsync()
    {
        var stream = new StreamReader(await _client.GetStreamAsync("stream", Stop));
        (await stream.ReadLineAsync(Stop)).Should().Be("first", "what is written comes at once");
        return stream;
    }

    private async Task<HttpResponseMessage> SetAsync(object limits)
    {
        using var admin =
            new HttpClient { BaseAddress = Address(_admin), DefaultRequestHeaders = { Authorization = new("Bearer", "the-key") } };
        return await admin.PutAsJsonAsync("limits", limits, Stop);
    }

    /// <summary>An answer is whole at its receiver before the door has counted it.</summary>
    private Task CountedAsync(int requests) => UntilAsync(() => _door.Figures.GetValueOrDefault("blue")?.Requests == requests);

    private static async Task UntilAsync(Func<bool> condition)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (!condition() && TimeProvider.System.GetElapsedTime(began) < Patience) await Task.Delay(10, Stop);
    }

    private async Task<WebApplication> ReleaseAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            (kestrel.Limits.MaxRequestBodySize, kestrel.Limits.MaxRequestHeaderCount) = (100_000_000, 1000);
            (kestrel.Limits.MaxRequestBufferSize, kestrel.Limits.MaxRequestHeadersTotalSize, kestrel.Limits.MaxRequestLineSize) =
                (1_000_000, 500_000, 500_000);
        });
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        app.UseWebSockets();
        app.MapPost("/upload", async (HttpRequest request) =>
        {
            var counted = 0L;
            var buffer = new byte[81920];
            while (await request.Body.ReadAsync(buffer, request.HttpContext.RequestAborted) is > 0 and var read) counted += read;
            return $"{counted}";
        });
        app.MapGet("/headers", (HttpContext context) =>
        {
            context.Response.Headers["X-Answer"] = new string('y', context.Request.Headers["X-Long"].ToString().Length);
            return $"{context.Request.Headers["X-Long"].ToString().Length} "
                + $"{context.Request.Headers.Count(header => header.Key.StartsWith("X-Many", StringComparison.Ordinal))} "
                + $"{context.Request.QueryString.Value!.Length}";
        });
        app.MapGet("/stream", async (HttpContext context) =>
        {
            context.Response.ContentType = "text/event-stream";
            await context.Response.WriteAsync("first\n");
            await context.Response.Body.FlushAsync();
            await _goOn.Task.WaitAsync(context.RequestAborted);
            await context.Response.WriteAsync("second\n");
        });
        app.Map("/socket", async (HttpContext context) =>
        {
            using var socket = await context.WebSockets.AcceptWebSocketAsync();
            var buffer = new byte[16];
            while (await socket.ReceiveAsync(buffer, context.RequestAborted) is { MessageType: not WebSocketMessageType.Close } received)
                await socket.SendAsync(buffer.AsMemory(0, received.Count), received.MessageType, received.EndOfMessage,
                    context.RequestAborted);
            await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, context.RequestAborted);
        });
        await app.StartAsync(Stop);
        return app;
    }

    private static Uri Address(WebApplication app) =>
        new(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());

    /// <summary>A body of zeros, with its length or in chunks.</summary>
    private sealed class Zeros(long bytes, bool chunked) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            var piece = new byte[1_000_000];
            for (var left = bytes; left > 0; left -= piece.Length)
                await stream.WriteAsync(piece.AsMemory(0, (int)Math.Min(left, piece.Length)));
        }

        protected override bool TryComputeLength(out long length)
        {
            length = bytes;
            return !chunked;
        }
    }
}
