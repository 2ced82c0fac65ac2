using System.Net.Http.Headers;
using ChainBridge.TestKit;
using ChainBridge.TestKit.Diagnostics;
using FluentAssertions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Xunit;

namespace ChainBridge.Tests.TestKit.Services;

/// <summary>What is kept of a test's requests, and that keeping it changes nothing of them.</summary>
[ApiHealth]
public sealed class ExchangeTests : IAsyncLifetime
{
    private readonly TaskCompletionSource _goOn = new();
    private ServiceUnderTest _service = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static string Newest => TestTrace.Current!.Exchanges[^1].Describe();

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.MapGet("/health", () => "well");
        app.MapGet("/id", (HttpRequest request) => request.Headers[TestTrace.CorrelationHeader].ToString());
        app.MapGet("/long", () => new string('l', 100_000));
        app.MapGet("/picture", () => Results.Bytes([1, 2, 3], "image/png"));
        app.MapPost("/echo", async (HttpContext context, CancellationToken stop) =>
        {
            context.Response.ContentType = context.Request.ContentType;
            context.Response.ContentLength = context.Request.ContentLength;
            await context.Request.Body.CopyToAsync(context.Response.Body, stop);
        });
        app.MapGet("/stream", async (HttpResponse response, CancellationToken stop) =>
        {
            await response.WriteAsync("one\n", stop);
            await response.Body.FlushAsync(stop);
            await _goOn.Task.WaitAsync(stop);
            await response.WriteAsync("two\n", stop);
        });
        _service = await ServiceHost.InProcessAsync("api", app, TimeProvider.System, Stop);
    }

    [Fact]
    public async Task Every_request_of_a_test_carries_its_id_unless_it_has_one()
    {
        var id = await _service.Client.GetStringAsync("id", Stop);
        id.Should().MatchRegex("^test-[0-9a-f]{32}$").And.Be(TestTrace.Current!.CorrelationId);
        (await _service.Client.GetStringAsync("id", Stop)).Should().Be(id);
        using var request = new HttpRequestMessage(HttpMethod.Get, "id");
        request.Headers.Add(TestTrace.CorrelationHeader, "my-own");
        using var answer = await _service.Client.SendAsync(request, Stop);
        (await answer.Content.ReadAsStringAsync(Stop)).Should().Be("my-own");
    }

    [Fact]
    public async Task A_body_goes_through_as_it_is_both_ways_and_is_kept()
    {
        using var content = new StringContent("""{"n":1}""", new MediaTypeHeaderValue("application/json"));
        using var answer = await _service.Client.PostAsync("echo", content, Stop);
        (await answer.Content.ReadAsStringAsync(Stop)).Should().Be("""{"n":1}""");
        answer.Content.Headers.ContentType!.MediaType.Should().Be("application/json");
        answer.Content.Headers.ContentLength.Should().Be(7);
        Newest.Should()
            .MatchRegex("api: POST http://127.0.0.1:[0-9]+/echo -> 200 in [0-9.]+ ms").And.MatchRegex("(?s)\"n\":1.*--.*\"n\":1");
    }

    [Fact]
    public async Task Of_a_long_body_the_first_4_KB_are_kept_and_of_a_binary_one_its_kind()
    {
        (await _service.Client.GetStringAsync("long", Stop)).Should().HaveLength(100_000);
        Newest.Should().Contain("(… the first 4096 of 100000 bytes)").And.Subject.Length.Should().BeLessThan(5000);
        (await _service.Client.GetByteArrayAsync("picture", Stop)).Should().Equal(1, 2, 3);
        Newest.Should().Contain("(3 bytes of image/png)");
    }

    [Fact]
    public async Task An_answer_that_is_streamed_is_not_held_up()
    {
        using var answer = await _service.Client.GetAsync("stream", HttpCompletionOption.ResponseHeadersRead, Stop);
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(Stop));
        (await reader.ReadLineAsync(Stop)).Should().Be("one");
        Newest.Should().Contain("one").And.NotContain("two");
        _goOn.SetResult();
        (await reader.ReadLineAsync(Stop)).Should().Be("two");
        Newest.Should().Contain("two");
    }

    [Fact]
    public void Requests_without_await_are_kept_as_well()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "id");
        using var answer = _service.Client.Send(request, HttpCompletionOption.ResponseHeadersRead, Stop);
        using var reader = new StreamReader(answer.Content.ReadAsStream(Stop));
        reader.ReadToEnd().Should().Be(TestTrace.Current!.CorrelationId);
        Newest.Should().Contain("-> 200");
    }

    [Fact]
    public async Task A_request_without_an_answer_is_kept_with_the_reason()
    {
        var away = ServiceHost.At("absent", new Uri("http://127.0.0.1:1"));
        await away.Client.Awaiting(client => client.GetAsync("x", Stop)).Should().ThrowAsync<HttpRequestException>();
        Newest.Should().Contain("absent: GET http://127.0.0.1:1/x -> HttpRequestException: ");
    }

    [Fact]
    public async Task The_newest_200_are_kept()
    {
        for (var request = 0; request < 205; request++) await _service.Client.GetStringAsync($"id?number={request}", Stop);
        var kept = TestTrace.Current!.Exchanges;
        kept.Should().HaveCount(200);
        kept[0].Describe().Should().Contain("number=5 ");
    }

    public ValueTask DisposeAsync() => _service.DisposeAsync();
}
