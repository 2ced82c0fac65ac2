using System.Net;
using ChainBridge.Tests.Deployment.Harness;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Deployment.Scenarios;

/// <summary>What holds on a host over SSH.</summary>
[Trait(Sample.Turn, "9")]
public sealed class SshTests(Stories<SshStory> stories) : IClassFixture<Stories<SshStory>>
{
    private Task<SshStory> StoryAsync() => stories.OnAsync("ssh");

    [Fact]
    public async Task Two_releases_are_promoted_on_the_host_and_the_second_plan_is_what_is_then_done()
    {
        var story = await StoryAsync();
        story.First.ShouldEndWith(0);
        story.Second.ShouldEndWith(0);
        // Here the host's engine is the one that builds, and has the images already.
        PlannedChanges.ShouldBeThoseOf(story.Second, story.Planned, change => change.StartsWith("send ", StringComparison.Ordinal));
        story.Status.Rows("service").Select(row => (row["service"], row["version"], row["health"])).Should().BeEquivalentTo(
            [("back", story.Second.Version, "healthy"), ("front", story.Second.Version, "healthy")]);
        story.Second.Events.First(said => said.Event == "run-begun")["target"].Should().StartWith("docker compose on ssh://");
    }

    [Fact]
    public async Task A_rollback_brings_the_release_before_back()
    {
        var story = await StoryAsync();
        story.Back.ShouldEndWith(0);
        story.Back.Summary.Should().Contain(story.First.Version);
        story.History.Rows("past-deployment").Select(row => (row["verb"], row["version"], row["exit"])).Should().Equal(
            ("rollback", story.First.Version, "0"), ("deploy", story.Second.Version, "0"), ("deploy", story.First.Version, "0"));
    }

    [Fact]
    public async Task The_connection_of_a_runner_that_is_killed_goes_with_it_and_another_runner_finishes_its_deployment()
    {
        var story = await StoryAsync();
        story.Dead.ExitCode.Should().Be(RunResult.Killed);
        story.Resumed.ShouldEndWith(0);
        story.Resumed.Summary.Should().Contain(story.Dead.Version).And.Contain("is stable");
        story.ServicesAfterResume.Should().BeEquivalentTo($"{story.Dead.Version}/back", $"{story.Dead.Version}/front");
    }

    [Fact]
    public async Task A_connection_that_is_cut_in_the_middle_and_back_ends_with_the_old_release_serving()
    {
        var story = await StoryAsync();
        story.Cut.ShouldEndWith(11);
        story.Cut.Summary.Should().Contain($"{story.Dead.Version} is serving again");
    }

    [Fact]
    public async Task A_host_with_another_key_is_refused_with_its_fingerprint()
    {
        var story = await StoryAsync();
        story.WrongHost.ShouldEndWith(18);
        story.WrongHost.Summary.Should().Contain("another one than the known one").And.Contain(story.Fingerprint);
    }

    [Fact]
    public async Task A_host_that_is_away_changes_nothing_for_its_users()
    {
        var story = await StoryAsync();
        story.Away.ShouldEndWith(18);
        story.Away.Summary.Should().Contain("connection refused");
        story.PageWhileAway!.Value.Status.Should().Be(HttpStatusCode.OK);
        story.PageWhileAway.Value.Body.Should().Contain(story.Dead.Version);
    }

    [Fact]
    public async Task No_request_failed_from_the_first_release_to_the_end()
    {
        var story = await StoryAsync();
        story.Traffic.Failures.Should().BeEmpty();
        story.Traffic.Mixed.Should().BeEmpty();
    }

    [Fact]
    public async Task The_generated_secrets_and_the_key_are_in_no_output_and_in_no_command_line()
    {
        var story = await StoryAsync();
        story.Secrets.Should().HaveCountGreaterThan(4).And.NotContain("", "otherwise nothing is looked for");
        foreach (var run in story.Runs) run.Evidence.Should().NotContainAny(story.Secrets);
        story.CommandLines.Should().Contain(line => line.Contains("ssh ", StringComparison.Ordinal), "the looking works at all");
        story.CommandLines.Where(line => story.Secrets.Any(secret => line.Contains(secret, StringComparison.Ordinal))).Should().BeEmpty();
        story.FilesWithTheKey.Should().BeEmpty();
    }

    [Fact]
    public async Task Taken_down_with_its_volumes_an_environment_on_a_host_leaves_nothing()
    {
        var story = await StoryAsync();
        story.Down!.ShouldEndWith(0);
        story.Leftovers.Should().BeEmpty();
    }
}
