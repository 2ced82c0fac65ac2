using ChainBridge.Tests.Deployment.Harness;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Deployment.Scenarios;

/// <summary>Nothing else that these tests start runs beside it: it measures.</summary>
[CollectionDefinition(nameof(LoadGateTests), DisableParallelization = true)]
public sealed class LoadGate;

/// <summary>
/// A gate with the load tool of this build. On the process target only: what the gate tells its commands is made for all targets at one
/// place.
/// </summary>
[Collection(nameof(LoadGateTests))]
[Trait(Sample.Turn, "6")]
public sealed class LoadGateTests(Stories<LoadGateStory> stories) : IClassFixture<Stories<LoadGateStory>>
{
    public static TheoryData<string> Targets => ["process"];

    [Theory, MemberData(nameof(Targets))]
    public async Task A_first_release_is_judged_by_its_absolute_limits_and_promoted(string target)
    {
        var story = await stories.OnAsync(target);
        story.First.ShouldEndWith(0);
        story.Told[0].Should().Contain("judged by its absolute limits only").And.NotContain("baseline", "{0}", story.First.Evidence);
    }

    [Theory, MemberData(nameof(Targets))]
    public async Task A_release_as_fast_as_the_one_that_serves_is_promoted(string target)
    {
        var story = await stories.OnAsync(target);
        story.Good.ShouldEndWith(0);
        story.Told[1].Should().MatchRegex(@"held +p50 <= baseline \+ 100% \+ 100ms: .*, before ", "{0}", story.Good.Evidence);
    }

    [Theory, MemberData(nameof(Targets))]
    public async Task A_release_whose_page_waits_for_a_slow_query_is_refused_with_the_comparison_in_one_line(string target)
    {
        var story = await stories.OnAsync(target);
        story.Slow.ShouldHaveGoneBackTo(story.Good.Version);
        story.Slow.Run.Steps.Should().NotContain("switch", "it never had traffic: {0}", story.Slow.Run.Evidence);
        story.Slow.Run.Summary.Split('\n')[0].Should().MatchRegex(@"1 failed.*page: p50 <= baseline \+ 100% \+ 100ms: "
            + @"[\d.]+ms is \+[\d.]+ % against [\d.]+ms of http://127\.0\.0\.1:\d+");
    }

    [Theory, MemberData(nameof(Targets))]
    public async Task Taken_down_with_its_volumes_the_environment_leaves_no_measures_either(string target) =>
        (await stories.OnAsync(target)).Leftovers.Should().BeEmpty();
}
