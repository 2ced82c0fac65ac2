using ChainBridge.Tests.Deployment.Harness;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Deployment.Scenarios;

/// <summary>
/// Load agents that the target starts as services of the release: where a container reaches its siblings by name, and on this machine's
/// processes. Over SSH the containers are the compose target's.
/// </summary>
[Collection(nameof(LoadGateTests))]
[Trait(Sample.Turn, "6")]
public sealed class LoadAgentTests(Stories<LoadAgentStory> stories) : IClassFixture<Stories<LoadAgentStory>>
{
    public static TheoryData<string> Targets => ["process", "ssh"];

    [Theory, MemberData(nameof(Targets))]
    public async Task A_gate_gives_its_load_to_an_agent_beside_the_candidate_and_behind_the_public_door(string target)
    {
        var story = await stories.OnAsync(target);
        story.Good.ShouldEndWith(0);
        story.Smoke.ShouldEndWith(0);
        story.Told.Count(log => log.Contains("all 3 limits held", StringComparison.Ordinal)).Should().Be(3,
            "the candidate was asked, and the door twice: {0}", string.Join("\n", story.Told));
    }

    [Theory, MemberData(nameof(Targets))]
    public async Task A_release_that_an_agent_finds_slow_is_refused_with_the_limit_in_one_line(string target)
    {
        var story = await stories.OnAsync(target);
        story.Slow.ShouldHaveGoneBackTo(story.Good.Version);
        story.Slow.Run.Summary.Split('\n')[0].Should().Contain("page: p50 <= 290ms");
    }

    [Theory, MemberData(nameof(Targets))]
    public async Task An_agent_with_another_token_makes_no_load_and_the_release_is_refused(string target)
    {
        var story = await stories.OnAsync(target);
        story.OtherToken.ShouldHaveGoneBackTo(story.Good.Version);
        story.OtherToken.Run.Evidence.Should().Contain("the agent does not know this token").And.NotContain(LoadAgentStory.Token);
    }

    [Theory, MemberData(nameof(Targets))]
    public async Task Agents_go_with_their_environment(string target) => (await stories.OnAsync(target)).Leftovers.Should().BeEmpty();
}
