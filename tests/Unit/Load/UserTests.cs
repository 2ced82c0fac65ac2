using ChainBridge.TestKit.Load;
using ChainBridge.TestKit.Load.Engines;
using FluentAssertions;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace ChainBridge.Tests.Unit.Load;

/// <summary>One user's iteration: its pauses, its steps that took too long, and its rows.</summary>
public sealed class UserTests
{
    private readonly FakeTimeProvider _time = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_pause_is_not_part_of_the_time_of_its_iteration()
    {
        var (phase, iteration) = Begin(async (user, stop) =>
        {
            await user.StepAsync("ask", _ => Pass(TimeSpan.FromMilliseconds(30)), stop);
            await user.ThinkAsync(TimeSpan.FromSeconds(5), stop);
            await user.StepAsync("tell", _ => Pass(TimeSpan.FromMilliseconds(20)), stop);
        });
        _time.Advance(TimeSpan.FromSeconds(5));
        await iteration;
        var totals = Totals(phase);
        totals[StepMeasure.Iteration].Latency.Max.TotalMilliseconds.Should().BeApproximately(50, 0.1);
        totals["tell"].Latency.Max.TotalMilliseconds.Should().BeApproximately(20, 0.1, "a later step is due when it is begun");
    }

    [Fact]
    public async Task A_step_after_one_that_took_too_long_counts_as_what_it_is()
    {
        var (phase, iteration) = Begin(async (user, stop) =>
        {
            try
            {
                await user.StepAsync("slow", token => new(Task.Delay(Timeout.Infinite, token)), stop);
            }
            catch (LoadStepException)
            {
                // It goes on without it.
            }

            await user.StepAsync("quick", token => Cancelled(token), stop);
            await user.ThinkAsync(TimeSpan.Zero, stop);
        });
        phase.Users.CancelOverdue(TimeSpan.FromMinutes(1));
        await iteration;
        var totals = Totals(phase);
        totals["slow"].Errors.Should().ContainKey("timeout");
        (totals["quick"].Latency.Count, totals["quick"].Failed.Count).Should().Be((1, 0));
    }

    [Fact]
    public async Task A_step_of_a_run_that_is_broken_off_is_not_begun_anew()
    {
        var (phase, iteration) = Begin(async (user, stop) =>
        {
            try
            {
                await user.StepAsync("slow", token => new(Task.Delay(Timeout.Infinite, token)), stop);
            }
            catch (LoadStepException)
            {
                await user.StepAsync("next", token => new(Task.Delay(Timeout.Infinite, token)), stop);
            }
        });
        phase.Users.CancelAll();
        await iteration;
        Totals(phase)["next"].Failed.Count.Should().Be(1);
    }

    [Fact]
    public void A_row_follows_from_the_number_of_its_iteration()
    {
        var rows = Enumerable.Range(0, 3).Select(row => (IReadOnlyDictionary<string, string>)new Dictionary<string, string>
        {
            ["id"] = $"{row}",
        }).ToList();
        var circular = DataFeed.Circular(rows);
        Enumerable.Range(0, 5).Select(number => circular.Row(number)["id"]).Should().Equal("0", "1", "2", "0", "1");
        string[] Drawn(int seed) => [.. Enumerable.Range(0, 300).Select(number => DataFeed.Random(rows, seed).Row(number)["id"])];
        Drawn(7).Should().Equal(Drawn(7)).And.NotEqual(Drawn(8));
        Drawn(7).CountBy(id => id).Select(one => one.Value).Should().HaveCount(3).And.OnlyContain(times => times > 60);
    }

    [Fact]
    public void A_column_that_is_named_twice_is_refused()
    {
        var read = () => DataFeed.Csv(new StringReader("id,name,id\n1,a,2\n"));
        read.Should().Throw<LoadPlanException>().WithMessage("line 1 of the data file names the column 'id' twice*");
    }

    private ValueTask Pass(TimeSpan time)
    {
        _time.Advance(time);
        return ValueTask.CompletedTask;
    }

    private static ValueTask Cancelled(CancellationToken token)
    {
        token.ThrowIfCancellationRequested();
        return ValueTask.CompletedTask;
    }

    private (LoadPhase Phase, Task Iteration) Begin(Func<LoadUser, CancellationToken, ValueTask> run)
    {
        var scenario = new Script(run);
        var plan = new LoadPlan("unit", new InlineScenario(() => scenario), ArrivalRates.Constant(1, TimeSpan.FromSeconds(1)));
        var phase = new LoadPhase(plan, scenario, new LoadHttp(new(), null), new(), 0, 1, _time);
        return (phase, phase.IterateAsync(phase.Take(), 0, TimeSpan.Zero).AsTask().WaitAsync(TimeSpan.FromSeconds(30), Stop));
    }

    private static Dictionary<string, StepMeasure> Totals(LoadPhase phase)
    {
        phase.Collect();
        return phase.Totals().ToDictionary(step => step.Name);
    }

    private sealed class Script(Func<LoadUser, CancellationToken, ValueTask> run) : ILoadScenario
    {
        public ValueTask RunAsync(LoadUser user, CancellationToken cancellationToken) => run(user, cancellationToken);
    }
}
