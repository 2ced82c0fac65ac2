using System.Net;
using System.Net.Http;
using System.Net.Sockets;

namespace ChainBridge.TestKit.Load.Http;

/// <summary>
/// HTTP/1.1 without TLS for scenarios that are data: bytes out, a status and a length back. It keeps no headers and no body, which is
/// what makes it cost a fraction of a client that does. Everything else goes by <see cref="LoadHttp"/>.
/// </summary>
internal sealed class LeanHttp(Uri target) : IDisposable
{
    private readonly EndPoint _to = IPAddress.TryParse(target.DnsSafeHost, out var address)
        ? new IPEndPoint(address, target.Port)
        : new DnsEndPoint(target.DnsSafeHost, target.Port);

    private readonly Lock _gate = new();
    private readonly Stack<LeanConnection> _free = new();

    /// <summary>Whether it can do what a scenario asks for.</summary>
    public static bool CanServe(HttpScenario scenario, Uri? target, LoadHttpOptions options) =>
        options is { Lean: true, Version: "1.1", Connections: null } && target is { Scheme: "http", UserInfo: "" }
        && scenario.Steps.All(step => !Uri.IsWellFormedUriString(step.Path, UriKind.Absolute)
            && step.Method is not "CONNECT" && !step.Headers.Keys.Any(IsOurs));

    /// <summary>Sends a request as a step; answers whether it was counted as a success.</summary>
    public async ValueTask<bool> SendAsync(
        LoadUser user, string step, ReadOnlyMemory<byte> request, bool bodyless, int? expected, CancellationToken cancellationToken)
    {
        var start = user.StepBegins();
        cancellationToken = user.Current(cancellationToken);
        LeanConnection? connection = null;
        try
        {
            connection = Take() ?? await LeanConnection.OpenAsync(_to, cancellationToken).ConfigureAwait(false);
            // Written once and never again: it may have been done, and a payment must not be made twice. What is not answered is a failure.
            await connection.ExchangeAsync(request, bodyless, cancellationToken).ConfigureAwait(false);
            var (status, bytes) = (connection.Answer.Status, connection.Answer.Bytes);
            if (connection.Answer.KeepsAlive) Return(connection);
            else connection.Dispose();
            connection = null;
            if (expected is { } wanted ? status == wanted : status < 400)
            {
                user.StepSucceeded(step, start, bytes);
                return true;
            }

            user.StepFailed(step, start, FailureKind.OfStatus(status), bytes);
            return false;
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException or OperationCanceledException or SocketException)
        {
            connection?.Dispose();
            user.StepFailed(step, start, FailureKind.Of(failure));
            return false;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
            while (_free.TryPop(out var connection)) connection.Dispose();
    }

    /// <summary>A free connection that still stands; the others were closed while they were idle, which is no request's failure.</summary>
    private LeanConnection? Take()
    {
        while (true)
        {
            LeanConnection? connection;
            lock (_gate)
                if (!_free.TryPop(out connection)) return null;
            if (!connection.HasEnded()) return connection;
            connection.Dispose();
        }
    }

    private void Return(LeanConnection connection)
    {
        lock (_gate) _free.Push(connection);
    }

    /// <summary>Headers that say how a message is sent are written here.</summary>
    private static bool IsOurs(string header) => new[] { "Host", "Content-Length", "Transfer-Encoding", "Connection", "Expect", "Upgrade" }
        .Contains(header, StringComparer.OrdinalIgnoreCase);
}
