using System.Net;
using ChainBridge.Edge;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.Edge;

/// <summary>Each request comes through one door, and each slot is placed at each door by itself.</summary>
public sealed class DoorsTests : IAsyncLifetime
{
    private EdgeLab _lab = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _lab = await EdgeLab.StartAsync("result");

    public ValueTask DisposeAsync() => _lab.DisposeAsync();

    [Fact]
    public async Task Doors_with_a_port_each_lead_to_services_of_their_own()
    {
        await OpenAsync(new { name = "vote", port = _lab.Port("default") });
        await PlaceAsync("blue", "vote", "result");
        await ActivateAsync("blue");
        (await _lab.Client.GetStringAsync("a", Stop)).Should().Be("blue-vote /a");
        using var result = _lab.At("result");
        (await result.GetStringAsync("a", Stop)).Should().Be("blue-result /a", "its port belongs to the door it was opened for");
    }

    [Fact]
    public async Task On_a_shared_port_host_and_path_decide_and_the_release_gets_the_whole_path()
    {
        var port = _lab.Port("default");
        await OpenAsync(
            new { name = "rest", port }, new { name = "api", port, path = "/api" },
            new { name = "admin", port, host = "admin.example.org" });
        await PlaceAsync("blue", "rest", "api", "admin");
        await ActivateAsync("blue");
        (await _lab.Client.GetStringAsync("x", Stop)).Should().Be("blue-rest /x");
        (await _lab.Client.GetStringAsync("api/x", Stop)).Should().Be("blue-api /api/x");
        using var request = new HttpRequestMessage(HttpMethod.Get, "api/x") { Headers = { Host = "admin.example.org:8080" } };
        using var answer = await _lab.Client.SendAsync(request, Stop);
        (await answer.Content.ReadAsStringAsync(Stop)).Should().Be("blue-admin /api/x");
    }

    [Fact]
    public async Task A_request_that_no_door_takes_is_404_with_the_reason()
    {
        await OpenAsync(new { name = "vote", port = _lab.Port("default"), path = "/vote" });
        await PlaceAsync("blue", "vote");
        await ActivateAsync("blue");
        using var answer = await _lab.Client.GetAsync("other", Stop);
        answer.StatusCode.Should().Be(HttpStatusCode.NotFound);
        (await answer.Content.ReadAsStringAsync(Stop)).Should().Contain("no door of this edge takes 127.0.0.1/other");
        (await _lab.Client.GetStringAsync("vote", Stop)).Should().Be("blue-vote /vote");
        await _lab.CountedAsync("blue", 1);
    }

    [Fact]
    public async Task A_door_at_which_the_slot_has_no_address_is_503_with_both_named_and_counted_as_refused()
    {
        await PlaceAsync("blue", "default");
        await ActivateAsync("blue");
        using var result = _lab.At("result");
        using var answer = await result.GetAsync("/", Stop);
        answer.StatusCode.Should().Be(HttpStatusCode.ServiceUnavailable);
        answer.Headers.RetryAfter.Should().NotBeNull();
        (await answer.Content.ReadAsStringAsync(Stop)).Should().Contain("the release in slot blue has no address at door result");
        answer.Headers.GetValues("X-ChainBridge-Slot").Should().Equal("blue");
        await _lab.CountedAsync("blue", 1);
        _lab.Door.Figures["blue"].Should().Match<SlotFigures>(slot => slot.Refused == 1 && slot.Broken == 1 && slot.Failed == 0);
    }

    [Fact]
    public async Task Each_door_deals_out_exactly_by_the_shares_whatever_the_others_get()
    {
        await PlaceAsync("blue", "default", "result");
        await PlaceAsync("green", "default", "result");
        await _lab.PutAsync("shares", new { shares = new { blue = 80, green = 20 }, token = 1 });
        using var result = _lab.At("result");
        var answers = new List<string>();
        for (var request = 0; request < 60; request++)
            answers.Add(await (request % 3 == 0 ? result : _lab.Client).GetStringAsync("", Stop));
        answers.GroupBy(answer => answer).ToDictionary(door => door.Key, door => door.Count()).Should().Equal(new Dictionary<string, int>
        {
            ["blue-default /"] = 32, ["green-default /"] = 8, ["blue-result /"] = 16, ["green-result /"] = 4,
        });
    }

    [Fact]
    public async Task A_runner_that_knows_one_door_uses_an_edge_with_several()
    {
        var port = _lab.Port("default");
        await OpenAsync(new { name = "api", port, path = "/api" }, new { name = "default", port });
        await using var blue = await TestRelease.StartAsync("blue");
        await _lab.PutAsync("slots/blue", new { address = blue.Address, token = 1 });
        await ActivateAsync("blue");
        (await _lab.Client.GetStringAsync("x", Stop)).Should().Be("blue /x");
        await OpenAsync();
        (await _lab.Client.GetStringAsync("api", Stop)).Should().Be("blue /api", "no configured doors are left");
    }

    [Fact]
    public async Task A_refused_change_is_answered_with_its_reason_and_changes_nothing()
    {
        await PlaceAsync("blue", "default");
        await ActivateAsync("blue");
        foreach (var (path, body, status, reason) in new (string, object, int, string)[]
        {
            ("doors", new { doors = new[] { new { name = "vote", port = 1 } }, token = 2 }, 409, "start it again with --door vote=1"),
            ("doors", new { token = 2 }, 400, "name the doors"),
            ("doors", """{"doors": [{"name": "a", "port": "x"}], "token": 2}""", 400, "$.doors[0].port"),
            ("slots/red", new { address = "http://a", doors = new { a = "http://a" }, token = 2 }, 400, "address"),
            ("slots/red", new { address = "here", token = 2 }, 400, "is no address of slot red at door default"),
            ("slots/red", new { token = 2 }, 400, "slot red has no address"),
            ("active", new { slot = "red", token = 2 }, 404, "slot red has no address yet"),
            ("active", new { token = 2 }, 400, "name the slot"),
        })
        {
            var (answered, detail) = await _lab.TryPutAsync(path, body);
            (answered, detail).Should().Be((status, detail));
            detail.Should().Contain(reason);
        }

        (_lab.Door.State.Token, _lab.Door.State.Slots.Count, _lab.Door.State.Doors.Count).Should().Be((1, 1, 0));
        (await _lab.Client.GetStringAsync("x", Stop)).Should().Be("blue-default /x");
    }

    [Fact]
    public async Task An_older_runner_moves_no_door()
    {
        await OpenAsync(new { name = "vote", port = _lab.Port("default") });
        await PlaceAsync("blue", "vote");
        await _lab.PutAsync("active", new { slot = "blue", token = 7 });
        (await _lab.TryPutAsync("slots/blue", new { address = "http://127.0.0.1:1", token = 6 })).Status.Should().Be(409);
        (await _lab.TryPutAsync("doors", new { doors = Array.Empty<object>(), token = 6 })).Status.Should().Be(409);
        (await _lab.Client.GetStringAsync("x", Stop)).Should().Be("blue-vote /x");
    }

    private Task OpenAsync(params object[] doors) => _lab.PutAsync("doors", new { doors, token = 1 });

    private Task ActivateAsync(string slot) => _lab.PutAsync("active", new { slot, token = 1 });

    /// <summary>A service for each door, named after slot and door.</summary>
    private async Task PlaceAsync(string slot, params string[] doors)
    {
        var addresses = new Dictionary<string, Uri>();
        foreach (var door in doors) addresses[door] = (await _lab.ReleaseAsync($"{slot}-{door}")).Address;
        await _lab.PutAsync($"slots/{slot}", new { doors = addresses, token = 1 });
    }
}
