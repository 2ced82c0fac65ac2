using ChainBridge.Tests.Deployment.Harness.Targets;
using ChainBridge.Tests.Deployment.Scenarios;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Deployment.Harness;

/// <summary>What a sample of the scenarios leaves out, and that three hundred and sixty seeds together leave out nothing.</summary>
public sealed class SampleTests
{
    private static readonly string[] Targets = ["process", "compose"];
    private static readonly Sample Whole = new((int?)null);

    [Fact]
    public void The_whole_matrix_has_every_scenario_and_every_kill_on_every_target()
    {
        Enum.GetValues<Scenario>().Should().AllSatisfy(scenario => Whole.Of((int)scenario, Targets).Should().Equal(Targets));
        BrokenOffStory.KillPoints(Whole).Should().HaveCount(11).And.OnlyHaveUniqueItems();
        BrokenOffStory.InterruptPoints(Whole).Should().HaveCount(3);
        SshCrash.In(Whole).Should().HaveCount(59).And.OnlyHaveUniqueItems();
        SshCrashWayBack.In(Whole).Should().HaveCount(27).And.OnlyHaveUniqueItems();
        EdgeDeath.In(Whole).Should().HaveCount(6).And.OnlyHaveUniqueItems();
    }

    [Theory, InlineData(1), InlineData(18)]
    public void A_sample_has_each_scenario_once_and_both_targets(int seed)
    {
        var chosen = Enum.GetValues<Scenario>().Select(scenario => new Sample(seed).Of((int)scenario, Targets)).ToList();
        chosen.Should().AllSatisfy(targets => targets.Should().ContainSingle());
        chosen.SelectMany(targets => targets).Distinct().Should().BeEquivalentTo(Targets);
        BrokenOffStory.KillPoints(new(seed)).Should().HaveCount(4);
        BrokenOffStory.InterruptPoints(new(seed)).Should().ContainSingle();
    }

    [Theory, InlineData(0), InlineData(1), InlineData(2), InlineData(3), InlineData(4), InlineData(5), InlineData(6),
        InlineData(7)]
    public void A_sample_of_the_crashes_over_ssh_has_kills_a_cut_and_a_lost_host(int turn)
    {
        var rows = SshCrash.In(new(turn * Sample.Turns));
        rows.Count.Should().BeInRange(7, 8);
        rows.Should().Contain(row => row.How == Breakage.KilledBefore || row.How == Breakage.KilledAfter)
            .And.Contain(row => row.How == Breakage.Cut).And.ContainSingle(row => row.How == Breakage.Lost)
            .And.Contain(row => row.Way == SshCrash.OneByOne);
    }

    [Theory, InlineData(0), InlineData(4), InlineData(10)]
    public void A_sample_of_the_runs_that_are_broken_off_in_the_way_back_has_two_or_three(int turn) =>
        SshCrashWayBack.In(new(turn * Sample.Turns)).Count.Should().BeInRange(2, 3);

    [Theory, InlineData(0), InlineData(2), InlineData(4)]
    public void A_sample_of_the_edges_deaths_has_two_of_three_moments(int turn) =>
        EdgeDeath.In(new(turn * Sample.Turns)).Select(death => (death.Step, death.InTheWayBack)).Distinct().Should().HaveCount(2);

    [Fact]
    public void Three_hundred_and_sixty_seeds_one_after_the_other_are_the_whole_matrix()
    {
        var seeds = SeedsOf(typeof(BrokenOffTests));
        var killed = seeds.SelectMany(sample => sample.Of((int)Scenario.BrokenOff, Targets)
            .SelectMany(target => BrokenOffStory.KillPoints(sample).Select(point => (target, point)))).Distinct();
        killed.Should().BeEquivalentTo(Targets.SelectMany(target => BrokenOffStory.KillPoints(Whole).Select(point => (target, point))));
        seeds.SelectMany(BrokenOffStory.InterruptPoints).Distinct().Should().BeEquivalentTo(BrokenOffStory.InterruptPoints(Whole));
        Enum.GetValues<Scenario>().Should().AllSatisfy(scenario =>
            seeds.SelectMany(sample => sample.Of((int)scenario, Targets)).Distinct().Should().BeEquivalentTo(Targets));
        SeedsOf(typeof(SshCrashTests)).SelectMany(SshCrash.In).Distinct().Should().BeEquivalentTo(SshCrash.In(Whole));
        SeedsOf(typeof(SshCrashWayBackTests)).SelectMany(SshCrashWayBack.In).Distinct()
            .Should().BeEquivalentTo(SshCrashWayBack.In(Whole));
        SeedsOf(typeof(SshCrashTests)).SelectMany(EdgeDeath.In).Distinct().Should().BeEquivalentTo(EdgeDeath.In(Whole));
    }

    [Fact]
    public void Every_scenario_has_its_turn()
    {
        var scenarios = typeof(SampleTests).Assembly.GetTypes()
            .Where(type => type.Namespace == typeof(BrokenOffTests).Namespace && type.Name.EndsWith("Tests", StringComparison.Ordinal)
                && type != typeof(BrokenStoryTests)).ToList();
        scenarios.Select(TurnOf).Distinct().Order().Should().Equal(Enumerable.Range(0, Sample.Turns));
    }

    /// <summary>Those in which the tests have their turn: in two of five .ci/run has the main job on Compose or in the lab there.</summary>
    private static List<Sample> SeedsOf(Type tests) => [.. Enumerable.Range(731, 360)
        .Where(seed => seed % Sample.Turns == TurnOf(tests) && seed / Sample.Turns % 5 is not (1 or 4)).Select(seed => new Sample(seed))];

    private static int TurnOf(Type tests) => int.Parse(tests.GetCustomAttributes(inherit: false).OfType<TraitAttribute>()
        .Should().ContainSingle(trait => trait.Name == Sample.Turn, $"{tests.Name} is run in a turn").Which.Value,
        System.Globalization.CultureInfo.InvariantCulture);
}
