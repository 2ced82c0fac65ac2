using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace ChainBridge.Tests.Unit.Engine.Notifications;

/// <summary>A mail server on loopback, as far as a client that sends one mail needs it.</summary>
internal sealed class SmtpServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly Lock _gate = new();
    private readonly List<Mail> _mails = [];
    private readonly Task _accepting;

    public SmtpServer()
    {
        Certificate = Made();
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>Made for this server and trusted nowhere.</summary>
    public X509Certificate2 Certificate { get; }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Offers STARTTLS.</summary>
    public bool OffersTls { get; init; }

    /// <summary>Speaks TLS from the first byte.</summary>
    public bool TlsAtOnce { get; init; }

    /// <summary>Is silent once the connection is made.</summary>
    public bool Hangs { get; init; }

    /// <summary>Answers the MAIL with this number, from 1; null to take it.</summary>
    public Func<int, string?> Refuses { get; init; } = _ => null;

    /// <summary>The user and the password that it takes.</summary>
    public (string User, string Password) Login { get; init; } = ("ci", "right");

    /// <summary>How many clients wanted to send.</summary>
    public int Tries { get; private set; }

    public IReadOnlyList<Mail> Mails
    {
        get
        {
            lock (_gate) return [.. _mails];
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        // The listener stops last: between two clients the loop may be about to ask it for the next one.
        await _accepting;
        _listener.Stop();
        _end.Dispose();
        Certificate.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_end.IsCancellationRequested)
        {
            try
            {
                using var client = await _listener.AcceptTcpClientAsync(_end.Token);
                await ServeAsync(client.GetStream());
            }
            catch (Exception gone) when (gone is OperationCanceledException or IOException or SocketException
                or System.Security.Authentication.AuthenticationException)
            {
                // A client that lets go is one of the cases; the next one is served.
            }
        }
    }

    private async Task ServeAsync(Stream stream)
    {
        if (Hangs) await Task.Delay(Timeout.InfiniteTimeSpan, _end.Token);
        if (TlsAtOnce) stream = await EncryptedAsync(stream);
        var session = new Session(stream, _end.Token);
        var (encrypted, user) = (TlsAtOnce, (string?)null);
        var mail = new Mail("", [], "", false, null);
        await session.AnswerAsync("220 ready");
        while (await session.LineAsync() is { } line)
        {
            switch (line.Split(' ', ':')[0].ToUpperInvariant())
            {
                case "EHLO":
                    await session.AnswerAsync($"250-here\r\n{(OffersTls && !encrypted ? "250-STARTTLS\r\n" : "")}250 AUTH PLAIN");
                    break;
                case "STARTTLS":
                    await session.AnswerAsync("220 go on");
                    session = new Session(await EncryptedAsync(stream), _end.Token);
                    encrypted = true;
                    break;
                case "AUTH":
                    var parts = Encoding.UTF8.GetString(Convert.FromBase64String(line.Split(' ')[2])).Split('\0');
                    user = (parts[1], parts[2]) == Login ? parts[1] : null;
                    await session.AnswerAsync(user is null ? "535 no such login" : "235 welcome");
                    break;
                case "MAIL":
                    var refusal = Refuses(++Tries);
                    mail = new Mail(line, [], "", encrypted, user);
                    await session.AnswerAsync(refusal ?? "250 ok");
                    break;
                case "RCPT":
                    mail = mail with { To = [.. mail.To, line] };
                    await session.AnswerAsync("250 ok");
                    break;
                case "DATA":
                    await session.AnswerAsync("354 end with a dot");
                    var text = new StringBuilder();
                    while (await session.LineAsync() is { } part && part != ".") text.AppendLine(part);
                    lock (_gate) _mails.Add(mail with { Text = text.ToString() });
                    await session.AnswerAsync("250 taken");
                    break;
                case "QUIT":
                    await session.AnswerAsync("221 bye");
                    return;
                default:
                    await session.AnswerAsync("250 ok");
                    break;
            }
        }
    }

    private async Task<Stream> EncryptedAsync(Stream stream)
    {
        var tls = new SslStream(stream);
        await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = Certificate }, _end.Token);
        return tls;
    }

    private static X509Certificate2 Made()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256);
        var now = TimeProvider.System.GetUtcNow();
        using var made = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
    }

    private sealed class Session(Stream stream, CancellationToken end)
    {
        private readonly StreamReader _reader = new(stream, new UTF8Encoding(false), false, 1024, leaveOpen: true);

        public async Task<string?> LineAsync() => await _reader.ReadLineAsync(end);

        public async Task AnswerAsync(string answer) => await stream.WriteAsync(Encoding.UTF8.GetBytes($"{answer}\r\n"), end);
    }
}

/// <summary>A mail as it came.</summary>
/// <param name="User">Whose login it was; null without one.</param>
internal sealed record Mail(string From, IReadOnlyList<string> To, string Text, bool Encrypted, string? User);
