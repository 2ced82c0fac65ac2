using System.Net.WebSockets;
using ChainBridge.Tests.Deployment.Harness;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Deployment.Scenarios;

/// <summary>What is under way when the traffic moves ends where it began. On the process target: the edge is the same on each.</summary>
[Trait(Sample.Turn, "10")]
public sealed class InFlightTests(Stories<InFlightStory> stories) : IClassFixture<Stories<InFlightStory>>
{
    public static TheoryData<string> Targets => ["process"];

    [Theory, MemberData(nameof(Targets))]
    public async Task An_answer_of_ten_seconds_is_byte_for_byte_that_of_the_release_where_it_began(string target)
    {
        var story = await stories.OnAsync(target);
        story.Second.ShouldEndWith(0);
        story.Answer.LinesAtTheSwitch.Should().BeLessThan(400, "the switch is in its middle");
        story.Answer.Body.Should().Be(story.WholeAnswer);
    }

    [Theory, MemberData(nameof(Targets))]
    public async Task An_event_stream_goes_on_over_the_switch(string target)
    {
        var story = await stories.OnAsync(target);
        story.Events.Should().HaveCountGreaterThanOrEqualTo(10)
            .And.OnlyContain(line => line.EndsWith($" of {story.First.Version}", StringComparison.Ordinal));
    }

    [Theory, MemberData(nameof(Targets))]
    public async Task A_web_socket_goes_on_over_the_switch_until_the_drain_is_over_and_is_then_closed_by_its_release(string target)
    {
        var story = await stories.OnAsync(target);
        story.Heard.Should().HaveCountGreaterThan(10)
            .And.OnlyContain(answer => answer.StartsWith($"{story.First.Version} heard ", StringComparison.Ordinal));
        var drained = story.Second.Events.First(line => line.Is("step-ended", "drain"));
        story.LastHeard.Should().BeAfter(drained.At - TimeSpan.FromSeconds(1), "the drain waits for it");
        story.Closed.Should().Be((WebSocketCloseStatus.EndpointUnavailable, "this release ends"));
        story.Second.Events.Should().Contain(line => line.Event == "warning"
            && line["text"]!.StartsWith("1 request was still in flight in slot blue after 20 s", StringComparison.Ordinal));
    }

    [Theory, MemberData(nameof(Targets))]
    public async Task A_connection_that_a_client_keeps_is_answered_by_the_new_release_after_the_switch(string target)
    {
        var story = await stories.OnAsync(target);
        story.KeptAlive.Should().Be((story.First.Version, story.Second.Version, 1));
    }

    [Theory, MemberData(nameof(Targets))]
    public async Task Nothing_is_left_of_the_two_releases(string target)
    {
        var story = await stories.OnAsync(target);
        story.Down!.ShouldEndWith(0);
        story.Leftovers.Should().BeEmpty();
    }
}
