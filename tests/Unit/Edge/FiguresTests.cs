using System.Net;
using System.Net.Http.Json;
using ChainBridge.Edge;
using FluentAssertions;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace ChainBridge.Tests.Unit.Edge;

/// <summary>The edge counts each slot's requests by how they ended, and how long they took.</summary>
public sealed class FiguresTests : IAsyncLifetime
{
    private EdgeLab _lab = null!;
    private TestRelease _blue = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _lab = await EdgeLab.StartAsync();
        (_blue, _) = await _lab.BothAsync();
    }

    public ValueTask DisposeAsync() => _lab.DisposeAsync();

    [Fact]
    public async Task Requests_are_counted_per_slot_by_how_they_ended_and_reported_to_the_runner_alone()
    {
        foreach (var path in new[] { "x", "status/404", "status/500", "status/503", "dies" })
            (await _lab.Client.GetAsync(path, Stop)).Dispose();
        await GiveUpAsync();
        using (var half = await _lab.Client.GetAsync("breaks", HttpCompletionOption.ResponseHeadersRead, Stop))
        {
            _blue.GoOn();
            await FluentActions.Awaiting(() => half.Content.ReadAsStringAsync(Stop)).Should().ThrowAsync<HttpRequestException>();
        }

        await _lab.PutAsync("slots/green", new { address = "http://127.0.0.1:1", token = 1 });
        await _lab.PutAsync("active", new { slot = "green", token = 1 });
        (await _lab.Client.GetAsync("x", Stop)).StatusCode.Should().Be(HttpStatusCode.BadGateway);
        await _lab.CountedAsync("blue", 7);
        await _lab.CountedAsync("green", 1);

        var state = await _lab.Admin.GetFromJsonAsync<State>("state", Stop);
        var (blue, green) = (state!.Figures["blue"], state.Figures["green"]);
        (blue.Requests, blue.Failed, blue.Broken, blue.Refused, blue.Aborted).Should()
            .Be((7, 2, 2, 0, 1), "a caller that goes away is no failure of the release");
        (green.Requests, green.Failed, green.Broken, green.Refused, green.Aborted).Should().Be((1, 0, 1, 1, 0));
        (blue.FirstByte.Count, blue.Duration.Count).Should().Be((5, 4), "five answers began and four of them were whole");
        (green.FirstByte.Count, green.Duration.Count).Should().Be((0, 0), "what is refused at once must not look fast");
        state.Start.Should().Be(_lab.Door.Start).And.NotBe(new FrontDoor(new EdgeStateFile(_lab.StateFile)).Start);
        state.Uptime.Should().BePositive();
        using var stranger = new HttpClient { BaseAddress = _lab.Admin.BaseAddress };
        (await stranger.GetAsync("state", Stop)).StatusCode.Should().Be(HttpStatusCode.Unauthorized);
        using var shared = await stranger.PutAsJsonAsync("shares", new { shares = new { blue = 100 }, token = long.MaxValue }, Stop);
        shared.StatusCode.Should().Be(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task A_release_that_accepts_no_more_connections_is_counted_as_refused()
    {
        await using var hasty = EdgeApp.BuildPublic(_lab.Door, "http://127.0.0.1:0", [], TimeSpan.FromMilliseconds(100));
        await hasty.StartAsync(Stop);
        using var client = new HttpClient { BaseAddress = EdgeLab.Address(hasty) };
        using var full = await FullQueue.FillAsync();
        await _lab.PutAsync("slots/blue", new { address = full.Address, token = 1 });
        using var answer = await client.GetAsync("x", Stop);
        answer.StatusCode.Should().Be(HttpStatusCode.GatewayTimeout);
        await _lab.CountedAsync("blue", 1);
        _lab.Door.Figures["blue"].Refused.Should().Be(1);
    }

    [Fact]
    public async Task A_stream_counts_its_first_byte_and_not_how_long_its_caller_stayed()
    {
        _blue.GoOn();
        await _lab.Client.GetStringAsync("stream", Stop);
        await _lab.CountedAsync("blue", 1);
        var blue = _lab.Door.Figures["blue"];
        (blue.Requests, blue.FirstByte.Count, blue.Duration.Count).Should().Be((1, 1, 0));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(130)]
    [InlineData(2_500)]
    [InlineData(999_999)]
    [InlineData(3_599_000_000)]
    public void A_time_is_reported_by_less_than_one_percent_too_long(long microseconds)
    {
        var bucket = Measure(microseconds).Duration.Buckets.Should().ContainSingle().Subject;
        bucket[1].Should().Be(1);
        bucket[0].Should().BeGreaterThanOrEqualTo(microseconds).And.BeLessThan((long)(microseconds * 1.01) + 1);
    }

    [Fact]
    public void Times_are_cut_at_the_same_values_everywhere_and_the_longest_is_an_hour()
    {
        var (one, other) = (Measure(130, 5_000, 2).Duration.Buckets, Measure(130, 5_010, 400_000_000).Duration.Buckets);
        one.Select(bucket => bucket[0]).Intersect(other.Select(bucket => bucket[0])).Should()
            .HaveCount(2, "130 µs and 5 ms are in the same buckets in both");
        Measure(7_200_000_000).Duration.Buckets.Should().BeEquivalentTo(Measure(3_600_000_000).Duration.Buckets);
    }

    private static SlotFigures Measure(params long[] microseconds)
    {
        var clock = new FakeTimeProvider();
        var meter = new SlotMeter(clock);
        foreach (var time in microseconds)
        {
            meter.Enter();
            var visit = new Visit(null!, "default", null, clock.GetTimestamp()) { Whole = true };
            clock.Advance(TimeSpan.FromMicroseconds(time));
            meter.Leave(visit, Ending.Served);
        }

        return meter.Figures();
    }

    private async Task GiveUpAsync()
    {
        using var going = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var asking = _lab.Client.GetAsync("held", going.Token);
        await EdgeLab.UntilAsync(() => _lab.Door.InFlight.GetValueOrDefault("blue") == 1, "one request in flight");
        await going.CancelAsync();
        await FluentActions.Awaiting(() => asking).Should().ThrowAsync<OperationCanceledException>();
    }

    private sealed record State(string Start, TimeSpan Uptime, Dictionary<string, SlotFigures> Figures);
}
