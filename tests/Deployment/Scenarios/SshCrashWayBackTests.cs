using System.Net;
using ChainBridge.Tests.Deployment.Harness;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Deployment.Scenarios;

/// <summary>
/// What holds when a runner on a host over SSH dies, or is cut off, while it puts back services that were replaced one by one.
/// </summary>
[Trait(Sample.Turn, "7")]
public sealed class SshCrashWayBackTests(Stories<SshCrashWayBackStory> stories) : IClassFixture<Stories<SshCrashWayBackStory>>
{
    private static readonly string[] Shared = ["base-cache-1", "base-database-1", "base-edge-1"];

    public static TheoryData<string> Crashes => [.. SshCrashWayBack.In(Sample.OfThisRun).Select(crash => $"{crash}")];

    private Task<SshCrashWayBackStory> StoryAsync() => stories.OnAsync("ssh");

    [Theory, MemberData(nameof(Crashes))]
    public async Task A_runner_that_is_killed_or_cut_off_in_the_way_back_ends_with_one_whole_release(string crash)
    {
        var (row, seen) = (SshCrashWayBack.Named(crash), (await StoryAsync()).Crashes[crash]);
        seen.Meanwhile!.Value.Status.Should().Be(HttpStatusCode.OK, "{0}", seen.Run.Evidence);
        if (row.How == Breakage.Cut)
        {
            seen.Cut.Should().BePositive("otherwise nothing was shown");
            seen.Run.ExitCode.Should().BeOneOf([11, 13], "{0}", seen.Run.Evidence);
            seen.Next?.ShouldEndWith(0);
        }
        else
        {
            seen.Run.ExitCode.Should().Be(RunResult.Killed, "otherwise nothing was shown: {0}", seen.Run.Evidence);
            // A release that is resumed fails through the door once more.
            seen.Next!.ShouldEndWith(row.Next == SshCrashWayBack.Resume ? 11 : 0);
        }

        var expected = row.Next == SshCrashWayBack.Deploy ? seen.Next!.Version : seen.Before;
        seen.Door!.Value.Body.Should().Contain($"\"front\":\"{expected}\",\"back\":\"{expected}\"", "{0}", seen.Evidence);
        seen.Services.Should().BeEquivalentTo([$"{expected}/back", $"{expected}/front"], "{0}", seen.Evidence);
        var slots = seen.Containers.Except(Shared).Select(name => name.Split('-')[0]).Distinct();
        seen.Containers.Should().BeEquivalentTo(
            [.. Shared, .. slots.Take(1).SelectMany(slot => new[] { "back", "middle", "front" }.Select(name => $"{slot}-{name}-1"))],
            "{0}", seen.Evidence);
    }

    [Fact]
    public async Task No_request_failed_while_runners_died_in_the_way_back()
    {
        var story = await StoryAsync();
        story.Traffic.Sent.Should().BeGreaterThan(100);
        story.Traffic.Failures.Should().BeEmpty("callers renew their connections before a service is told to end");
    }

    [Fact]
    public async Task Taken_down_after_all_of_it_an_environment_of_three_services_leaves_nothing()
    {
        var story = await StoryAsync();
        story.Down!.ShouldEndWith(0);
        story.Leftovers.Should().BeEmpty();
    }
}
