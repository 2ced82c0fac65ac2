using ChainBridge.Tests.Deployment.Harness;
using ChainBridge.Tests.Deployment.Harness.Targets;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Deployment.Scenarios;

/// <summary>What holds when a release turns out bad after it changed the database or had traffic.</summary>
[Trait(Sample.Turn, "6")]
public sealed class TakenBackTests(Stories<TakenBackStory> stories) : IClassFixture<Stories<TakenBackStory>>
{
    public static TheoryData<string> Targets => TargetsUnderTest.For(Scenario.TakenBack);

    [Theory, MemberData(nameof(Targets))]
    public async Task A_release_that_is_wrong_only_through_the_public_door_is_taken_back_out_of_the_traffic(string target)
    {
        var story = await stories.OnAsync(target);
        story.WrongThroughTheDoor.ShouldHaveGoneBackTo(story.Good.Version);
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
        story.BrokenMigration.ShouldHaveGoneBackTo(story.Good.Version);
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
    public async Task A_frozen_environment_goes_back_to_the_stable_release_on_the_command_to_roll_back(string target)
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
    public async Task Releases_that_are_taken_back_cost_no_request(string target)
    {
        var story = await stories.OnAsync(target);
        story.Traffic.Sent.Should().BeGreaterThan(100);
        story.Traffic.Failures.Should().BeEmpty();
        story.Traffic.Versions.Keys.Should().NotContain(story.BrokenMigration.Run.Version);
    }

    [Theory, MemberData(nameof(Targets))]
    public async Task Nothing_is_left_of_it(string target)
    {
        var story = await stories.OnAsync(target);
        story.Down!.ShouldEndWith(0);
        story.Leftovers.Should().BeEmpty();
    }
}
