using ChainBridge.Tests.Deployment.Harness;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Deployment.Scenarios;

/// <summary>What holds on two hosts over SSH.</summary>
[Trait(Sample.Turn, "11")]
public sealed class TwoHostsTests(Stories<TwoHostsStory> stories) : IClassFixture<Stories<TwoHostsStory>>
{
    private Task<TwoHostsStory> StoryAsync() => stories.OnAsync("two hosts");

    [Fact]
    public async Task Two_releases_are_promoted_on_both_hosts_and_the_second_plan_is_what_is_then_done()
    {
        var story = await StoryAsync();
        story.First.ShouldEndWith(0);
        story.Second.ShouldEndWith(0);
        PlannedChanges.ShouldBeThoseOf(story.Second, story.Planned, change => change.Contains(": send ", StringComparison.Ordinal));
        foreach (var host in new[] { story.One, story.Two })
            PlannedChanges.Of(story.Second).Should()
                .Contain(change => change.StartsWith($"on {host}: docker compose", StringComparison.Ordinal));
        story.Second.Steps.Count(step => step == "migrate").Should().Be(1, "a release moves its database once, however many hosts it has");
        story.Steps.Should().Be("2");
    }

    [Fact]
    public async Task The_status_and_the_doctor_name_the_hosts()
    {
        var story = await StoryAsync();
        story.Status.ShouldEndWith(0);
        story.Status.Rows("service").Select(row => (row["host"], row["service"], row["version"], row["health"])).Should().BeEquivalentTo(
            from host in new[] { story.One, story.Two }
            from service in new[] { "back", "front" }
            select ((string?)host, (string?)service, (string?)story.Second.Version, (string?)"healthy"));
        story.Doctor.Rows("check").Select(row => row["check"]).Should().Contain("host").And.Contain($"host of {story.Two}")
            .And.Contain($"disk of {story.Two}").And.Contain($"engine of {story.Two}").And.NotContain($"host of {story.One}");
        story.Doctor.Rows("check").Where(row => row["check"]!.StartsWith("host", StringComparison.Ordinal))
            .Should().OnlyContain(row => row["verdict"] == "ok");
    }

    [Fact]
    public async Task A_runner_that_is_killed_between_the_switches_leaves_hosts_that_differ_and_a_resume_finishes_on_both()
    {
        var story = await StoryAsync();
        story.Dead.ExitCode.Should().Be(RunResult.Killed);
        story.PagesAfterTheDead[0].Should().Contain(story.Dead.Version, "the first host was switched");
        story.PagesAfterTheDead[1].Should().Contain(story.Second.Version, "the second was not, and serves");
        story.Resumed.ShouldEndWith(0);
        story.ServicesAfterResume.Should().BeEquivalentTo(OnBoth(story.Dead.Version));
    }

    [Fact]
    public async Task A_service_that_dies_on_one_host_takes_the_release_back_on_both_and_the_host_is_named()
    {
        var story = await StoryAsync();
        story.Died.ShouldEndWith(11);
        story.Died.Summary.Should().Contain($"smoke of the candidate: fail: {story.Two}: ").And.NotContain(story.One)
            .And.Contain($"{story.Dead.Version} is serving again");
    }

    [Fact]
    public async Task A_host_that_is_lost_between_the_switches_is_named_and_the_other_one_goes_back()
    {
        var story = await StoryAsync();
        story.Lost.ShouldEndWith(13);
        story.Lost.Summary.Should().Contain($"{story.Dead.Version} is serving again on {story.One}; not put in order:")
            .And.Contain(story.Two);
    }

    [Fact]
    public async Task While_a_host_is_away_the_status_shows_the_other_one_and_a_deployment_is_refused()
    {
        var story = await StoryAsync();
        story.StatusWhileAway.ShouldEndWith(18);
        story.StatusWhileAway.Rows("service").Select(row => row["host"]).Distinct().Should().Equal(story.One);
        story.StatusWhileAway.Summary.Should().Contain(story.Two).And.Contain("connection refused");
        story.Away.ShouldEndWith(18);
        story.Away.Summary.Should().Contain(story.Two).And.Contain("connection refused");
        story.Away.Steps.Should().BeEmpty("nothing was begun");
    }

    [Fact]
    public async Task A_host_that_is_back_is_put_in_order_by_a_resume()
    {
        var story = await StoryAsync();
        story.Settled.ShouldEndWith(0);
        story.ServicesAfterSettling.Should().BeEquivalentTo(OnBoth(story.Dead.Version), "what did not pass is gone from both");
        story.PagesAfterSettling.Should().OnlyContain(page => page.Contains(story.Dead.Version));
    }

    [Fact]
    public async Task No_request_failed_at_either_door_from_the_first_release_to_the_end()
    {
        var story = await StoryAsync();
        foreach (var traffic in new[] { story.TrafficOfOne, story.TrafficOfTwo })
        {
            traffic.Failures.Should().BeEmpty();
            traffic.Mixed.Should().BeEmpty();
        }
    }

    [Fact]
    public async Task Taken_down_with_its_volumes_an_environment_on_two_hosts_leaves_nothing_on_either()
    {
        var story = await StoryAsync();
        story.Down!.ShouldEndWith(0);
        story.Leftovers.Should().BeEmpty();
    }

    private static IEnumerable<string> OnBoth(string version) =>
        [$"{version}/back", $"{version}/back", $"{version}/front", $"{version}/front"];
}
