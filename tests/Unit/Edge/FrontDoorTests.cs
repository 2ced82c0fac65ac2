using System.Net;
using System.Net.Http.Json;
using ChainBridge.Edge;
using FluentAssertions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace ChainBridge.Tests.Unit.Edge;

public sealed class FrontDoorTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly string _folder = Directory.CreateTempSubdirectory("edge-").FullName;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private string StateFile => Path.Combine(_folder, "edge.json");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task No_request_is_lost_while_the_traffic_moves_a_hundred_times_under_load()
    {
        await using var blue = await ReleaseAsync("blue");
        await using var green = await ReleaseAsync("green");
        var door = Door(blue, green);
        await using var open = EdgeApp.BuildPublic(door, "http://127.0.0.1:0");
        await open.StartAsync(Stop);
        using var client = new HttpClient { BaseAddress = Address(open) };
        using var moving = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var senders = Enumerable.Range(0, 4).Select(async _ =>
        {
            var answers = new List<string>();
            while (!moving.IsCancellationRequested) answers.Add(await client.GetStringAsync("slot", Stop));
            return answers;
        }).ToList();

        for (var move = 0; move < 100; move++)
        {
            door.Switch(move % 2 == 0 ? "green" : "blue", move).Should().BeNull();
            var slot = await client.GetStringAsync("slot", Stop);
            slot.Should().Be(move % 2 == 0 ? "green" : "blue", "a request after the switch goes to the new slot");
        }

        await moving.CancelAsync();
        var all = (await Task.WhenAll(senders)).SelectMany(answers => answers).ToList();
        all.Should().Contain("blue").And.Contain("green").And.OnlyContain(slot => slot == "blue" || slot == "green");
        // An answer is whole at its receiver before the door has counted it out.
        var deadline = TimeProvider.System.GetTimestamp();
        while (door.InFlight.Count > 0 && TimeProvider.System.GetElapsedTime(deadline) < Patience) await Task.Delay(10, Stop);
        door.InFlight.Should().BeEmpty();
    }

    [Fact]
    public async Task A_request_under_way_ends_in_its_slot_and_is_counted_until_then()
    {
        await using var blue = await ReleaseAsync("blue");
        await using var green = await ReleaseAsync("green");
        var door = Door(blue, green);
        await using var open = EdgeApp.BuildPublic(door, "http://127.0.0.1:0");
        await open.StartAsync(Stop);
        using var client = new HttpClient { BaseAddress = Address(open) };
        var gate = blue.Services.GetRequiredService<Gate>();
        var slow = client.GetStringAsync("held", Stop);
        await gate.Arrived.Task.WaitAsync(Patience, Stop);

        door.Switch("green", 2);

        door.InFlight.Should().Equal(new Dictionary<string, int> { ["blue"] = 1 });
        gate.Release.SetResult();
        (await slow).Should().Be("blue");
    }

    [Fact]
    public async Task The_release_learns_which_door_it_was_asked_through_and_not_what_a_caller_claims()
    {
        await using var blue = await ReleaseAsync("blue");
        var door = Door(blue, blue);
        await using var open = EdgeApp.BuildPublic(door, "http://127.0.0.1:0");
        await open.StartAsync(Stop);
        using var client = new HttpClient { BaseAddress = Address(open) };
        using var request = new HttpRequestMessage(HttpMethod.Get, "door") { Headers = { { "X-Forwarded-Host", "elsewhere.example" } } };
        using var answer = await client.SendAsync(request, Stop);
        (await answer.Content.ReadAsStringAsync(Stop)).Should().Be($"http://{client.BaseAddress!.Authority}");
    }

    [Fact]
    public async Task Without_an_active_slot_the_door_answers_503_and_when_to_come_back()
    {
        await using var open = EdgeApp.BuildPublic(new FrontDoor(new EdgeStateFile(StateFile)), "http://127.0.0.1:0");
        await open.StartAsync(Stop);
        using var client = new HttpClient { BaseAddress = Address(open) };
        using var answer = await client.GetAsync("/", Stop);
        answer.StatusCode.Should().Be(HttpStatusCode.ServiceUnavailable);
        answer.Headers.RetryAfter.Should().NotBeNull();
    }

    [Fact]
    public async Task An_older_runner_is_refused_and_changes_nothing()
    {
        await using var blue = await ReleaseAsync("blue");
        var door = Door(blue, blue);
        door.Switch("green", 7);
        await using var admin = EdgeApp.BuildAdmin(door, "http://127.0.0.1:0", "the-key");
        await admin.StartAsync(Stop);
        using var client =
            new HttpClient { BaseAddress = Address(admin), DefaultRequestHeaders = { Authorization = new("Bearer", "the-key") } };
        using var answer = await client.PutAsJsonAsync("active", new { slot = "blue", token = 6 }, Stop);
        answer.StatusCode.Should().Be(HttpStatusCode.Conflict);
        door.State.Active.Should().Be("green");
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("another-key")]
    public async Task A_caller_without_the_key_learns_and_changes_nothing_whatever_token_he_shows(string? key)
    {
        await using var blue = await ReleaseAsync("blue");
        var door = Door(blue, blue);
        await using var admin = EdgeApp.BuildAdmin(door, "http://127.0.0.1:0", "the-key");
        await admin.StartAsync(Stop);
        using var client = new HttpClient { BaseAddress = Address(admin) };
        if (key is not null) client.DefaultRequestHeaders.Authorization = new("Bearer", key);
        using var moved = await client.PutAsJsonAsync("active", new { slot = "green", token = long.MaxValue }, Stop);
        using var asked = await client.GetAsync("state", Stop);
        using var health = await client.GetAsync("edge/health", Stop);
        (moved.StatusCode, asked.StatusCode, health.StatusCode)
            .Should().Be((HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized, HttpStatusCode.OK));
        door.State.Should().BeEquivalentTo(new { Active = "blue", Token = 0L });
    }

    [Fact]
    public async Task A_restart_goes_on_where_the_last_one_stopped()
    {
        await using var blue = await ReleaseAsync("blue");
        Door(blue, blue).Switch("green", 3);
        new FrontDoor(new EdgeStateFile(StateFile)).State.Should().BeEquivalentTo(new { Active = "green", Token = 3L });
    }

    [Theory]
    [InlineData("")]
    [InlineData("{\"active\":\"blue\",\"slots\":{")]
    [InlineData("{\"active\":\"blue\",\"slots\":{},\"token\":1}")]
    [InlineData("null")]
    public void A_state_that_cannot_be_read_is_reported_and_not_taken_for_an_empty_one(string content)
    {
        File.WriteAllText(StateFile, content);
        var start = () => new FrontDoor(new EdgeStateFile(StateFile));
        start.Should().Throw<InvalidDataException>().WithMessage($"*{StateFile}*");
    }

    private sealed class Gate
    {
        public TaskCompletionSource Arrived { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Release { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private FrontDoor Door(WebApplication blue, WebApplication green)
    {
        var door = new FrontDoor(new EdgeStateFile(StateFile));
        door.Place("blue", Address(blue), 0);
        door.Place("green", Address(green), 0);
        door.Switch("blue", 0);
        return door;
    }

    private static async Task<WebApplication> ReleaseAsync(string name)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Services.AddSingleton<Gate>();
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        app.MapGet("/slot", () => name);
        app.MapGet("/door", (HttpRequest request) => $"{request.Headers["X-Forwarded-Proto"]}://{request.Headers["X-Forwarded-Host"]}");
        app.MapGet("/held", async (Gate gate) =>
        {
            gate.Arrived.TrySetResult();
            await gate.Release.Task;
            return name;
        });
        await app.StartAsync(Stop);
        return app;
    }

    private static Uri Address(WebApplication app) =>
        new(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
}
