using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using ChainBridge.Tests.Unit.Engine.Notifications;
using FluentAssertions;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace ChainBridge.Tests.Unit.Edge;

/// <summary>The edge connects to a slot when it is asked to, and that changes nothing.</summary>
public sealed class ReachTests : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);
    private readonly Socket _bound = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>An address whose port is taken and refuses connections until the socket listens.</summary>
    private Uri Refusing
    {
        get
        {
            if (!_bound.IsBound) _bound.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            return new($"http://127.0.0.1:{((IPEndPoint)_bound.LocalEndPoint!).Port}");
        }
    }

    public void Dispose() => _bound.Dispose();

    [Fact]
    public async Task A_slot_that_takes_connections_is_reached_and_no_request_is_counted()
    {
        await using var lab = await EdgeLab.StartAsync();
        await lab.BothAsync();
        (await AskAsync(lab, new { })).Should().BeEmpty();
        lab.Door.Figures.Should().BeEmpty();
        lab.Door.InFlight.Should().BeEmpty();
    }

    [Fact]
    public async Task An_address_that_refuses_is_named_with_the_systems_reason_and_the_traffic_stays_where_it_is()
    {
        var clock = new CountingClock();
        await using var lab = await EdgeLab.StartAsync(clock);
        await lab.BothAsync();
        await lab.PutAsync("slots/green", new { address = Refusing, token = 1 });
        var before = await File.ReadAllTextAsync(lab.StateFile, Stop);

        var unreached = (await AskUntilOverAsync(lab, clock, new { })).Should().ContainSingle().Subject;

        (unreached.Door, unreached.Address).Should().Be(("default", Refusing));
        unreached.Why.Should().Contain("refused");
        (await File.ReadAllTextAsync(lab.StateFile, Stop)).Should().Be(before);
        (await lab.Client.GetStringAsync("slot", Stop)).Should().Be("blue /slot");
        await lab.CountedAsync("blue", 1);
        lab.Door.Figures.Should().NotContainKey("green");
    }

    [Fact]
    public async Task A_slot_that_begins_to_listen_while_the_edge_tries_is_reached()
    {
        var clock = new ImmediateClock(wait =>
        {
            if (wait == Pause) _bound.Listen();
            return wait == Pause;
        });
        await using var lab = await EdgeLab.StartAsync(clock);
        await lab.PutAsync("slots/green", new { address = Refusing, token = 1 });
        (await AskAsync(lab, new { })).Should().BeEmpty();
        clock.Waited.Should().Equal([Pause.TotalSeconds], "the first try was refused, and the second was not");
    }

    [Fact]
    public async Task A_name_that_does_not_resolve_is_named_with_the_reason()
    {
        await using var lab = await EdgeLab.StartAsync();
        await lab.PutAsync("slots/green", new { address = "http://no-such-service.invalid:8080", token = 1 });
        var unreached = (await AskAsync(lab, new { within = "00:00:00.5" })).Should().ContainSingle().Subject;
        unreached.Address.Host.Should().Be("no-such-service.invalid");
        unreached.Why.Should().NotBeEmpty();
    }

    [Fact]
    public async Task An_address_that_neither_takes_nor_refuses_connections_is_named_when_the_time_is_over()
    {
        await using var lab = await EdgeLab.StartAsync();
        using var full = await FullQueue.FillAsync();
        await lab.PutAsync("slots/green", new { address = full.Address, token = 1 });
        (await AskAsync(lab, new { within = "00:00:00.2" })).Select(one => one.Why).Should().Equal("no connection was made in time");
    }

    [Fact]
    public async Task While_the_edge_tries_requests_are_answered_and_changes_are_made_and_a_runner_that_gives_up_ends_the_tries()
    {
        var clock = new CountingClock();
        await using var lab = await EdgeLab.StartAsync(clock);
        await lab.BothAsync();
        await lab.PutAsync("slots/red", new { address = Refusing, token = 1 });
        using var asking = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var answer = lab.Admin.PostAsync("slots/red/reach", JsonBody(new { }), asking.Token);
        await EdgeLab.UntilAsync(() => clock.Pauses == 1, "the edge waits for the next try");

        await lab.PutAsync("active", new { slot = "green", token = 2 });
        (await lab.Client.GetStringAsync("slot", Stop)).Should().Be("green /slot");

        await asking.CancelAsync();
        var waiting = () => answer;
        await waiting.Should().ThrowAsync<OperationCanceledException>();
        await EdgeLab.UntilAsync(() => clock.Waits == 0, "the edge tries no more, and waits for no end of it");
    }

    [Fact]
    public async Task Only_the_doors_that_are_named_are_asked_and_each_door_of_an_address_that_refuses_is_named()
    {
        var clock = new CountingClock();
        await using var lab = await EdgeLab.StartAsync(clock);
        var (green, refusing) = ((await lab.ReleaseAsync("green")).Address, Refusing);
        var doors = new { vote = green, result = refusing, api = new Uri(refusing, "/api") };
        await lab.PutAsync("slots/green", new { doors, token = 1 });
        (await AskAsync(lab, new { doors = new[] { "vote", "elsewhere" } })).Should().BeEmpty();
        (await AskUntilOverAsync(lab, clock, new { doors = new[] { "vote", "result" } })).Select(one => one.Door).Should().Equal("result");
        (await AskUntilOverAsync(lab, clock, new { within = "00:00:30" })).Select(one => one.Door).Should().BeEquivalentTo("result", "api");
    }

    [Fact]
    public async Task A_question_that_cannot_be_answered_is_refused_with_the_reason()
    {
        await using var lab = await EdgeLab.StartAsync();
        await lab.BothAsync();
        foreach (var (path, body, status, reason) in new (string, object, int, string)[]
        {
            ("slots/red/reach", new { }, 404, "slot red has no address yet"),
            ("slots/red/reach", new { }, 404, "unknownSlot"),
            ("slots/green/reach", new { doors = new[] { "vote" } }, 400, "slot green is placed at default and at none of the doors vote"),
            ("slots/green/reach", new { within = "00:00:00" }, 400, "'within' is 00:00:00: give a time up to 00:00:30"),
            ("slots/green/reach", new { within = "01:00:00" }, 400, "'within' is 01:00:00"),
        })
        {
            using var answer = await lab.Admin.PostAsync(path, JsonBody(body), Stop);
            ((int)answer.StatusCode).Should().Be(status);
            (await answer.Content.ReadAsStringAsync(Stop)).Replace("\\u0027", "'").Should().Contain(reason);
        }
    }

    private static async Task<IReadOnlyList<Found>> AskAsync(EdgeLab lab, object body)
    {
        using var answer = await lab.Admin.PostAsync("slots/green/reach", JsonBody(body), Stop);
        var text = await answer.Content.ReadAsStringAsync(Stop);
        answer.IsSuccessStatusCode.Should().BeTrue(text);
        return JsonSerializer.Deserialize<Answer>(text, JsonSerializerOptions.Web)!.Unreached;
    }

    /// <summary>The time to try is over when the first try was refused.</summary>
    private static async Task<IReadOnlyList<Found>> AskUntilOverAsync(EdgeLab lab, CountingClock clock, object body)
    {
        var asking = AskAsync(lab, body);
        // One address waits for its next try, and for its end; those that took a connection wait for nothing.
        await EdgeLab.UntilAsync(() => clock is { Pauses: 1, Waits: 2 }, "the edge waits for the next try at one address");
        clock.Advance(TimeSpan.FromSeconds(30));
        return await asking;
    }

    private static StringContent JsonBody(object body) =>
        new(JsonSerializer.Serialize(body), System.Text.Encoding.UTF8, "application/json");

    private sealed record Answer(IReadOnlyList<Found> Unreached);

    private sealed record Found(string Door, Uri Address, string Why);

    /// <summary>A clock that stands still until it is moved, and counts what waits for it.</summary>
    private sealed class CountingClock : FakeTimeProvider
    {
        private readonly ConcurrentDictionary<Timer, TimeSpan> _waiting = [];

        public int Waits => _waiting.Count;

        /// <summary>Those until the next try.</summary>
        public int Pauses => _waiting.Values.Count(wait => wait == Pause);

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = new Timer(this, base.CreateTimer(callback, state, dueTime, period));
            _waiting[timer] = dueTime;
            return timer;
        }

        private sealed class Timer(CountingClock clock, ITimer inner) : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period) => inner.Change(dueTime, period);

            public void Dispose()
            {
                clock._waiting.TryRemove(this, out _);
                inner.Dispose();
            }

            public ValueTask DisposeAsync()
            {
                Dispose();
                return ValueTask.CompletedTask;
            }
        }
    }
}
