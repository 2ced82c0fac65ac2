using System.Net;
using ChainBridge.Tests.Deployment.Harness;
using ChainBridge.Tests.Deployment.Harness.Targets;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Deployment.Scenarios;

/// <summary>What holds when releases are bad before they get traffic.</summary>
[Trait(Sample.Turn, "3")]
public sealed class FailedReleaseTests(Stories<FailedReleaseStory> stories) : IClassFixture<Stories<FailedReleaseStory>>
{
    public static TheoryData<string> Targets => TargetsUnderTest.For(Scenario.FailedReleases);

    [Theory, MemberData(nameof(Targets))]
    public async Task A_first_release_that_fails_is_stopped_and_nothing_serves(string target)
    {
        var story = await stories.OnAsync(target);
        story.FirstFailed.ShouldEndWith(12);
        story.FirstFailed.Summary.Should().Contain("no previous release");
        story.ServicesAfterFirst.Should().BeEmpty();
        story.DoorAfterFirst!.Value.Status.Should().Be(HttpStatusCode.ServiceUnavailable);
        story.StatusAfterFirst.ShouldEndWith(17);
    }

    [Theory, MemberData(nameof(Targets))]
    public async Task After_a_first_release_that_failed_the_repaired_one_is_promoted(string target) =>
        (await stories.OnAsync(target)).Good.ShouldEndWith(0);

    [Theory, MemberData(nameof(Targets))]
    public async Task A_release_that_dies_at_its_start_never_gets_traffic_and_the_old_one_goes_on(string target)
    {
        var story = await stories.OnAsync(target);
        story.DiesAtStart.ShouldHaveGoneBackTo(story.Good.Version);
        story.DiesAtStart.Run.Steps.Should().NotContain("switch");
        story.DiesAtStart.Run.Evidence.Should().Contain("this release dies at its start", "the last words of the culprit are shown");
    }

    [Theory, MemberData(nameof(Targets))]
    public async Task A_release_that_never_becomes_healthy_never_gets_traffic_and_the_old_one_goes_on(string target)
    {
        var story = await stories.OnAsync(target);
        story.Unhealthy.ShouldHaveGoneBackTo(story.Good.Version);
        story.Unhealthy.Run.Steps.Should().NotContain("switch");
        story.Unhealthy.Run.Summary.Should().Contain("front");
    }

    [Theory, MemberData(nameof(Targets))]
    public async Task A_smoke_run_whose_result_file_is_cut_off_never_gives_a_release_traffic(string target)
    {
        var story = await stories.OnAsync(target);
        story.NoEvidence.ShouldHaveGoneBackTo(story.Good.Version);
        story.NoEvidence.Run.Steps.Should().NotContain("switch");
        story.NoEvidence.Run.Summary.Should().Contain("cut off");
    }

    [Theory, MemberData(nameof(Targets))]
    public async Task Bad_releases_cost_no_request(string target)
    {
        var story = await stories.OnAsync(target);
        story.Traffic.Sent.Should().BeGreaterThan(100);
        story.Traffic.Failures.Should().BeEmpty();
        story.Traffic.Versions.Keys.Should().Equal(story.Good.Version);
    }

    [Theory, MemberData(nameof(Targets))]
    public async Task Nothing_is_left_of_it(string target)
    {
        var story = await stories.OnAsync(target);
        story.Down!.ShouldEndWith(0);
        story.Leftovers.Should().BeEmpty();
    }
}
