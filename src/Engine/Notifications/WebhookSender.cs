using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace ChainBridge.Engine.Notifications;

/// <summary>
/// Posts the whole notification. The signature covers the body, and the body holds the time and the delivery, so that a receiver can
/// refuse an old one that is sent again.
/// </summary>
internal sealed class WebhookSender(Uri address, string key, JsonPost post, TimeProvider time) : ISender
{
    private static readonly NotificationJson Format = new(new(NotificationJson.Default.Options)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });

    public string Name => $"the webhook at {address.Host}";

    public bool Follows => false;

    public Task SendAsync(Notification notification, CancellationToken cancellationToken)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(notification, Format.Notification);
        var signature = Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(key), body));
        return post.SendAsync(address, body,
        [
            ("X-ChainBridge-Signature-256", $"sha256={signature}"),
            ("X-ChainBridge-Timestamp", time.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)),
            ("X-ChainBridge-Delivery", notification.Delivery),
        ], cancellationToken);
    }
}
