using ChainBridge.Tests.Deployment.Harness;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Deployment.Scenarios;

/// <summary>What holds on two hosts for releases that replace services one by one, or get the traffic in shares.</summary>
[Trait(Sample.Turn, "15")]
public sealed class StrategiesOnTwoHostsTests(Stories<StrategiesOnTwoHostsStory> stories)
    : IClassFixture<Stories<StrategiesOnTwoHostsStory>>
{
    public static TheoryData<string> Strategies => [.. Sample.OfThisRun.Of(0, [.. StrategiesOnTwoHostsStory.Names])];

    [Theory, MemberData(nameof(Strategies))]
    public async Task A_good_release_moves_on_both_hosts_and_no_request_fails_at_either_door(string strategy)
    {
        var story = await stories.OnAsync(strategy);
        story.Good.Run.Steps.Should().ContainInOrder(strategy == "rolling"
            ? ["layOut", "startService", "moveName", "stopService", "startService", "switch", "promote"]
            : ["startSlot", "shift", "compare", "switch", "promote"]);
        foreach (var host in new[] { story.One, story.Two })
            PlannedChanges.Of(story.Good.Run).Should()
                .Contain(change => change.StartsWith($"on {host}: tell the edge", StringComparison.Ordinal));
        ShouldServe(story.Good.Pages, story.Good.Services, story.Good.Run.Version);
        foreach (var users in new[] { story.Good.One, story.Good.Two })
        {
            users.Failures.Should().BeEmpty("{0}", story.Good.Run.Evidence);
            users.Versions.Keys.Should().BeEquivalentTo(story.First.Version, story.Good.Run.Version);
        }
    }

    [Theory, MemberData(nameof(Strategies))]
    public async Task A_release_that_fails_on_one_host_in_the_middle_goes_back_on_both_and_costs_the_other_no_request(string strategy)
    {
        var story = await stories.OnAsync(strategy);
        story.Died.Run.ShouldEndWith(11);
        story.Died.Run.Summary.Should().Contain($"{story.Good.Run.Version} is serving again");
        story.Died.Run.Steps.Should().NotContain("promote");
        if (strategy == "rolling") story.Died.Run.Summary.Should().Contain($"{story.Two}: back does not run");
        ShouldServe(story.Died.Pages, story.Died.Services, story.Good.Run.Version);
        story.Died.One.Failures.Should().BeEmpty("{0}", story.Died.Run.Evidence);
    }

    [Theory, MemberData(nameof(Strategies))]
    public async Task A_host_that_is_lost_in_the_middle_is_named_and_the_other_goes_back_and_no_request_fails(string strategy)
    {
        var story = await stories.OnAsync(strategy);
        story.Lost.Run.ShouldEndWith(13);
        story.Lost.Run.Summary.Should().Contain($"{story.Good.Run.Version} is serving again on {story.One}; not put in order:")
            .And.Contain(story.Two);
        story.Lost.Pages[0].Should().Contain($"\"front\":\"{story.Good.Run.Version}\",\"back\":\"{story.Good.Run.Version}\"");
        foreach (var users in new[] { story.Lost.One, story.Lost.Two }) users.Failures.Should().BeEmpty("{0}", story.Lost.Run.Evidence);
    }

    [Theory, MemberData(nameof(Strategies))]
    public async Task A_host_that_is_back_is_put_in_order_by_a_resume_and_no_share_is_left(string strategy)
    {
        var story = await stories.OnAsync(strategy);
        story.Settled.ShouldEndWith(0);
        ShouldServe(story.PagesAfterSettling, story.ServicesAfterSettling, story.Good.Run.Version);
        story.StatusAfterSettling.ShouldEndWith(0);
        story.StatusAfterSettling.Summary.Should().Contain($"current release: {story.Good.Run.Version}").And.NotContain("shared");
    }

    [Theory, MemberData(nameof(Strategies))]
    public async Task Taken_down_with_its_volumes_an_environment_on_two_hosts_leaves_nothing_on_either(string strategy)
    {
        var story = await stories.OnAsync(strategy);
        story.Down!.ShouldEndWith(0);
        story.Leftovers.Should().BeEmpty();
    }

    private static void ShouldServe(IReadOnlyList<string> pages, IReadOnlyList<string> services, string version)
    {
        pages.Should().HaveCount(2).And.OnlyContain(page => page.Contains($"\"front\":\"{version}\",\"back\":\"{version}\""));
        services.Should().BeEquivalentTo([$"{version}/back", $"{version}/back", $"{version}/front", $"{version}/front"]);
    }
}
