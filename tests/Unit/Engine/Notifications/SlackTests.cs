using System.Text.Json;
using ChainBridge.Engine.Manifest;
using ChainBridge.Engine.Notifications;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.Engine.Notifications;

/// <summary>What a chat gets.</summary>
public sealed class SlackTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_chat_gets_the_story_as_text_and_as_blocks()
    {
        var body = await PostedAsync(SampleRuns.Ended(RunEnd.RolledBack, 11));
        var text = body.GetProperty("text").GetString();
        text.Should().StartWith("*staging: staging-20261126-f8b84e0 failed and was rolled back*\n")
            .And.Contain("staging-A is serving again\nnext: repair, deploy again\nALERT smoke-longer-than")
            .And.Contain("changed since staging-A:\n  f8b84e0 Pay in &lt;euro&gt; &amp; cents")
            .And.EndWith("0123456789ab · ann@here · 23.2 s · <https://staging.example.org/|environment> "
                + "· <https://github.com/acme/shop/actions/runs/7|run>");
        var blocks = body.GetProperty("blocks");
        blocks[0].GetProperty("type").GetString().Should().Be("section");
        text.Should().StartWith(blocks[0].GetProperty("text").GetProperty("text").GetString());
        text.Should().EndWith(blocks[1].GetProperty("elements")[0].GetProperty("text").GetString());
    }

    [Fact]
    public async Task A_commit_that_mentions_people_mentions_none_and_a_long_text_is_cut()
    {
        var run = SampleRuns.Ended(RunEnd.Failed, 10) with { Summary = "<!channel> " + new string('x', 5000) };
        var story = (await PostedAsync(run)).GetProperty("blocks")[0].GetProperty("text").GetProperty("text").GetString();
        story.Should().Contain("&lt;!channel&gt;").And.NotContain("<!channel>");
        story!.Length.Should().BeLessThan(3000);
    }

    private static async Task<JsonElement> PostedAsync(Notification run)
    {
        await using var receiver = await Receiver.StartAsync(Stop);
        await new SlackSender(receiver.Address, new JsonPost(SampleRuns.Quick, TimeProvider.System)).SendAsync(run, Stop);
        return JsonDocument.Parse(receiver.Requests.Should().ContainSingle().Which.Body).RootElement;
    }
}
