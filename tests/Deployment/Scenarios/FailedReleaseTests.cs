using System.Net;
using ChainBridge.Tests.Deployment.Harness;
using ChainBridge.Tests.Deployment.Harness.Targets;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Deployment.Scenarios;

/// <summary>What holds when releases are bad.</summary>
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
        ShouldHaveGoneBack(story.DiesAtStart, story);
        story.DiesAtStart.Run.Steps.Should().NotContain("switch");
        story.DiesAtStart.Run.Evidence.Should().Contain("this release dies at its start", "the last words of the culprit are shown");
    }

    [Theory, MemberData(nameof(Targets))]
    public async Task A_release_that_never_becomes_healthy_never_gets_traffic_and_the_old_one_goes_on(string target)
    {
        var story = await stories.OnAsync(target);
        ShouldHaveGoneBack(story.Unhealthy, story);
        story.Unhealthy.Run.Steps.Should().NotContain("switch");
        story.Unhealthy.Run.Summary.Should().Contain("front");
    }

    [Theory, MemberData(nameof(Targets))]
    public async Task A_smoke_run_whose_result_file_is_cut_off_never_gives_a_release_traffic(string target)
    {
        var story = await stories.OnAsync(target);
        ShouldHaveGoneBack(story.NoEvidence, story);
        story.NoEvidence.Run.Steps.Should().NotContain("switch");
        story.NoEvidence.Run.Summary.Should().Contain("cut off");
    }

    [Theory, MemberData(nameof(Targets))]
    public async Task A_release_that_is_wrong_only_through_the_public_door_is_taken_back_out_of_the_traffic(string target)
    {
        var story = await stories.OnAsync(target);
        ShouldHaveGoneBack(story.WrongThroughTheDoor, story);
        story.WrongThroughTheDoor.Run.Steps.Where(step => step == "switch")
            .Should().HaveCount(2, "it went in and out again: {0}", story.WrongThroughTheDoor.Run.Evidence);
        story.Traffic.Versions.Keys.Should().Contain(story.WrongThroughTheDoor.Run.Version, "it had traffic");
    }

    [Theory, MemberData(nameof(Targets))]
    public async Task The_migrations_of_a_release_that_failed_are_undone(string target)
    {
        var story = await stories.OnAsync(target);
        story.WrongThroughTheDoor.Run.Steps.Should().Contain("migrate").And.Contain("migrateDown");
        story.WrongThroughTheDoor.Door!.Value.Body.Should().Contain("\"step\":1");
    }

    [Theory, MemberData(nameof(Targets))]
    public async Task A_migration_that_fails_half_way_is_undone_and_the_old_release_goes_on(string target)
    {
        var story = await stories.OnAsync(target);
        ShouldHaveGoneBack(story.BrokenMigration, story);
        story.BrokenMigration.Run.Evidence.Should().Contain("nowhere", "PostgreSQL's reason is shown");
        story.BrokenMigration.Door!.Value.Body.Should().Contain("\"step\":1");
    }

    [Theory, MemberData(nameof(Targets))]
    public async Task A_release_whose_migrations_cannot_be_undone_freezes_with_both_slots_kept(string target)
    {
        var story = await stories.OnAsync(target);
        story.OneWay.Run.ShouldEndWith(13);
        story.OneWay.Run.Summary.Should().Contain("cannot be undone").And.Contain("both slots were kept");
        story.OneWay.Services.Should().BeEquivalentTo(
            $"{story.Good.Version}/back", $"{story.Good.Version}/front", $"{story.OneWay.Run.Version}/back",
            $"{story.OneWay.Run.Version}/front");
    }

    [Theory, MemberData(nameof(Targets))]
    public async Task Told_to_roll_back_a_frozen_environment_goes_back_to_the_stable_release(string target)
    {
        var story = await stories.OnAsync(target);
        story.Told.ShouldEndWith(0);
        story.DoorAfterTold!.Value.Body.Should().Contain($"\"front\":\"{story.Good.Version}\"");
    }

    [Theory, MemberData(nameof(Targets))]
    public async Task After_all_that_a_repaired_release_is_promoted_and_runs_alone(string target)
    {
        var story = await stories.OnAsync(target);
        story.Repaired.ShouldEndWith(0);
        story.ServicesAtTheEnd.Should().BeEquivalentTo($"{story.Repaired.Version}/back", $"{story.Repaired.Version}/front");
    }

    [Theory, MemberData(nameof(Targets))]
    public async Task Bad_releases_cost_no_request(string target)
    {
        var story = await stories.OnAsync(target);
        story.Traffic.Sent.Should().BeGreaterThan(100);
        story.Traffic.Failures.Should().BeEmpty();
        story.Traffic.Versions.Keys.Should().NotContain([story.DiesAtStart.Run.Version, story.Unhealthy.Run.Version,
            story.NoEvidence.Run.Version, story.BrokenMigration.Run.Version]);
    }

    [Theory, MemberData(nameof(Targets))]
    public async Task Nothing_is_left_of_it(string target)
    {
        var story = await stories.OnAsync(target);
        story.Down!.ShouldEndWith(0);
        story.Leftovers.Should().BeEmpty();
    }

    /// <summary>A was stable; however many bad ones follow each other, it is A that serves, alone.</summary>
    private static void ShouldHaveGoneBack(FailedReleaseStory.Attempted attempted, FailedReleaseStory story)
    {
        attempted.Run.ShouldEndWith(11);
        attempted.Run.Summary.Should().Contain($"{story.Good.Version} is serving again");
        attempted.Door!.Value.Body.Should().Contain($"\"front\":\"{story.Good.Version}\"").And.Contain("welcome");
        attempted.Services.Should().BeEquivalentTo($"{story.Good.Version}/back", $"{story.Good.Version}/front");
    }
}
