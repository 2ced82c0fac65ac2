using System.Net;
using ChainBridge.Tests.Deployment.Harness;
using ChainBridge.Tests.Deployment.Harness.Targets;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Deployment.Scenarios;

/// <summary>What holds for environments with several public doors.</summary>
[Trait(Sample.Turn, "7")]
public sealed class DoorsTests(Stories<DoorsStory> stories) : IClassFixture<Stories<DoorsStory>>
{
    public static TheoryData<string> Targets => TargetsUnderTest.For(Scenario.Doors);

    [Theory, MemberData(nameof(Targets))]
    public async Task A_door_by_path_opens_with_the_release_that_has_it_and_no_request_of_the_first_door_fails(string target)
    {
        var story = await stories.OnAsync(target);
        story.StepByPath!.Value.Status.Should().Be(HttpStatusCode.OK, "{0}", story.RunByPath.Evidence);
        story.StepByPath.Value.Body.Should().Contain(story.ByPath);
        story.WhileDoorsChanged.Failures.Should().BeEmpty();
        story.WhileDoorsChanged.Versions.Keys.Should().BeEquivalentTo([story.One, story.ByPath]);
    }

    [Theory, MemberData(nameof(Targets))]
    public async Task A_release_from_before_a_door_answers_there_what_it_answered_then(string target)
    {
        var story = await stories.OnAsync(target);
        story.BackToOne.ShouldEndWith(0);
        // Its front has no such page: the request is the front's again, and no error of the edge.
        story.StepOfOne!.Value.Should().Be((HttpStatusCode.NotFound, ""));
    }

    [Theory, MemberData(nameof(Targets))]
    public async Task The_plan_of_a_release_with_new_doors_is_what_is_done(string target)
    {
        var story = await stories.OnAsync(target);
        PlannedChanges.Of(story.PlannedByPath).Should().Contain("tell the edge its doors: shop, step");
        PlannedChanges.Of(story.RunByPath).Should().Contain("tell the edge its doors: shop, step");
    }

    [Theory, MemberData(nameof(Targets))]
    public async Task A_port_that_the_edge_was_not_started_with_is_refused_before_anything_is_built(string target)
    {
        var story = await stories.OnAsync(target);
        story.RefusedPort.ShouldEndWith(16);
        story.RefusedPort.Summary.Should().Contain("for the door inside").And.Contain("deployrunner down");
        story.RefusedPort.Steps.Should().NotContain("build");
    }

    [Theory, MemberData(nameof(Targets))]
    public async Task Releases_are_promoted_and_rolled_back_through_both_doors_and_no_request_fails(string target)
    {
        var story = await stories.OnAsync(target);
        story.BackToPort.ShouldEndWith(0);
        foreach (var traffic in new[] { story.AtTheShop, story.Inside, story.BelowThePath })
        {
            traffic.Failures.Should().BeEmpty();
            traffic.Mixed.Should().BeEmpty();
            traffic.Versions.Keys.Should().Contain([story.ByPort, story.Silent]);
        }
    }

    [Theory, MemberData(nameof(Targets))]
    public async Task A_release_that_states_no_version_is_proved_by_the_edge(string target)
    {
        var story = await stories.OnAsync(target);
        story.RunSilent.ShouldEndWith(0);
        story.RunSilent.Output.Should().Contain(line => line.Contains($"version {story.Silent}"));
    }

    [Theory, MemberData(nameof(Targets))]
    public async Task A_release_that_states_another_version_never_gets_the_traffic(string target)
    {
        var story = await stories.OnAsync(target);
        story.Lying.Summary.Should().Contain("another");
        story.Lying.Steps.Should().NotContain("switch");
        story.Inside.Versions.Keys.Should().NotContain(story.Lying.Version);
        story.Status.Summary.Should().Contain(story.ByPort);
    }

    [Theory, MemberData(nameof(Targets))]
    public async Task Nothing_is_left_of_the_doors(string target)
    {
        var story = await stories.OnAsync(target);
        story.Down!.ShouldEndWith(0);
        story.Leftovers.Should().BeEmpty();
    }
}
