using ChainBridge.Tests.Deployment.Harness;
using ChainBridge.Tests.Deployment.Harness.Targets;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Deployment.Scenarios;

/// <summary>What is needed is kept, all else goes, and nothing grows with the number of deployments, however they end.</summary>
[Trait(Sample.Turn, "13")]
public sealed class RetentionTests(Stories<RetentionStory> stories) : IClassFixture<Stories<RetentionStory>>
{
    public static TheoryData<string> Targets => TargetsUnderTest.For(Scenario.Retention);

    [Theory, MemberData(nameof(Targets))]
    public async Task As_many_failed_deployments_again_leave_nothing_more_behind(string target)
    {
        var story = await stories.OnAsync(target);
        story.Failed.Select(run => run.ExitCode).Should()
            .Equal(Enumerable.Range(1, story.Failed.Count).Select(number => number % 2 == 0 ? 10 : 11)).And.HaveCountGreaterThan(7);
        story.Half.Should().ContainKeys("releases", "results", "evidence");
        // Of results and logs of failed candidates a fixed number stays.
        foreach (var (kind, count) in story.Full)
            count.Should().BeLessThanOrEqualTo(kind switch { "results" => 40, "evidence" => 20, _ => story.Half[kind] }, kind);
    }

    [Theory, MemberData(nameof(Targets))]
    public async Task The_current_and_the_last_stable_release_survive_the_failures(string target)
    {
        var story = await stories.OnAsync(target);
        story.Releases.Should().Contain([story.First.Version, story.Second.Version])
            .And.HaveCount(4, "two are kept, and these two are needed: {0}", string.Join(", ", story.Releases));
    }

    [Theory, MemberData(nameof(Targets))]
    public async Task A_candidate_that_waits_survives_a_failure_beside_it_and_is_promoted(string target)
    {
        var story = await stories.OnAsync(target);
        story.Waiting.Run.ShouldEndWith(0);
        story.Promoted.ShouldEndWith(0);
        story.Back.ShouldEndWith(0);
        story.Back.Version.Should().Be(story.Second.Version);
    }

    [Theory, MemberData(nameof(Targets))]
    public async Task A_sibling_environment_of_the_same_project_serves_as_before(string target)
    {
        var story = await stories.OnAsync(target);
        story.Sibling.ShouldEndWith(0);
        story.SiblingStatus.ShouldEndWith(0);
        story.SiblingStatus.Summary.Should().Contain(story.Sibling.Version).And.NotContain("not well");
    }

    [Theory, MemberData(nameof(Targets))]
    public async Task Nothing_is_left_of_it(string target)
    {
        var story = await stories.OnAsync(target);
        story.Down!.ShouldEndWith(0);
        story.Leftovers.Should().BeEmpty();
    }
}
