using ChainBridge.Engine.Events;
using ChainBridge.Engine.Gates;
using ChainBridge.Engine.Model;
using ChainBridge.Engine.Traffic;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.Engine.Runs;

/// <summary>How fast a release answers while it is observed, as the edge has measured it.</summary>
public sealed class ObservedTimesTests : IDisposable
{
    private readonly World _world = new();

    public void Dispose() => _world.Dispose();

    [Theory]
    [InlineData(null, null)]
    [InlineData(10, Failure.CandidateFailed)]
    [InlineData(25, null)]
    public async Task The_times_of_a_release_are_reported_beside_the_one_before_and_fail_it_only_beyond_a_limit(
        int? limit, Failure? expected)
    {
        await _world.DeployAsync("A");
        Limit(limit);
        // Blue answered a hundred times before the candidate's start, and then fifty times in 4 ms.
        var (blue, green) = (0, 0);
        _world.Target.Counted = slot => slot == Slot.Blue
            ? Timed([1_000, 100], [4_000, blue++ == 0 ? 0 : 50])
            : Timed([1_000, 7], [6_000, green == 0 ? 0 : 90], [20_000, green++ == 0 ? 0 : 10]);

        var b = await _world.DeployAsync("B");

        b.Failure.Should().Be(expected);
        var times = _world.Events.OfType<GateFinished>().Last(gate => gate.Result.Gate == "observation").Result
            .Evidence.Single(piece => piece.Asked == "the edge's own times for slot green");
        times.Answered.Should().StartWith("p50 6 ms, p99 20 ms of 100 answers; the release before, until the switch: "
            + "p50 4 ms, p99 4 ms of 50 answers").And.EndWith(limit is null ? "50 answers" : $"; maxP99 allows {limit} ms");
        times.Verdict.Should().Be(expected is null ? Verdict.Pass : Verdict.Fail);
    }

    [Theory]
    [InlineData(false, null)]
    [InlineData(true, Failure.Inconclusive)]
    public async Task An_edge_that_measures_nothing_is_no_failure_unless_there_is_a_limit(bool limited, Failure? expected)
    {
        await _world.DeployAsync("A");
        Limit(limited ? 10 : null);
        (await _world.DeployAsync("B")).Failure.Should().Be(expected);
    }

    private void Limit(int? milliseconds) => _world.Change(gates => gates with
    {
        Observe = gates.Observe with { MaxP99 = milliseconds is { } limit ? TimeSpan.FromMilliseconds(limit) : null }
    });

    private static SlotFigures Timed(params long[][] buckets) => new("s", 0, 0, 0) { Durations = Latencies.Of(buckets) };
}
