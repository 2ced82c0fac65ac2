using ChainBridge.TestKit;
using ChainBridge.TestKit.Categories;
using ChainBridge.TestKit.Runs.Clocks;
using FluentAssertions;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace ChainBridge.Tests.Unit.TestKit;

public sealed class BudgetClockTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly SharedTime _shared;
    private readonly BudgetClock _clock;

    public BudgetClockTests()
    {
        _shared = new("/nowhere", run: null, "here", _time);
        _clock = new(new Category("Database", TimeSpan.FromSeconds(10)), _shared, category => $"{category.Name} is used up", _time);
    }

    [Fact]
    public void While_no_test_is_at_work_no_time_passes()
    {
        _clock.Enter();
        Pass(6);
        _clock.Leave();
        Pass(1000);
        _clock.Verdict.Should().BeNull();
        _clock.Enter();
        Pass(3);
        _clock.Verdict.Should().BeNull();
        Pass(1);
        _clock.Verdict.Should().Be("Database is used up");
        _clock.Spent.IsCancellationRequested.Should().BeTrue();
    }

    [Fact]
    public void A_budget_that_was_switched_off_is_never_used_up()
    {
        using var clock = new BudgetClock(Budgets.From(name => name == "CHAINBRIDGE_BUDGET_OTHER" ? "off" : null).Other, _shared,
            _ => "used up", _time);
        clock.Enter();
        Pass(1e6);
        clock.Verdict.Should().BeNull();
    }

    [Fact]
    public void Two_at_work_at_once_use_the_same_time()
    {
        _clock.Enter();
        _clock.Enter();
        Pass(6);
        _clock.Leave();
        Pass(3);
        _clock.Verdict.Should().BeNull();
        Pass(1);
        _clock.Verdict.Should().NotBeNull();
    }

    [Fact]
    public async Task Once_over_it_stays_over_and_gives_up_in_three_steps()
    {
        _clock.Enter();
        Pass(10);
        _clock.Leave();
        _clock.Enter();
        Pass(3);
        await _clock.TestGivenUp.WaitAsync(TimeSpan.FromSeconds(5), TestContext.Current.CancellationToken);
        _clock.CollectionGivenUp.IsCompleted.Should().BeFalse();
        Pass(1.5);
        await _clock.CollectionGivenUp.WaitAsync(TimeSpan.FromSeconds(5), TestContext.Current.CancellationToken);
        _clock.AssemblyGivenUp.IsCompleted.Should().BeFalse();
        Pass(1.5);
        await _clock.AssemblyGivenUp.WaitAsync(TimeSpan.FromSeconds(5), TestContext.Current.CancellationToken);
    }

    public void Dispose()
    {
        _clock.Dispose();
        _shared.Dispose();
    }

    private void Pass(double seconds) => _time.Advance(TimeSpan.FromSeconds(seconds));
}
