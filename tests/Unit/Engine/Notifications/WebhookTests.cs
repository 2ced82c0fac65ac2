using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ChainBridge.Engine.Manifest;
using ChainBridge.Engine.Notifications;
using FluentAssertions;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace ChainBridge.Tests.Unit.Engine.Notifications;

/// <summary>Webhooks over a socket: what is posted, how it is signed, and when it is posted again.</summary>
public sealed class WebhookTests
{
    private const string Key = "a key that only both sides have";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_receiver_with_the_key_verifies_the_body_and_finds_a_changed_one()
    {
        await using var receiver = await Receiver.StartAsync(Stop);
        await Sender(receiver).SendAsync(SampleRuns.Ended(RunEnd.RolledBack, 11), Stop);
        var got = receiver.Requests.Should().ContainSingle().Which;
        (got.Method, got.Path, got.Headers["Content-Type"])
            .Should().Be(("POST", "/hook?token=t0ps3cret", "application/json; charset=utf-8"));
        Verifies(got.Body, got.Headers["X-ChainBridge-Signature-256"]).Should().BeTrue();
        var changed = Encoding.UTF8.GetBytes(got.Text.Replace("staging-A", "staging-Z", StringComparison.Ordinal));
        Verifies(changed, got.Headers["X-ChainBridge-Signature-256"]).Should().BeFalse();
        got.Headers["X-ChainBridge-Delivery"].Should().Be("5ff6a1a2-0000-4000-8000-000000000001");
        long.Parse(got.Headers["X-ChainBridge-Timestamp"]).Should().BeCloseTo(TimeProvider.System.GetUtcNow().ToUnixTimeSeconds(), 60);
    }

    [Fact]
    public async Task The_body_holds_what_is_known_of_the_run_in_the_words_of_the_other_outputs()
    {
        await using var receiver = await Receiver.StartAsync(Stop);
        await Sender(receiver).SendAsync(SampleRuns.Ended(RunEnd.RolledBack, 11), Stop);
        var body = JsonDocument.Parse(receiver.Requests[0].Body).RootElement;
        body.EnumerateObject().Select(member => member.Name).Should().Equal("delivery", "deployment", "at", "project", "environment",
            "target", "verb", "version", "commit", "actor", "verdict", "exitCode", "summary", "next", "milliseconds", "steps", "gates",
            "alerts", "warnings", "links", "changes");
        body.GetProperty("verdict").GetString().Should().Be("rolled-back");
        body.GetProperty("at").GetString().Should().Be("2026-11-26T11:08:02+00:00");
        body.GetProperty("steps")[0].GetRawText().Should().Be("""{"step":"smokePublic","outcome":"failed","milliseconds":1100}""");
        body.GetProperty("steps")[1].GetProperty("slot").GetString().Should().Be("blue");
        body.GetProperty("gates")[0].GetProperty("verdict").GetString().Should().Be("fail");
        body.GetProperty("changes").GetProperty("commits")[0].GetString().Should().Be("f8b84e0 Pay in <euro> & cents");
        body.GetProperty("links").GetProperty("run").GetString().Should().Be("https://github.com/acme/shop/actions/runs/7");
    }

    [Theory]
    [InlineData(500)]
    [InlineData(503)]
    [InlineData(429)]
    public async Task A_server_that_fails_twice_and_then_takes_it_has_one_delivery(int status)
    {
        await using var receiver = await Receiver.StartAsync(Stop, (context, number, _) =>
        {
            if (number < 3) context.Response.StatusCode = status;
            return Task.CompletedTask;
        });
        await Sender(receiver).SendAsync(SampleRuns.Ended(RunEnd.Deployed), Stop);
        receiver.Requests.Should().HaveCount(3);
        receiver.Requests.Select(got => got.Headers["X-ChainBridge-Delivery"]).Distinct().Should().ContainSingle();
        receiver.Requests.Select(got => got.Text).Distinct().Should().ContainSingle();
    }

    [Theory]
    [InlineData(400)]
    [InlineData(404)]
    [InlineData(302)]
    public async Task A_server_that_refuses_is_asked_once(int status)
    {
        await using var receiver = await Receiver.StartAsync(Stop, (context, _, _) =>
        {
            context.Response.StatusCode = status;
            context.Response.Headers.Location = "/elsewhere";
            return Task.CompletedTask;
        });
        var sending = () => Sender(receiver).SendAsync(SampleRuns.Ended(RunEnd.Deployed), Stop);
        await sending.Should().ThrowAsync<DeliveryException>().WithMessage($"the answer was {status}");
        receiver.Requests.Should().ContainSingle();
    }

    [Fact]
    public async Task A_busy_server_is_asked_again_when_it_wants_to_be()
    {
        // Pauses pass at once; deadlines of tries are a day away, and never come.
        var clock = new ImmediateClock(wait => wait < TimeSpan.FromMinutes(1));
        await using var receiver = await Receiver.StartAsync(Stop, (context, number, _) =>
        {
            if (number > 1) return Task.CompletedTask;
            context.Response.StatusCode = 429;
            context.Response.Headers.RetryAfter = "7";
            return Task.CompletedTask;
        });
        var post = new JsonPost(new Tries(clock, TimeSpan.FromDays(1)), clock);
        await new WebhookSender(receiver.Address, Key, post, clock).SendAsync(SampleRuns.Ended(RunEnd.Deployed), Stop);
        receiver.Requests.Should().HaveCount(2);
        clock.Waited.Should().Equal(7);
    }

    [Fact]
    public async Task A_port_where_nothing_listens_is_named_by_what_the_network_answers()
    {
        var sender = new WebhookSender(new("http://127.0.0.1:1/t0ps3cret"), Key, new JsonPost(SampleRuns.Quick, TimeProvider.System),
            TimeProvider.System);
        var sending = () => sender.SendAsync(SampleRuns.Ended(RunEnd.Deployed), Stop);
        (await sending.Should().ThrowAsync<DeliveryException>())
            .WithMessage("Connection refused*, 3 times").Which.ToString().Should().NotContain("t0ps3cret");
    }

    private static WebhookSender Sender(Receiver receiver) => new(new Uri(receiver.Address, "/hook?token=t0ps3cret"), Key,
        new JsonPost(SampleRuns.Quick, TimeProvider.System), TimeProvider.System);

    private static bool Verifies(byte[] body, string signature) => CryptographicOperations.FixedTimeEquals(
        Encoding.ASCII.GetBytes($"sha256={Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Key), body))}"),
        Encoding.ASCII.GetBytes(signature));
}
