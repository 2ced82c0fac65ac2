using System.Text;
using System.Text.Json.Nodes;

namespace ChainBridge.Engine.Notifications;

/// <summary>An incoming webhook of Slack. What takes the same without blocks (Mattermost and others) shows the text.</summary>
internal sealed class SlackSender(Uri address, JsonPost post) : ISender
{
    /// <summary>Slack refuses a block whose text is longer than 3000 characters.</summary>
    private const int Longest = 2900;

    public string Name => $"the Slack webhook at {address.Host}";

    public bool Follows => false;

    public Task SendAsync(Notification notification, CancellationToken cancellationToken)
    {
        var lines = NotificationText.Story(notification).Concat(NotificationText.Alarms(notification))
            .Concat(NotificationText.Changes(notification));
        var story = Cut(string.Join('\n',
            [$"*{Escaped(NotificationText.Headline(notification))}*", .. lines.Select(Escaped)]));
        var facts = Cut(string.Join(" · ", new[]
        {
            NotificationText.Commit(notification), Escaped(notification.Actor), NotificationText.Seconds(notification.Milliseconds),
            Link(notification.Links.Environment, "environment"), Link(notification.Links.Run, "run"),
        }.OfType<string>()));
        var body = new JsonObject
        {
            ["text"] = $"{story}\n{facts}",
            ["blocks"] = new JsonArray(new JsonObject { ["type"] = "section", ["text"] = Markdown(story) },
                new JsonObject { ["type"] = "context", ["elements"] = new JsonArray(Markdown(facts)) }),
        };
        return post.SendAsync(address, Encoding.UTF8.GetBytes(body.ToJsonString()), [], cancellationToken);
    }

    private static JsonObject Markdown(string text) => new() { ["type"] = "mrkdwn", ["text"] = text };

    private static string? Link(Uri? to, string name) => to is null ? null : $"<{Escaped(to.AbsoluteUri)}|{name}>";

    /// <summary>What Slack would read as a link or a mention of people (<c>&lt;!channel&gt;</c>) is text.</summary>
    private static string Escaped(string text) => text.Replace("&", "&amp;", StringComparison.Ordinal)
        .Replace("<", "&lt;", StringComparison.Ordinal).Replace(">", "&gt;", StringComparison.Ordinal);

    private static string Cut(string text) => text.Length > Longest ? text[..Longest] + "…" : text;
}
