using System.Net;
using System.Net.Mail;
using System.Net.Security;
using System.Net.Sockets;
using ChainBridge.Engine.Manifest;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;
using MimeKit.Utils;
using SmtpClient = MailKit.Net.Smtp.SmtpClient;

namespace ChainBridge.Engine.Notifications;

/// <summary>A mail in plain text.</summary>
/// <param name="trust">Decides on the server's certificate; null for the machine's own rules.</param>
internal sealed class MailSender(
    MailSpec spec, string? password, Tries tries, RemoteCertificateValidationCallback? trust = null) : ISender
{
    public string Name => $"mail through {spec.Server}";

    public bool Follows => false;

    public async Task SendAsync(Notification notification, CancellationToken cancellationToken)
    {
        using var message = Message(notification);
        await tries.RunAsync(async once =>
        {
            await SendAsync(message, once);
            return true;
        }, cancellationToken);
    }

    private async Task SendAsync(MimeMessage message, CancellationToken cancellationToken)
    {
        using var client = new SmtpClient { CheckCertificateRevocation = false, ServerCertificateValidationCallback = trust };
        try
        {
            await client.ConnectAsync(spec.Server, spec.Port, Encryption(), cancellationToken);
            if (password is not null) await client.AuthenticateAsync(spec.User!, password, cancellationToken);
            await client.SendAsync(message, cancellationToken);
        }
        catch (SmtpCommandException refused)
        {
            var code = (int)refused.StatusCode;
            throw new DeliveryException($"the server answered {code}: {refused.Message}", again: code is >= 400 and < 500, inner: refused);
        }
        catch (SslHandshakeException untrusted)
        {
            throw new DeliveryException("TLS failed: the server's certificate is not trusted, or it speaks no TLS on this port",
                inner: untrusted);
        }
        catch (MailKit.Security.AuthenticationException refused)
        {
            throw new DeliveryException("the server refused the login", inner: refused);
        }
        catch (NotSupportedException lacks)
        {
            throw new DeliveryException($"{lacks.Message} The password is sent over TLS only", inner: lacks);
        }
        catch (Exception failure) when (failure is SocketException or IOException or ProtocolException)
        {
            throw new DeliveryException(failure.Message, again: true, inner: failure);
        }

        await GoodbyeAsync(client, cancellationToken);
    }

    /// <summary>The mail is taken already: what fails from here on must not send it again.</summary>
    private static async Task GoodbyeAsync(SmtpClient client, CancellationToken cancellationToken)
    {
        try
        {
            await client.DisconnectAsync(quit: true, cancellationToken);
        }
        catch (Exception late) when (late is OperationCanceledException or SocketException or IOException or ProtocolException)
        {
            // The server may be as short as it likes.
        }
    }

    /// <summary>A password leaves this machine over TLS only.</summary>
    private SecureSocketOptions Encryption() => spec.Tls ? SecureSocketOptions.SslOnConnect
        : password is not null && !IsHere(spec.Server) ? SecureSocketOptions.StartTls
        : SecureSocketOptions.StartTlsWhenAvailable;

    private static bool IsHere(string host) =>
        host == "localhost" || IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address);

    private MimeMessage Message(Notification run)
    {
        var message = new MimeMessage
        {
            Subject = $"[{run.Project}] {NotificationText.Headline(run)}", Date = run.At,
            MessageId = MimeUtils.GenerateMessageId("deployrunner.invalid"),
            Body = new TextPart("plain") { Text = string.Join('\n', Body(run)) + "\n" },
        };
        message.From.Add(Mailbox(spec.From));
        message.To.AddRange(spec.To.Select(Mailbox));
        // No holiday notice answers it.
        message.Headers.Add("Auto-Submitted", "auto-generated");
        return message;
    }

    private static IEnumerable<string> Body(Notification run) =>
    [
        NotificationText.Headline(run), "", .. NotificationText.Story(run), .. Part([.. NotificationText.Alarms(run)]), "",
        .. new (string Name, string? Value)[]
        {
            ("project", run.Project), ("target", run.Target), ("verb", run.Verb), ("version", run.Version), ("commit", run.Commit),
            ("actor", run.Actor), ("exit code", run.ExitCode?.ToString(System.Globalization.CultureInfo.InvariantCulture)),
            ("ended", $"{run.At:yyyy-MM-dd HH:mm:ss}Z, after {NotificationText.Seconds(run.Milliseconds)}"),
            ("deployment", run.Deployment), ("environment", run.Links.Environment?.AbsoluteUri), ("run", run.Links.Run?.AbsoluteUri),
        }.Where(fact => fact.Value is not null).Select(fact => $"{fact.Name,-12}{fact.Value}"),
        .. Part([.. NotificationText.Changes(run)]),
        .. Part([.. run.Gates.Select(gate => $"gate {gate.Gate}: {gate.Verdict.ToString().ToLowerInvariant()}, {gate.Summary}")]),
        .. Part([.. run.Steps.Select(step => $"{NotificationText.Seconds(step.Milliseconds),9}  {NotificationText.Step(step)}"
            + (step.Outcome == Model.Outcome.Failed ? "  FAILED" : ""))]),
    ];

    private static IEnumerable<string> Part(IReadOnlyList<string> lines) => lines.Count == 0 ? [] : ["", .. lines];

    private static MailboxAddress Mailbox(string text)
    {
        var address = new MailAddress(text);
        return new(address.DisplayName, address.Address);
    }
}
