using System.Collections.Concurrent;
using ChainBridge.TestKit.Load;
using ChainBridge.TestKit.Load.Engines;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.Load;

/// <summary>The warm-up and the load after it: what is to be new in each iteration is new, and users stay who they are.</summary>
public sealed class WarmUpTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_load_counts_on_where_the_warm_up_ended_in_the_open_model()
    {
        var seen = new Seen();
        var measured = await RunAsync(seen, ArrivalRates.Constant(50, TimeSpan.FromMilliseconds(400)), TimeSpan.FromMilliseconds(200));
        measured.Begun.Should().Be(20);
        seen.Numbers.Order().Should().Equal(Enumerable.Range(0, 30).Select(number => (long)number));
        seen.Users.Should().BeSubsetOf(seen.Made, "a user that was made in the warm-up keeps its state");
    }

    [Fact]
    public async Task The_load_counts_on_where_the_warm_up_ended_in_the_closed_model()
    {
        var seen = new Seen();
        var measured = await RunAsync(seen, UserCounts.Constant(3, TimeSpan.FromMilliseconds(200)), TimeSpan.FromMilliseconds(200));
        seen.Numbers.Should().OnlyHaveUniqueItems().And.HaveCountGreaterThan((int)measured.Begun);
        seen.Numbers.Max().Should().Be(seen.Numbers.Count - 1);
        seen.Made.Should().BeEquivalentTo([0, 1, 2], "the users of the warm-up go on");
    }

    [Fact]
    public void A_replayed_burst_is_warmed_up_at_no_more_than_its_arrivals_a_second() =>
        WarmUp.Of(Plan(new Seen(), new RecordedArrivals(new TimeSpan[100]), TimeSpan.FromSeconds(2))).Should()
            .Be(ArrivalRates.Constant(100, TimeSpan.FromSeconds(2)));

    private static LoadPlan Plan(Seen seen, LoadShape shape, TimeSpan warmUp) => new("unit", new InlineScenario(() => seen), shape)
    {
        WarmUp = warmUp, EndEarly = false, LateAfter = TimeSpan.FromSeconds(60),
    };

    private static Task<LoadMeasurement> RunAsync(Seen seen, LoadShape shape, TimeSpan warmUp) =>
        LoadEngine.InProcess(TimeProvider.System).RunAsync(Plan(seen, shape, warmUp), null, Stop);

    private sealed class Seen : ILoadScenario
    {
        public ConcurrentQueue<long> Numbers { get; } = new();

        public ConcurrentQueue<int> Users { get; } = new();

        public ConcurrentQueue<int> Made { get; } = new();

        public async ValueTask RunAsync(LoadUser user, CancellationToken cancellationToken)
        {
            if (user.State is null)
            {
                user.State = this;
                Made.Enqueue(user.Number);
            }

            Numbers.Enqueue(user.Iteration);
            Users.Enqueue(user.Number);
            await Task.Delay(2, cancellationToken);
        }
    }
}
