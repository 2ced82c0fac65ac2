using ChainBridge.Tests.Deployment.Harness;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Deployment.Scenarios;

/// <summary>What holds when the runner reaches a candidate and the edge does not.</summary>
[Trait(Sample.Turn, "3")]
public sealed class CutOffTests(Stories<CutOffStory> stories) : IClassFixture<Stories<CutOffStory>>
{
    [Fact]
    public async Task A_candidate_that_the_edge_cannot_connect_to_goes_back_and_the_edge_service_and_address_are_named()
    {
        var story = await StoryAsync();
        story.CutOff.ShouldHaveGoneBackTo(story.Good.Version);
        story.CutOff.Run.Steps.Should().ContainInOrder(["smokeCandidate", "hook", "switch"], "the smoke run at its own port passed");
        story.CutOff.Run.Summary.Should().MatchRegex(@"the edge got no connection to front at http://\S+ \(.+\) within 3 s");
        PlannedChanges.Of(story.CutOff.Run).Should().NotContain(change => change.Contains("send all new requests"));
    }

    [Fact]
    public async Task Users_of_the_old_release_see_nothing_of_it()
    {
        var story = await StoryAsync();
        story.Traffic.Sent.Should().BeGreaterThan(100);
        story.Traffic.Failures.Should().BeEmpty();
        story.Traffic.Versions.Keys.Should().Equal(story.Good.Version);
    }

    [Fact]
    public async Task The_same_release_is_promoted_when_the_edge_can_connect_to_it() => (await StoryAsync()).Repaired.ShouldEndWith(0);

    [Fact]
    public async Task Nothing_is_left_of_it()
    {
        var story = await StoryAsync();
        story.Down!.ShouldEndWith(0);
        story.Leftovers.Should().BeEmpty();
    }

    private Task<CutOffStory> StoryAsync() => stories.OnAsync("compose");
}
