using ChainBridge.TestKit.Load;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.Load;

/// <summary>The loads that a search tries: of the plan's own kind, and of one arrival at least.</summary>
public sealed class LimitSearchTests
{
    [Fact]
    public async Task Poisson_arrivals_stay_such_in_each_try_down_to_one_arrival()
    {
        var tried = new List<ArrivalRates>();
        var plan = Measured.Plan("p99 <= 1ms");
        plan = plan with { Shape = ((ArrivalRates)plan.Shape).Poisson(seed: 7) };
        var search = new LimitSearch((part, _) =>
        {
            part.Check();
            tried.Add((ArrivalRates)part.Shape);
            return Task.FromResult(LoadTest.Judge(part, Measured.Of(1000, milliseconds: 20, generator: Measured.Quiet)));
        }) { From = 6, UpTo = 6, Each = TimeSpan.FromSeconds(1) };
        var found = await search.FindAsync(plan, null, TestContext.Current.CancellationToken);
        tried.Should().OnlyContain(shape => shape.Spacing == Spacing.Poisson && shape.Seed == 7);
        (found.Held, found.Broke).Should().Be((0, 1));
    }
}
