using ChainBridge.Tests.Deployment.Harness;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Deployment.Scenarios;

/// <summary>What holds on a host over SSH when a deployment ends in the middle of a step, however it ends.</summary>
/// <remarks>Every instant of a runner is tried in memory (KilledRunnerTests); here a sample is, on real parts.</remarks>
[Trait(Sample.Turn, "8")]
public sealed class SshCrashTests(Stories<SshCrashStory> stories) : IClassFixture<Stories<SshCrashStory>>
{
    /// <summary>Two services, two accessories and the edge.</summary>
    private const int Containers = 5;

    public static TheoryData<string> Points => [.. SshCrashStory.Points(Sample.OfThisRun).Select(point => point.ToString())];

    private Task<SshCrashStory> StoryAsync() => stories.OnAsync("ssh");

    [Theory, MemberData(nameof(Points))]
    public async Task A_deployment_that_ends_in_the_middle_of_a_step_and_is_run_again_ends_with_one_release_and_nothing_left_over(
        string point)
    {
        var crash = (await StoryAsync()).Crashes[point];
        if (point.StartsWith("Kill", StringComparison.Ordinal)) crash.Run.ExitCode.Should().Be(RunResult.Killed, "{0}", crash.Run.Evidence);
        else crash.Run.ExitCode.Should().BeOneOf([0, 11, 13, 14, 18], "{0}", crash.Run.Evidence);
        crash.Again.ShouldEndWith(0);
        string[] allowed = [crash.Before, crash.Run.Version, crash.Again.Version];
        var serving = allowed.Where(version => version.Length > 0).Distinct()
            .Single(version => crash.Page.Contains($"\"{version}\"", StringComparison.Ordinal));
        crash.Services.Should().Equal([$"{serving}/back", $"{serving}/front"], "{0}", crash.Again.Evidence);
        crash.Containers.Should().Be(Containers, "{0}", crash.Again.Evidence);
        crash.Lock.Summary.Should().Be("no runner holds the lock");
    }

    [Fact]
    public async Task Deployments_that_end_in_the_middle_cost_no_request()
    {
        var story = await StoryAsync();
        story.Traffic.Sent.Should().BeGreaterThan(100);
        story.Traffic.Failures.Should().BeEmpty();
        story.Traffic.Mixed.Should().BeEmpty();
    }

    [Fact]
    public async Task An_edge_that_dies_while_the_candidate_starts_is_started_again_and_gets_the_release()
    {
        var story = await StoryAsync();
        story.WithoutEdge.ShouldEndWith(0);
        story.PageAfterTheEdge.Should().Contain(story.WithoutEdge.Version);
    }

    [Fact]
    public async Task Nothing_is_left_of_it()
    {
        var story = await StoryAsync();
        story.Down!.ShouldEndWith(0);
        story.Leftovers.Should().BeEmpty();
    }
}
