using ChainBridge.Tests.Deployment.Harness.Targets;
using ChainBridge.Tests.Deployment.Scenarios;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Deployment.Harness;

/// <summary>What a sample of the scenarios leaves out, and that two hundred and forty seeds together leave out nothing.</summary>
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

    [Fact]
    public void Two_hundred_and_forty_seeds_one_after_the_other_are_the_whole_matrix()
    {
        // In two of five .ci/run has the main job on Compose or in the lab in the place of a turn.
        var seeds = Enumerable.Range(731, 240)
            .Where(seed => seed % Sample.Turns == TurnOf(typeof(BrokenOffTests)) && seed / Sample.Turns % 5 is not (1 or 4))
            .Select(seed => new Sample(seed)).ToList();
        var killed = seeds.SelectMany(sample => sample.Of((int)Scenario.BrokenOff, Targets)
            .SelectMany(target => BrokenOffStory.KillPoints(sample).Select(point => (target, point)))).Distinct();
        killed.Should().BeEquivalentTo(Targets.SelectMany(target => BrokenOffStory.KillPoints(Whole).Select(point => (target, point))));
        seeds.SelectMany(BrokenOffStory.InterruptPoints).Distinct().Should().BeEquivalentTo(BrokenOffStory.InterruptPoints(Whole));
        Enum.GetValues<Scenario>().Should().AllSatisfy(scenario =>
            seeds.SelectMany(sample => sample.Of((int)scenario, Targets)).Distinct().Should().BeEquivalentTo(Targets));
    }

    [Fact]
    public void Every_scenario_has_its_turn()
    {
        var scenarios = typeof(SampleTests).Assembly.GetTypes()
            .Where(type => type.Namespace == typeof(BrokenOffTests).Namespace && type.Name.EndsWith("Tests", StringComparison.Ordinal)
                && type != typeof(BrokenStoryTests)).ToList();
        scenarios.Select(TurnOf).Distinct().Order().Should().Equal(Enumerable.Range(0, Sample.Turns));
    }

    private static int TurnOf(Type tests) => int.Parse(tests.GetCustomAttributes(inherit: false).OfType<TraitAttribute>()
        .Should().ContainSingle(trait => trait.Name == Sample.Turn, $"{tests.Name} is run in a turn").Which.Value,
        System.Globalization.CultureInfo.InvariantCulture);
}
