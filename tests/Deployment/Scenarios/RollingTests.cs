using ChainBridge.Tests.Deployment.Harness;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Deployment.Scenarios;

/// <summary>What holds for releases whose services are replaced one by one. On Compose only: processes are not replaced so.</summary>
[Trait(Sample.Turn, "3")]
public sealed class RollingTests(Stories<RollingStory> stories) : IClassFixture<Stories<RollingStory>>
{
    public static TheoryData<string> Targets => ["compose"];

    [Theory, MemberData(nameof(Targets))]
    public async Task A_first_release_has_nothing_to_replace_and_starts_as_a_whole(string target) =>
        (await stories.OnAsync(target)).First.Steps.Should().Contain("startSlot").And.NotContain("layOut");

    [Theory, MemberData(nameof(Targets))]
    public async Task A_good_release_replaces_its_inner_services_one_by_one_then_moves_the_traffic_and_no_request_fails(string target)
    {
        var story = await stories.OnAsync(target);
        story.Good.Run.ShouldEndWith(0);
        story.Good.Run.Steps.Should().ContainInOrder("layOut", "moveName", "startService", "verify", "moveName", "stopService",
            "startService", "verify", "moveName", "stopService", "startService", "verify", "smokeCandidate", "switch", "smokePublic",
            "observe", "promote", "drain", "stopSlot");
        ShouldHaveCostNoRequest(story.Good);
        ShouldServe(story.Good, story.Good.Run.Version);
        story.Good.Users.Versions.Keys.Should().BeEquivalentTo(story.First.Version, story.Good.Run.Version);
        story.Good.Users.Mixed.Should().Contain($"front {story.First.Version}, back {story.Good.Run.Version}",
            "old callers find the new service by its name");
    }

    [Theory, MemberData(nameof(Targets))]
    public async Task A_plan_lists_the_replacement_and_the_deployment_then_changes_exactly_what_it_lists(string target)
    {
        var story = await stories.OnAsync(target);
        PlannedChanges.ShouldBeThoseOf(story.Good.Run, story.Planned);
    }

    [Theory, MemberData(nameof(Targets))]
    public async Task A_rollback_replaces_services_one_by_one_too_and_no_request_fails(string target)
    {
        var story = await stories.OnAsync(target);
        story.Rollback.Run.ShouldEndWith(0);
        story.Rollback.Run.Steps.Should().Contain("layOut").And.NotContain("startSlot");
        ShouldHaveCostNoRequest(story.Rollback);
        ShouldServe(story.Rollback, story.First.Version);
    }

    [Theory, MemberData(nameof(Targets))]
    public async Task At_no_moment_more_than_one_service_runs_twice(string target)
    {
        var story = await stories.OnAsync(target);
        foreach (var seen in new[] { story.Good, story.Rollback, story.NeverReadyInside, story.WrongThroughTheDoor, story.Undone,
            story.Resumed }) seen.Doubled.Should().NotContain(services => services.Contains("and"), "{0}", seen.Run.Evidence);
        story.Good.Doubled.Should().Contain(["", "back", "middle", "front"]);
    }

    [Theory, MemberData(nameof(Targets))]
    public async Task A_release_whose_inner_service_never_becomes_healthy_is_taken_back_and_no_request_fails(string target)
    {
        var story = await stories.OnAsync(target);
        ShouldHaveGoneBack(story.NeverReadyInside, story.First.Version);
        story.NeverReadyInside.Run.Summary.Should().Contain("middle was not ready within 6 s");
        story.NeverReadyInside.Run.Steps.Should().NotContain("switch");
    }

    [Theory, MemberData(nameof(Targets))]
    public async Task A_release_that_fails_its_public_smoke_run_gives_the_traffic_back_and_then_each_name(string target)
    {
        var story = await stories.OnAsync(target);
        ShouldHaveGoneBack(story.WrongThroughTheDoor, story.First.Version);
        story.WrongThroughTheDoor.Run.Steps.Should().ContainInOrder("smokePublic", "switch", "stopService", "startService", "moveName",
            "stopService", "startService", "moveName", "stopService", "smokePublic", "stopSlot");
    }

    [Theory, MemberData(nameof(Targets))]
    public async Task A_runner_that_is_killed_half_way_costs_no_request_and_is_finished_or_undone(string target)
    {
        var story = await stories.OnAsync(target);
        story.Killed.Should().OnlyContain(run => run.ExitCode == RunResult.Killed);
        story.Undone.Run.ShouldEndWith(0);
        ShouldHaveCostNoRequest(story.Undone);
        ShouldServe(story.Undone, story.First.Version);
        story.Resumed.Run.ShouldEndWith(0);
        ShouldHaveCostNoRequest(story.Resumed);
        ShouldServe(story.Resumed, story.Killed[^1].Version);
    }

    [Theory, MemberData(nameof(Targets))]
    public async Task Nothing_is_left_of_it(string target)
    {
        var story = await stories.OnAsync(target);
        story.Down!.ShouldEndWith(0);
        story.Leftovers.Should().BeEmpty();
    }

    private static void ShouldHaveGoneBack(RollingStory.Seen seen, string good)
    {
        seen.Run.ShouldEndWith(11);
        seen.Run.Summary.Should().Contain($"{good} is serving again");
        ShouldHaveCostNoRequest(seen);
        ShouldServe(seen, good);
    }

    private static void ShouldHaveCostNoRequest(RollingStory.Seen seen)
    {
        seen.Users.Sent.Should().BeGreaterThan(20);
        seen.Users.Failures.Should().BeEmpty("{0}", seen.Run.Evidence);
    }

    private static void ShouldServe(RollingStory.Seen seen, string version)
    {
        seen.Door!.Value.Body.Should().Contain($"\"front\":\"{version}\"").And.Contain($"\"back\":\"{version}\"");
        seen.Services.Should().BeEquivalentTo([$"{version}/front", $"{version}/back"], "{0}", seen.Run.Evidence);
    }
}
