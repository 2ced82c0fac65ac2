using System.Net.Sockets;
using ChainBridge.TestKit.Faults;
using ChainBridge.Tests.TestKit.Infrastructure;
using FluentAssertions;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace ChainBridge.Tests.TestKit.Faults;

/// <summary>What becomes of the data that a toxic holds when it is changed or taken away, by a clock of the test's own.</summary>
public sealed class ChangedToxicTests
{
    private static readonly TimeSpan Long = TimeSpan.FromHours(1);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_latency_that_is_taken_away_lets_go_all_that_it_held_in_its_order()
    {
        await using var wire = await Wire.StartAsync(Stop, new FakeTimeProvider());
        var latency = wire.Proxy.Add(new Latency(Long));
        await SendAsync(wire, 1, held: 1);
        await SendAsync(wire, 2, held: 2);
        latency.Change(new Latency(Long * 2));
        await SendAsync(wire, 3, held: 3);
        latency.Change(new Latency(TimeSpan.Zero));
        await SendAsync(wire, 4, held: 4);
        latency.Dispose();
        (await wire.ReceiveAsync(4, Stop).WaitAsync(Patience, Stop)).Should().Equal(1, 2, 3, 4);
        await wire.Server.SendAsync(new byte[] { 5 }, Stop);
        (await wire.ReceiveAsync(1, Stop).WaitAsync(Patience, Stop)).Should().Equal(5);
    }

    [Fact]
    public async Task A_longer_latency_is_for_what_comes_after_it_and_what_is_held_keeps_its_time()
    {
        var time = new FakeTimeProvider();
        await using var wire = await Wire.StartAsync(Stop, time);
        var latency = wire.Proxy.Add(new Latency(TimeSpan.FromSeconds(10)));
        await SendAsync(wire, 1, held: 1);
        await SendAsync(wire, 2, held: 2);
        latency.Change(new Latency(Long));
        await SendAsync(wire, 3, held: 3);
        (await PassAsync(time, TimeSpan.FromSeconds(1), wire.ReceiveAsync(2, Stop))).Should().Equal(1, 2);
        await Eventually.HoldsAsync(() => wire.Proxy.BytesWaiting == 1, Patience,
            "only the third is held: it came after the change, and an hour is not over");
        (await PassAsync(time, Long, wire.ReceiveAsync(1, Stop))).Should().Equal(3);
    }

    [Fact]
    public async Task A_shorter_latency_lets_nothing_overtake_what_is_held()
    {
        var time = new FakeTimeProvider();
        await using var wire = await Wire.StartAsync(Stop, time);
        var latency = wire.Proxy.Add(new Latency(Long));
        await SendAsync(wire, 1, held: 1);
        latency.Change(new Latency(TimeSpan.Zero));
        await SendAsync(wire, 2, held: 2);
        (await PassAsync(time, Long, wire.ReceiveAsync(2, Stop))).Should().Equal(1, 2);
        await wire.Server.SendAsync(new byte[] { 3 }, Stop);
        (await wire.ReceiveAsync(1, Stop).WaitAsync(Patience, Stop)).Should().Equal([3], "the new one holds nothing back");
    }

    [Fact]
    public async Task A_latency_that_gives_way_to_another_kind_lets_go_what_it_held()
    {
        await using var wire = await Wire.StartAsync(Stop, new FakeTimeProvider());
        var latency = wire.Proxy.Add(new Latency(Long));
        await SendAsync(wire, 1, held: 1);
        latency.Change(new LimitData(1000));
        (await wire.ReceiveAsync(1, Stop).WaitAsync(Patience, Stop)).Should().Equal(1);
    }

    [Fact]
    public async Task A_reset_that_is_under_way_keeps_its_time_and_what_it_swallowed()
    {
        var time = new FakeTimeProvider();
        await using var wire = await Wire.StartAsync(Stop, time);
        var reset = wire.Proxy.Add(new Reset(TimeSpan.FromSeconds(10)));
        await SendAsync(wire, 1, held: 1);
        reset.Change(new Reset(Long));
        var received = async () => await PassAsync(time, TimeSpan.FromSeconds(1), wire.ReceiveAsync(1, Stop));
        (await received.Should().ThrowAsync<SocketException>()).Which.SocketErrorCode.Should().Be(SocketError.ConnectionReset);
    }

    [Fact]
    public async Task The_end_of_a_stream_that_is_delayed_keeps_its_time()
    {
        var time = new FakeTimeProvider();
        await using var wire = await Wire.StartAsync(Stop, time);
        var slow = wire.Proxy.Add(new SlowClose(Long));
        await SendAsync(wire, 1, held: 0);
        wire.Server.Shutdown(SocketShutdown.Send);
        await wire.ReceiveAsync(1, Stop);
        var end = wire.ReceiveToEndAsync(Stop);
        slow.Change(new SlowClose(Long));
        await wire.Client.SendAsync(new byte[1], Stop);
        await wire.Server.ReceiveAsync(new byte[1], Stop);
        end.IsCompleted.Should().BeFalse("the end takes an hour, though the other way goes on");
        (await PassAsync(time, Long, end)).Should().Be(0);
    }

    [Fact]
    public async Task A_silence_that_gives_way_to_another_kind_closes_what_lost_data()
    {
        await using var wire = await Wire.StartAsync(Stop, new FakeTimeProvider());
        var silence = wire.Proxy.Add(new Silence());
        await wire.Server.SendAsync(new byte[] { 1 }, Stop);
        silence.Change(new Latency(TimeSpan.Zero));
        (await wire.ReceiveToEndAsync(Stop).WaitAsync(Patience, Stop)).Should().Be(0, "the next data would come with a hole before it");
    }

    /// <summary>Returns when so many bytes are held back, this one among them.</summary>
    private static async Task SendAsync(Wire wire, byte data, int held)
    {
        await wire.Server.SendAsync(new[] { data }, Stop);
        await Eventually.HoldsAsync(() => wire.Proxy.BytesWaiting == held, Patience, $"{held} bytes are held back");
    }

    /// <summary>Lets time pass until it is done: a timer may be set a moment after its time began to count.</summary>
    private static async Task<T> PassAsync<T>(FakeTimeProvider time, TimeSpan step, Task<T> done)
    {
        await Eventually.HoldsAsync(() => Step() || done.IsCompleted, Patience, "it has come");
        return await done;

        bool Step()
        {
            if (!done.IsCompleted) time.Advance(step);
            return done.IsCompleted;
        }
    }
}
