using System.Net;
using ChainBridge.Tests.Deployment.Harness;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Deployment.Scenarios;

/// <summary>What holds when a run on a host over SSH does not come to its end.</summary>
[Trait(Sample.Turn, "14")]
public sealed class SshCrashTests(Stories<SshCrashStory> stories) : IClassFixture<Stories<SshCrashStory>>
{
    private static readonly string[] Shared = ["base-cache-1", "base-database-1", "base-edge-1"];

    public static TheoryData<string> EdgeDeaths => [.. EdgeDeath.In(Sample.OfThisRun).Select(death => death.Name)];

    public static TheoryData<string> Crashes => [.. SshCrash.In(Sample.OfThisRun).Select(crash => $"{crash}")];

    private Task<SshCrashStory> StoryAsync() => stories.OnAsync("ssh");

    [Theory, MemberData(nameof(Crashes))]
    public async Task A_run_that_is_broken_off_ends_with_one_of_two_releases_serving_and_nothing_left_over(string crash)
    {
        var (row, seen) = (SshCrash.Named(crash), (await StoryAsync()).Crashes[crash]);
        string expected;
        if (row.How is Breakage.KilledBefore or Breakage.KilledAfter)
        {
            seen.Run.ExitCode.Should().Be(RunResult.Killed, "otherwise nothing was shown: {0}", seen.Run.Evidence);
            seen.Next!.ShouldEndWith(0);
            expected = row.Next == "deploy" ? seen.Next!.Version : seen.Run.Version;
        }
        else if (row.How == Breakage.Cut)
        {
            // A step that was through already is no failure, nor is cleaning up; a gate that was cut off shows nothing; a rollback that
            // failed is for a person to repeat.
            seen.Run.ExitCode.Should().BeOneOf([0, row.Way == SshCrash.Back ? 13 : 11, 14], "{0}", seen.Run.Evidence);
            seen.Next?.ShouldEndWith(0);
            expected = seen.Run.ExitCode == 0 ? seen.Run.Version : seen.Before;
        }
        else
        {
            seen.Run.ExitCode.Should().BeOneOf([0, 13, 14], "{0}", seen.Run.Evidence);
            seen.WhileAway!.Value.Status.Should().Be(HttpStatusCode.OK);
            seen.Next!.ShouldEndWith(0);
            expected = row.Next == "deploy" ? seen.Next!.Version : OneOfTwo(seen);
        }

        ShouldServeAlone(seen, expected);
    }

    [Theory, MemberData(nameof(EdgeDeaths))]
    public async Task An_edge_that_ends_in_a_deployment_runs_again_and_one_release_has_the_traffic_alone(string death)
    {
        var (seen, status) = (await StoryAsync()).EdgeDeaths[death];
        // One that the engine has started again before it was needed is no failure.
        var mayPass = EdgeDeath.Named(death) is { ByHand: false, InTheWayBack: false };
        seen.Run.ExitCode.Should().BeOneOf(mayPass ? [0, 11, 14] : [11, 14], "{0}", seen.Run.Evidence);
        seen.Next?.ShouldEndWith(0);
        var expected = seen.Run.ExitCode == 0 ? seen.Run.Version : seen.Before;
        ShouldServeAlone(seen, expected);
        status.ShouldEndWith(0);
        status.Summary.Should().Contain($"current release: {expected}");
        status.Rows("service").Select(row => row["version"]).Should().OnlyContain(version => version == expected);
    }

    [Fact]
    public async Task No_request_failed_from_the_first_release_to_the_end()
    {
        var story = await StoryAsync();
        story.Traffic.Sent.Should().BeGreaterThan(100);
        story.Traffic.Failures.Concat(story.FailuresInARush).Should().BeEmpty();
        story.Traffic.Mixed.Should().BeEmpty();
        story.TrafficOneByOne?.Failures.Should().BeEmpty("callers renew their connections before an old service is told to end");
    }

    [Fact]
    public async Task Taken_down_after_all_of_it_an_environment_on_a_host_leaves_nothing()
    {
        var story = await StoryAsync();
        story.Down!.ShouldEndWith(0);
        story.Leftovers.Should().BeEmpty();
    }

    private static void ShouldServeAlone(SshCrashStory.Seen seen, string expected)
    {
        seen.Door!.Value.Body.Should().Contain($"\"front\":\"{expected}\",\"back\":\"{expected}\"", "{0}", seen.Evidence);
        seen.Services.Should().BeEquivalentTo([$"{expected}/back", $"{expected}/front"], "{0}", seen.Evidence);
        seen.Containers.Except(Shared).Select(name => name.Split('-')[0]).Distinct().Should().ContainSingle("{0}", seen.Evidence);
        seen.Containers.Should().HaveCount(Shared.Length + 2, "{0}", seen.Evidence).And.Contain(Shared);
    }

    private static string OneOfTwo(SshCrashStory.Seen seen) =>
        seen.Door!.Value.Body.Contains($"\"front\":\"{seen.Run.Version}\"", StringComparison.Ordinal) ? seen.Run.Version : seen.Before;
}
