using ChainBridge.TestKit.Load;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.Load;

/// <summary>Whether the load that was asked for was made.</summary>
public sealed class DoubtsTests
{
    private static readonly LoadShape Users = UserCounts.Constant(10, TimeSpan.FromSeconds(10));
    private static readonly ArrivalRates Rates = ArrivalRates.Constant(100, TimeSpan.FromSeconds(10));

    [Fact]
    public void Arrivals_that_were_not_begun_are_noticed_of_every_schedule()
    {
        LoadShape recorded = new RecordedArrivals([.. Enumerable.Range(0, 1000).Select(i => TimeSpan.FromMilliseconds(10 * i))]);
        foreach (var shape in new[] { Rates, recorded, Rates.Poisson(), Rates.Poisson(seed: 7) })
            Judge(shape, Begun(900)).Reason.Should().MatchRegex(@"only 900 of \d+ arrivals were begun before the time was over");
        Judge(recorded, Begun(1000)).Verdict.Should().Be(LoadVerdict.Pass);
    }

    [Fact]
    public void A_Poisson_schedule_of_few_arrivals_by_its_seed_is_no_doubt()
    {
        var shapes = Enumerable.Range(1, 50).Select(seed => Rates.Poisson(seed)).ToList();
        var counts = shapes.ConvertAll(shape => Enumerable.Range(0, int.MaxValue).TakeWhile(Has(shape)).Count());
        counts.Min().Should().BeLessThan(970, "seeds differ");
        shapes.Zip(counts, (shape, count) => Judge(shape, Begun(count)).Verdict).Should().AllBeEquivalentTo(LoadVerdict.Pass);
    }

    [Fact]
    public void A_generator_that_died_is_not_said_to_have_been_behind_too()
    {
        var died = Begun(0);
        (died.Broken, died.Due) = ("generator 0 ended before it wrote its measurement: exit code 137", 0);
        Judge(Rates, died).Doubts.Should().Equal(died.Broken);
    }

    [Fact]
    public void Sockets_that_ran_out_are_a_doubt_in_the_closed_model_too() =>
        Judge(Users, Begun(900).With("no local socket left", 100)).Reason.Should().Contain("bottleneck: sockets: 100");

    [Fact]
    public void Generators_of_several_hosts_have_the_cores_of_each()
    {
        var (here, there) = (Measured.Quiet with { CpuCores = 1.5 }, Measured.Quiet with { CpuCores = 1.5, Host = "there" });
        Judge(Users, Begun(1000, here, there)).Verdict.Should().Be(LoadVerdict.Pass, "each host has two cores");
        Judge(Users, Begun(1000, here, there, there)).Reason.Should().Contain("nearly the whole machine there itself");
    }

    [Fact]
    public void A_full_machine_among_several_is_named_with_the_cores_of_its_own_generators()
    {
        var full = Measured.Quiet with { Host = "there", CpuCores = 0.5, Machine = Measured.Quiet.Machine! with { Busy = 1 } };
        var late = Begun(1000, Measured.Quiet with { CpuCores = 1.5 }, full);
        late.Late = 500;
        Judge(Rates, late).Reason.Should().Contain("the 2 cores were 100 % busy, 0.5 of them with the generator and 1.5 with the target");
    }

    private static Func<int, bool> Has(LoadShape shape)
    {
        var cursor = new ChainBridge.TestKit.Load.Shapes.ArrivalCursor(shape, 0, 1);
        return _ => cursor.TryNext(out var _);
    }

    private static LoadMeasurement Begun(int count, params GeneratorHealth[] generators)
    {
        var measured = Measured.Of(count, 5, windows: 1, generator: generators.Length == 0 ? Measured.Quiet : null);
        measured.Generators.AddRange(generators);
        measured.Due = count;
        return measured;
    }

    private static LoadResult Judge(LoadShape shape, LoadMeasurement measured) =>
        LoadTest.Judge(Measured.Plan() with { Shape = shape }, measured);
}
