using ChainBridge.Tests.Deployment.Harness;
using ChainBridge.Tests.Deployment.Harness.Targets;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Deployment.Scenarios;

/// <summary>
/// What holds for releases that pass their smoke runs and fail afterwards. On the process target only: the judgement is the same on
/// each, and an engine would double the time.
/// </summary>
[Trait(Sample.Turn, "5")]
public sealed class ObservationTests(Stories<ObservationStory> stories) : IClassFixture<Stories<ObservationStory>>
{
    public static TheoryData<string> Targets => ["process"];

    [Theory, MemberData(nameof(Targets))]
    public async Task A_release_that_dies_under_traffic_is_taken_back_and_the_dead_service_is_named(string target)
    {
        var story = await stories.OnAsync(target);
        ShouldHaveGoneBack(story.DiesWithTraffic, story);
        story.DiesWithTraffic.Run.Summary.Should().Contain("front", "{0}", story.DiesWithTraffic.Run.Evidence);
    }

    [Theory, MemberData(nameof(Targets))]
    public async Task A_release_that_fails_one_request_in_five_is_taken_back_with_the_count_as_evidence(string target)
    {
        var story = await stories.OnAsync(target);
        ShouldHaveGoneBack(story.FailsOneInFive, story);
        story.FailsOneInFive.Run.Summary.Should()
            .MatchRegex(@"\d+ of \d+ \([\d.]+ %; maxFailedShare allows 2 %\)", "{0}", story.FailsOneInFive.Run.Evidence);
    }

    [Theory, MemberData(nameof(Targets))]
    public async Task Status_names_the_service_that_died_after_promotion_and_the_way_back(string target)
    {
        var story = await stories.OnAsync(target);
        story.StatusAfterDeath.Summary.Should().Contain(story.Current).And.Contain("back", "{0}", story.StatusAfterDeath.Evidence);
        story.StatusAfterDeath.Events[^1]["next"]
            .Should().Contain("deployrunner rollback").And.Contain(story.Stable, "{0}", story.StatusAfterDeath.Evidence);
    }

    [Theory, MemberData(nameof(Targets))]
    public async Task A_rollback_from_a_release_that_died_brings_the_stable_one_back(string target)
    {
        var story = await stories.OnAsync(target);
        story.Rollback.Run.ShouldEndWith(0);
        ShouldServe(story.Rollback, story.Stable, story.Stable);
    }

    [Theory, MemberData(nameof(Targets))]
    public async Task Nothing_is_left_of_the_observed_releases(string target)
    {
        var story = await stories.OnAsync(target);
        story.Down!.ShouldEndWith(0);
        story.Leftovers.Should().BeEmpty();
    }

    private static void ShouldHaveGoneBack(ObservationStory.Seen seen, ObservationStory story)
    {
        seen.Run.ShouldEndWith(11);
        seen.Run.Steps.Should().ContainInOrder("smokeCandidate", "switch", "smokePublic", "observe", "switch")
            .And.NotContain("promote", "{0}", seen.Run.Evidence);
        ShouldServe(seen, story.Current, story.Current);
    }

    private static void ShouldServe(ObservationStory.Seen seen, string front, string back)
    {
        seen.Door!.Value.Body.Should().Contain($"\"front\":\"{front}\",\"back\":\"{back}\"", "{0}", seen.Run.Evidence);
        seen.Services.Should().BeEquivalentTo([$"{front}/front", $"{back}/back"], "{0}", seen.Run.Evidence);
    }
}
