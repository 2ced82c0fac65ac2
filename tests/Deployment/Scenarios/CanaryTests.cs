using ChainBridge.Tests.Deployment.Harness;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Deployment.Scenarios;

/// <summary>
/// What holds for releases that get the traffic in shares. On the process target only: shares and judgement are the edge's and the
/// runner's, the same on each.
/// </summary>
[Trait(Sample.Turn, "10")]
public sealed class CanaryTests(Stories<CanaryStory> stories) : IClassFixture<Stories<CanaryStory>>
{
    public static TheoryData<string> Targets => ["process"];

    [Theory, MemberData(nameof(Targets))]
    public async Task A_first_release_gets_everything_at_once_and_the_run_says_why(string target)
    {
        var story = await stories.OnAsync(target);
        story.First.Events.Should().Contain(line => line["text"] != null
            && line["text"]!.StartsWith("canary skipped: there is no release to compare with", StringComparison.Ordinal));
        story.First.Steps.Should().NotContain("compare");
    }

    [Theory, MemberData(nameof(Targets))]
    public async Task A_good_release_walks_through_the_shares_and_is_promoted_and_no_request_fails(string target)
    {
        var story = await stories.OnAsync(target);
        story.Good.Run.ShouldEndWith(0);
        story.Good.Run.Steps.Should().ContainInOrder("smokeCandidate", "shift", "compare", "shift", "compare", "switch", "smokePublic",
            "observe", "promote", "drain", "stopSlot");
        story.Good.Users.Failures.Should().BeEmpty();
        story.Good.Users.Versions.Keys.Should().BeEquivalentTo(story.First.Version, story.Good.Run.Version);
        ShouldServe(story.Good, story.Good.Run.Version);
    }

    [Theory, MemberData(nameof(Targets))]
    public async Task A_plan_lists_the_shares_and_the_deployment_then_changes_exactly_what_it_lists(string target)
    {
        var story = await stories.OnAsync(target);
        PlannedChanges.ShouldBeThoseOf(story.Good.Run, story.Planned);
        PlannedChanges.Of(story.Planned).Should().ContainInOrder("tell the edge to send 20 % of new requests to slot green",
            "tell the edge to send 50 % of new requests to slot green", "tell the edge to send all new requests to slot green");
    }

    [Theory, MemberData(nameof(Targets))]
    public async Task Status_has_the_shares_while_two_releases_have_traffic(string target)
    {
        var story = await stories.OnAsync(target);
        story.StatusAtAShare.ShouldEndWith(0);
        story.StatusAtAShare.Summary.Should().Contain($"current release: {story.First.Version}")
            .And.MatchRegex("the traffic is shared: blue (80 %, green 20|50 %, green 50) %");
    }

    [Theory, MemberData(nameof(Targets))]
    public async Task A_release_that_fails_one_request_in_five_is_taken_back_at_its_first_share(string target)
    {
        var story = await stories.OnAsync(target);
        ShouldHaveGoneBack(story.FailsOneInFive, story.Good.Run.Version);
        story.FailsOneInFive.Run.Summary.Should().MatchRegex(@"worse: \d+ of \d+ \([\d.]+ %\) requests failed, 0 of \d+ beside it");
        story.FailsOneInFive.Users.Failures.Should().NotBeEmpty().And.OnlyContain(
            failure => failure.Contains($"{story.FailsOneInFive.Run.Version} answered 500", StringComparison.Ordinal),
            "no request to the old release failed");
    }

    [Theory, MemberData(nameof(Targets))]
    public async Task A_release_that_is_slow_for_one_request_in_five_is_taken_back_and_no_request_fails(string target)
    {
        var story = await stories.OnAsync(target);
        ShouldHaveGoneBack(story.SlowOneInFive, story.Good.Run.Version);
        story.SlowOneInFive.Run.Summary.Should().Contain("worse: p99 1", "{0}", story.SlowOneInFive.Run.Evidence);
        story.SlowOneInFive.Users.Failures.Should().BeEmpty();
    }

    [Theory, MemberData(nameof(Targets))]
    public async Task Nothing_is_left_of_the_compared_releases(string target)
    {
        var story = await stories.OnAsync(target);
        story.Down!.ShouldEndWith(0);
        story.Leftovers.Should().BeEmpty();
    }

    /// <summary>At its first share; most users never met it.</summary>
    private static void ShouldHaveGoneBack(CanaryStory.Seen seen, string good)
    {
        seen.Run.ShouldEndWith(11);
        seen.Run.Steps.Where(step => step is "shift" or "compare" or "switch" or "promote").Should()
            .Equal(["shift", "compare", "switch"], "{0}", seen.Run.Evidence);
        var met = seen.Users.Versions.GetValueOrDefault(seen.Run.Version) + seen.Users.Failures.Count;
        met.Should().BePositive();
        (met / (double)seen.Users.Sent).Should().BeLessThan(0.2);
        ShouldServe(seen, good);
    }

    private static void ShouldServe(CanaryStory.Seen seen, string version)
    {
        seen.Door!.Value.Body.Should().Contain($"\"front\":\"{version}\"", "{0}", seen.Run.Evidence);
        seen.Services.Should().BeEquivalentTo([$"{version}/front", $"{version}/back"], "{0}", seen.Run.Evidence);
    }
}
