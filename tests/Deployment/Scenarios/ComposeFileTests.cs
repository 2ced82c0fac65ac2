using ChainBridge.Tests.Deployment.Harness;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Deployment.Scenarios;

/// <summary>What a team writes into its compose file, a slot has; what a release had, a rollback brings back.</summary>
[Trait(Sample.Turn, "1")]
public sealed class ComposeFileTests(Stories<ComposeFileStory> stories) : IClassFixture<Stories<ComposeFileStory>>
{
    private Task<ComposeFileStory> Story => stories.OnAsync("compose");

    [Fact]
    public async Task A_rollback_brings_back_the_settings_of_the_release_though_its_files_changed_or_are_gone()
    {
        var story = await Story;
        story.A.Settings.Should().StartWith("one").And.EndWith("gold");
        story.B.Settings.Should().StartWith("two").And.EndWith("silver");
        story.Back.Settings.Should().StartWith("one").And.EndWith("gold");
        (story.A.Page, story.B.Page, story.Back.Page).Should().Be(("page one costs 5$", "page two costs 5$", "page one costs 5$"));
    }

    [Fact]
    public async Task A_secret_of_an_env_file_is_in_no_record_and_is_todays_after_a_rollback()
    {
        var story = await Story;
        story.A.Settings.Should().Contain("token-of-the-first-day");
        story.RecordOfA.Should().Contain("SHOP_TOKEN").And.NotContain("token-of-the-first-day");
        story.ModeOfTheRecord.Should().Be(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        story.Back.Settings.Should().Contain("token-of-the-second-day");
    }

    [Fact]
    public async Task A_service_with_networks_of_its_own_reaches_accessories_and_siblings()
    {
        var story = await Story;
        story.A.Cache.Split('\n').Should().HaveCount(2)
            .And.OnlyContain(line => line.EndsWith("cache", StringComparison.Ordinal) || line.EndsWith("front", StringComparison.Ordinal));
        story.A.Networks.Should().Contain(network => network.Contains("-blue_private:", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_network_that_others_make_is_joined_without_the_service_name_and_stays()
    {
        var story = await Story;
        story.A.Networks.Single(network => network.StartsWith("outside-", StringComparison.Ordinal))
            .Should().NotContain("[back").And.NotContain(" back ").And.NotContain(" back]");
        story.Outside.Should().ContainSingle();
    }

    [Fact]
    public async Task A_one_shot_service_runs_once_per_release_with_the_settings_of_its_service()
    {
        var story = await Story;
        story.A.Seeded.Should().Be("back one");
        story.B.Seeded.Should().Be("back one\nback two");
        story.Back.Seeded.Should().Be("back one\nback two");
    }

    [Fact]
    public async Task A_one_shot_service_that_fails_fails_the_release_with_its_last_output()
    {
        var story = await Story;
        story.Failed.ShouldEndWith(11);
        story.Failed.Evidence.Should().Contain("seed, which runs once").And.Contain("exit code 1").And.Contain("seed has three");
    }

    [Fact]
    public async Task A_volume_is_shared_by_releases_unless_the_manifest_gives_each_slot_its_own()
    {
        var story = await Story;
        story.B.Seeded.Should().StartWith("back one", "the volume is the one the first release wrote to");
        (story.A.Own, story.B.Own, story.Back.Own).Should().Be(("0", "0", "0"), "each release finds the volume of its slot empty");
    }

    [Fact]
    public async Task Networks_and_volumes_of_a_compose_file_are_labelled_and_only_volumes_that_outlive_slots_stay_after_down()
    {
        var story = await Story;
        story.Labelled.Should().Contain(one => one.EndsWith("_kept", StringComparison.Ordinal))
            .And.Contain(one => one.StartsWith("network ", StringComparison.Ordinal) && one.EndsWith("_private", StringComparison.Ordinal))
            .And.ContainSingle(one => one.EndsWith("_own", StringComparison.Ordinal),
                "the slot that failed is gone with all that was its own");
        story.AfterDown.Should().NotBeEmpty().And.OnlyContain(one => one.StartsWith("volume ", StringComparison.Ordinal))
            .And.NotContain(one => one.EndsWith("_own", StringComparison.Ordinal));
        story.AfterDown.Should().ContainSingle(one => one.EndsWith("_kept", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Nothing_with_a_label_of_the_environment_is_left_after_down_with_volumes()
    {
        var story = await Story;
        story.LabelledAfterwards.Should().BeEmpty();
        story.Leftovers.Should().BeEmpty();
    }
}
