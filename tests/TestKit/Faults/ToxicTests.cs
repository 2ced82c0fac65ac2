using System.Net.Sockets;
using ChainBridge.TestKit.Faults;
using ChainBridge.Tests.TestKit.Infrastructure;
using FluentAssertions;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace ChainBridge.Tests.TestKit.Faults;

/// <summary>What each toxic does to the bytes of one connection, by a clock of the test's own.</summary>
public sealed class ToxicTests
{
    private static readonly TimeSpan Long = TimeSpan.FromHours(1);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Without_toxics_every_byte_passes_in_its_order_both_ways()
    {
        await using var wire = await Wire.StartAsync(Stop);
        var sent = new byte[5_000_000];
        new Random(1).NextBytes(sent);
        var sending = SendAllAsync(wire.Server, sent);
        (await wire.ReceiveAsync(sent.Length, Stop)).Should().Equal(sent);
        await sending;
        await wire.Client.SendAsync(sent.AsMemory(0, 100), Stop);
        var got = new byte[100];
        await wire.Server.ReceiveAsync(got, Stop);
        got.Should().Equal(sent[..100]);
    }

    [Fact]
    public async Task Latency_holds_data_back_until_its_time_has_come()
    {
        var time = new FakeTimeProvider();
        await using var wire = await Wire.StartAsync(Stop, time);
        wire.Proxy.Add(new Latency(TimeSpan.FromSeconds(10)));
        await wire.Server.SendAsync(new byte[3], Stop);
        var receiving = wire.ReceiveAsync(3, Stop);
        time.Advance(TimeSpan.FromSeconds(9));
        receiving.IsCompleted.Should().BeFalse("nine of ten seconds are over");
        await Eventually.HoldsAsync(
            () =>
            {
                time.Advance(TimeSpan.FromSeconds(1));
                return receiving.IsCompleted;
            },
            Patience,
            "the data came");
    }

    [Fact]
    public async Task Latency_acts_in_its_direction_only()
    {
        await using var wire = await Wire.StartAsync(Stop, new FakeTimeProvider());
        wire.Proxy.Add(new Latency(Long), Direction.Upstream);
        await wire.Client.SendAsync(new byte[1], Stop);
        var request = wire.Server.ReceiveAsync(new byte[1], Stop).AsTask();
        await wire.Server.SendAsync(new byte[1], Stop);
        await wire.ReceiveAsync(1, Stop).WaitAsync(Patience, Stop);
        request.IsCompleted.Should().BeFalse("requests take an hour, answers do not");
    }

    [Fact]
    public async Task Jitter_is_drawn_from_the_seed_within_its_bounds()
    {
        var (first, same, other) = (await WaitsAsync(seed: 7), await WaitsAsync(seed: 7), await WaitsAsync(seed: 8));
        first.Should().Equal(same).And.NotEqual(other);
        first.Should().HaveCount(20).And.OnlyContain(wait => wait >= TimeSpan.FromMilliseconds(60)
            && wait <= TimeSpan.FromMilliseconds(140)).And.OnlyHaveUniqueItems();

        static async Task<IReadOnlyList<TimeSpan>> WaitsAsync(int seed)
        {
            var time = new NotedTime();
            await using var wire = await Wire.StartAsync(Stop, time, seed);
            wire.Proxy.Add(new Latency(TimeSpan.FromMilliseconds(100), TimeSpan.FromMilliseconds(40)));
            for (var piece = 0; piece < 20; piece++)
            {
                await wire.Server.SendAsync(new byte[1], Stop);
                await wire.ReceiveAsync(1, Stop);
            }

            return time.Waits;
        }
    }

    [Fact]
    public async Task Bandwidth_takes_the_time_that_the_bytes_take()
    {
        var time = new NotedTime();
        await using var wire = await Wire.StartAsync(Stop, time);
        wire.Proxy.Add(new Bandwidth(10_000));
        var sending = SendAllAsync(wire.Server, new byte[100_000]);
        await wire.ReceiveAsync(100_000, Stop);
        await sending;
        time.Waits.Sum(wait => wait.TotalSeconds).Should().BeApproximately(10, 0.01);
    }

    [Fact]
    public async Task Slow_close_tells_the_end_later_and_not_what_came_before()
    {
        await using var wire = await Wire.StartAsync(Stop, new FakeTimeProvider());
        var slow = wire.Proxy.Add(new SlowClose(Long));
        await wire.Server.SendAsync(new byte[5], Stop);
        wire.Server.Shutdown(SocketShutdown.Send);
        await wire.ReceiveAsync(5, Stop).WaitAsync(Patience, Stop);
        var end = wire.ReceiveToEndAsync(Stop);
        await wire.Client.SendAsync(new byte[1], Stop);
        await wire.Server.ReceiveAsync(new byte[1], Stop);
        end.IsCompleted.Should().BeFalse("the end takes an hour, though the other way goes on");
        slow.Dispose();
        (await end.WaitAsync(Patience, Stop)).Should().Be(0);
    }

    [Fact]
    public async Task Silence_passes_nothing_and_closes_after_its_time_without_traffic()
    {
        var time = new FakeTimeProvider();
        await using var wire = await Wire.StartAsync(Stop, time);
        wire.Proxy.Add(new Silence(TimeSpan.FromSeconds(30)));
        await wire.Server.SendAsync(new byte[5], Stop);
        var end = wire.ReceiveToEndAsync(Stop);
        time.Advance(TimeSpan.FromSeconds(29));
        end.IsCompleted.Should().BeFalse();
        time.Advance(TimeSpan.FromSeconds(1));
        (await end.WaitAsync(Patience, Stop)).Should().Be(0, "what was sent is lost");
    }

    [Fact]
    public async Task Silence_without_a_time_closes_when_it_is_taken_away()
    {
        await using var wire = await Wire.StartAsync(Stop, new FakeTimeProvider());
        var silence = wire.Proxy.Add(new Silence());
        await wire.Server.SendAsync(new byte[5], Stop);
        var end = wire.ReceiveToEndAsync(Stop);
        end.IsCompleted.Should().BeFalse();
        silence.Dispose();
        (await end.WaitAsync(Patience, Stop)).Should().Be(0);
        await wire.ConnectAsync(Stop);
    }

    [Fact]
    public async Task Reset_swallows_the_next_data_and_resets_both_sides()
    {
        await using var wire = await Wire.StartAsync(Stop);
        wire.Proxy.Add(new Reset(), Direction.Upstream);
        var (client, server) = (wire.Client.ReceiveAsync(new byte[1], Stop).AsTask(), wire.Server.ReceiveAsync(new byte[1], Stop).AsTask());
        await wire.Client.SendAsync(new byte[1], Stop);
        foreach (var side in new[] { client, server })
            (await side.Awaiting(read => read.WaitAsync(Patience, Stop))
                .Should().ThrowAsync<SocketException>()).Which.SocketErrorCode.Should().Be(SocketError.ConnectionReset);
    }

    [Fact]
    public async Task Slicing_cuts_data_into_pieces_drawn_from_the_seed_and_loses_nothing()
    {
        var (first, same, other) = (await SizesAsync(seed: 7), await SizesAsync(seed: 7), await SizesAsync(seed: 8));
        first.Sum().Should().Be(1000);
        first.Should().Equal(same).And.NotEqual(other);
        first.SkipLast(1).Should().OnlyContain(size => size >= 100 && size <= 300);

        static async Task<IReadOnlyList<int>> SizesAsync(int seed)
        {
            var time = new FakeTimeProvider();
            await using var wire = await Wire.StartAsync(Stop, time, seed);
            wire.Proxy.Add(new Slicing(200, 100, TimeSpan.FromSeconds(1)));
            await wire.Server.SendAsync(new byte[1000], Stop);
            var sizes = new List<int>();
            while (sizes.Sum() < 1000)
            {
                var piece = wire.Client.ReceiveAsync(new byte[1000], Stop).AsTask();
                // A step of less than a piece's pause, and time for the piece to come: two never come as one.
                await Eventually.HoldsAsync(() => Step(time, piece), Patience, "the next piece came");
                sizes.Add(await piece);
            }

            return sizes;
        }

        static bool Step(FakeTimeProvider time, Task piece)
        {
            if (!piece.IsCompleted) time.Advance(TimeSpan.FromSeconds(0.5));
            return piece.IsCompleted;
        }
    }

    [Fact]
    public async Task Limit_data_passes_its_bytes_then_closes_and_counts_on_when_it_is_changed()
    {
        await using var wire = await Wire.StartAsync(Stop);
        var limit = wire.Proxy.Add(new LimitData(1000));
        await wire.Server.SendAsync(new byte[600], Stop);
        await wire.ReceiveAsync(600, Stop);
        limit.Change(new LimitData(700));
        await wire.Server.SendAsync(new byte[600], Stop);
        (await wire.ReceiveToEndAsync(Stop).WaitAsync(Patience, Stop)).Should().Be(100);
    }

    [Fact]
    public async Task Toxics_act_together_in_the_order_of_their_coming()
    {
        var time = new NotedTime();
        await using var wire = await Wire.StartAsync(Stop, time);
        wire.Proxy.Add(new Latency(TimeSpan.FromSeconds(3)));
        wire.Proxy.Add(new Slicing(2));
        wire.Proxy.Add(new LimitData(5));
        await wire.Server.SendAsync(new byte[8], Stop);
        (await wire.ReceiveToEndAsync(Stop).WaitAsync(Patience, Stop)).Should().Be(5);
        time.Waits.Should().ContainSingle("the data is delayed before it is cut").Which.Should().Be(TimeSpan.FromSeconds(3));
    }

    private static async Task SendAllAsync(Socket socket, ReadOnlyMemory<byte> data)
    {
        while (!data.IsEmpty) data = data[await socket.SendAsync(data, Stop)..];
    }
}
