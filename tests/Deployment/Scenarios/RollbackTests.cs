using ChainBridge.Tests.Deployment.Harness;
using ChainBridge.Tests.Deployment.Harness.Targets;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Deployment.Scenarios;

/// <summary>What holds on the way back.</summary>
[Trait(Sample.Turn, "8")]
public sealed class RollbackTests(Stories<RollbackStory> stories) : IClassFixture<Stories<RollbackStory>>
{
    public static TheoryData<string> Targets => TargetsUnderTest.For(Scenario.Rollbacks);

    [Theory, MemberData(nameof(Targets))]
    public async Task A_plan_of_a_rollback_lists_exactly_what_the_rollback_then_changes(string target)
    {
        var story = await stories.OnAsync(target);
        story.PlannedBack.ShouldEndWith(0);
        PlannedChanges.ShouldBeThoseOf(story.Once.Run, story.PlannedBack);
    }

    [Theory, MemberData(nameof(Targets))]
    public async Task A_rollback_goes_to_the_last_stable_release_before_the_current_one(string target)
    {
        var story = await stories.OnAsync(target);
        ShouldServe(story.Once, story.B, 0);
    }

    [Theory, MemberData(nameof(Targets))]
    public async Task A_rollback_of_a_rollback_goes_further_back_and_not_in_a_circle(string target)
    {
        var story = await stories.OnAsync(target);
        ShouldServe(story.Twice, story.A, 0);
        ShouldServe(story.ThreeTimes, story.A, 17);
    }

    [Theory, MemberData(nameof(Targets))]
    public async Task A_release_rolled_back_from_comes_back_when_it_is_named(string target)
    {
        var story = await stories.OnAsync(target);
        ShouldServe(story.Named, story.C, 0);
    }

    [Theory, MemberData(nameof(Targets))]
    public async Task A_rollback_to_a_version_that_is_not_there_changes_nothing_and_says_so(string target)
    {
        var story = await stories.OnAsync(target);
        ShouldServe(story.ToMissing, story.C, 17);
        story.ToMissing.Run.Summary.Should().Contain("there is no release staging-20200101-0000000");
    }

    [Theory, MemberData(nameof(Targets))]
    public async Task A_rollback_to_a_release_that_never_passed_is_refused(string target)
    {
        var story = await stories.OnAsync(target);
        ShouldServe(story.ToBad, story.C, 17);
        story.ToBad.Run.Summary.Should().Contain("never passed");
    }

    [Theory, MemberData(nameof(Targets))]
    public async Task A_release_whose_build_was_changed_never_gets_traffic(string target)
    {
        var story = await stories.OnAsync(target);
        ShouldServe(story.ToTampered, story.C, 13);
        story.ToTampered.Run.Steps.Should().NotContain("switch");
        story.ToTampered.Run.Summary.Should().Contain("sha256:");
    }

    [Theory, MemberData(nameof(Targets))]
    public async Task Versions_tells_the_stable_releases_from_the_others(string target)
    {
        var story = await stories.OnAsync(target);
        story.Versions.Rows("release").Select(row => (row["version"], row["stable"], row["current"])).Should()
            .Equal((story.Bad, "no", "no"), (story.C, "yes", "yes"), (story.B, "yes", "no"), (story.A, "yes", "no"));
    }

    [Theory, MemberData(nameof(Targets))]
    public async Task Going_back_costs_no_request(string target)
    {
        var story = await stories.OnAsync(target);
        story.Traffic.Failures.Should().BeEmpty();
        story.Traffic.Versions.Keys.Should().BeEquivalentTo([story.A, story.B, story.C]);
    }

    [Theory, MemberData(nameof(Targets))]
    public async Task Nothing_is_left_of_it(string target)
    {
        var story = await stories.OnAsync(target);
        story.Down!.ShouldEndWith(0);
        story.Leftovers.Should().BeEmpty();
    }

    /// <summary>This release serves, and it alone; back was built once only.</summary>
    private static void ShouldServe(RollbackStory.After after, string version, int exitCode)
    {
        after.Run.ShouldEndWith(exitCode);
        after.Door!.Value.Body.Should().Contain($"\"front\":\"{version}\"");
        after.Services.Should().HaveCount(2).And.Contain($"{version}/front");
    }
}
