using System.Text.Json;
using ChainBridge.Engine.Manifest;
using ChainBridge.Engine.Notifications;
using FluentAssertions;
using Microsoft.AspNetCore.Http;
using Octokit;
using Xunit;

namespace ChainBridge.Tests.Unit.Engine.Notifications;

/// <summary>Commit and deployment statuses, against a server that answers as GitHub does.</summary>
public sealed class GitHubTests
{
    private const string Repository = "/api/v3/repos/acme/shop";
    private static readonly string Status = $"POST {Repository}/statuses/{SampleRuns.Commit}";
    private static readonly string Deployment = $"POST {Repository}/deployments";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_deployment_is_under_way_when_its_release_is_named_and_then_a_success()
    {
        await using var hub = await HubAsync();
        var sender = Sender(hub);
        var run = SampleRuns.Ended(RunEnd.Deployed);
        await sender.SendAsync(run with { Verdict = null, ExitCode = null }, Stop);
        await sender.SendAsync(run, Stop);
        Bodies(hub, Status).Select(body => Text(body, "state")).Should().Equal("pending", "success");
        Bodies(hub, Status).Should().OnlyContain(body => Text(body, "context") == "deployrunner/staging"
            && Text(body, "target_url") == "https://github.com/acme/shop/actions/runs/7");
        Text(Bodies(hub, Status)[1], "description").Should().Be("staging: staging-20261126-f8b84e0 is deployed");
        var made = Bodies(hub, Deployment).Should().ContainSingle("one deployment has both statuses").Which;
        (Text(made, "ref"), Text(made, "environment"), made.GetProperty("auto_merge").GetBoolean())
            .Should().Be((SampleRuns.Commit, "staging", false));
        made.GetProperty("required_contexts").GetArrayLength().Should().Be(0);
        Bodies(hub, $"{Deployment}/7/statuses").Select(body => Text(body, "state")).Should().Equal("in_progress", "success");
        Text(Bodies(hub, $"{Deployment}/7/statuses")[1], "environment_url").Should().Be("https://staging.example.org/");
        hub.Requests.Should().OnlyContain(got => got.Headers["Authorization"].EndsWith("ghp_t0ken", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(RunEnd.Deployed, 0, CommitState.Success, DeploymentState.Success)]
    [InlineData(RunEnd.RolledBack, 0, CommitState.Success, DeploymentState.Success)]
    [InlineData(RunEnd.RolledBack, 11, CommitState.Failure, DeploymentState.Failure)]
    [InlineData(RunEnd.Failed, 10, CommitState.Failure, DeploymentState.Failure)]
    [InlineData(RunEnd.Failed, 14, CommitState.Error, DeploymentState.Error, true)]
    [InlineData(RunEnd.Interrupted, 130, CommitState.Error, DeploymentState.Error)]
    [InlineData(RunEnd.Waiting, 0, CommitState.Pending, DeploymentState.Pending)]
    [InlineData(RunEnd.Aborted, 0, CommitState.Error, DeploymentState.Inactive)]
    public void Each_end_has_its_states(RunEnd end, int code, CommitState commit, DeploymentState deployment, bool unproved = false) =>
        GitHubSender.States(SampleRuns.Ended(end, code) with { Unproved = unproved }).Should().Be((commit, deployment));

    [Fact]
    public async Task An_abort_makes_the_deployment_that_waits_inactive()
    {
        await using var hub = await HubAsync();
        await Sender(hub).SendAsync(SampleRuns.Ended(RunEnd.Aborted) with { Verb = "abort" }, Stop);
        var asked = hub.Requests.Single(got => got.Method == "GET");
        asked.Path.Should().Contain($"sha={SampleRuns.Commit}").And.Contain("environment=staging");
        Bodies(hub, Deployment).Should().BeEmpty("the run before has made it");
        Text(Bodies(hub, $"{Deployment}/3/statuses").Single(), "state").Should().Be("inactive");
    }

    [Fact]
    public async Task A_run_that_ended_before_its_release_had_a_commit_asks_nothing()
    {
        await using var hub = await HubAsync();
        await Sender(hub).SendAsync(SampleRuns.Ended(RunEnd.Failed, 16) with { Commit = null }, Stop);
        hub.Requests.Should().BeEmpty();
    }

    [Fact]
    public async Task A_token_that_may_not_write_statuses_still_writes_deployments_and_the_refusal_is_named()
    {
        await using var hub = await HubAsync((context, got) => got.Path.Contains("/statuses/", StringComparison.Ordinal)
            ? RefuseAsync(context, 403, "Resource not accessible by integration")
            : null);
        var sending = () => Sender(hub).SendAsync(SampleRuns.Ended(RunEnd.Deployed), Stop);
        (await sending.Should().ThrowAsync<DeliveryException>())
            .WithMessage("the commit status was answered with 403: Resource not accessible by integration")
            .Which.ToString().Should().NotContain("ghp_t0ken");
        Bodies(hub, $"{Deployment}/7/statuses").Should().ContainSingle();
        Bodies(hub, Status).Should().ContainSingle("a refusal is not tried again");
    }

    [Fact]
    public async Task An_API_that_fails_is_tried_again()
    {
        var failed = 0;
        await using var hub = await HubAsync((context, got) =>
            got.Path.Contains("/statuses/", StringComparison.Ordinal) && Interlocked.Increment(ref failed) < 3
                ? RefuseAsync(context, 502, "bad gateway")
                : null);
        await Sender(hub).SendAsync(SampleRuns.Ended(RunEnd.Deployed), Stop);
        Bodies(hub, Status).Should().HaveCount(3);
    }

    private static GitHubSender Sender(Receiver hub) => new(
        new GitHubSpec("acme", "shop", new Uri(hub.Address, "/api/v3/"), new("GITHUB_TOKEN", "chainbridge.yml:9:1")), "ghp_t0ken",
        SampleRuns.Quick, TimeProvider.System);

    private static Task<Receiver> HubAsync(Func<HttpContext, Got, Task?>? instead = null) =>
        Receiver.StartAsync(Stop, async (context, _, got) =>
        {
            if (instead?.Invoke(context, got) is { } other)
            {
                await other;
                return;
            }

            context.Response.StatusCode = got.Method == "GET" ? 200 : 201;
            context.Response.ContentType = "application/json";
            await context.Response.WriteAsync(got.Method == "GET" ? """[{"id":3}]""" : """{"id":7}""", context.RequestAborted);
        });

    private static Task RefuseAsync(HttpContext context, int status, string message)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(JsonSerializer.Serialize(new { message }), context.RequestAborted);
    }

    private static IReadOnlyList<JsonElement> Bodies(Receiver hub, string request) =>
        [.. hub.Requests.Where(got => $"{got.Method} {got.Path}" == request).Select(got => JsonDocument.Parse(got.Body).RootElement)];

    private static string? Text(JsonElement body, string member) => body.GetProperty(member).GetString();
}
