using System.Net.Sockets;
using System.Text;
using ChainBridge.Engine.Manifest;

namespace ChainBridge.Engine.Gates;

/// <summary>Puts one HTTP question to the release and judges the answer, its version first.</summary>
/// <param name="createHandler">Makes the handler a probe is sent with; null for a real one.</param>
public sealed class ProbeGate(TimeProvider time, Func<HttpMessageHandler>? createHandler = null)
{
    private const int MostBytes = 1_000_000;

    /// <summary>Asks once. Never throws for what an answer can be.</summary>
    public async Task<Evidence> AskAsync(ProbeSpec probe, GateSubject subject, CancellationToken cancellationToken)
    {
        if (subject.BaseUrl is null) throw new ArgumentException("a probe needs an address", nameof(subject));
        if (subject.At(probe.Door) is not { } door)
            return Evidence($"{probe.Method} {probe.Path} ({probe.Name})", $"there is no door {probe.Door} here", Verdict.Inconclusive);
        var url = probe.StatesVersion ? door.Root(probe.Path) : door.Below(probe.Path);
        var host = probe.Host ?? door.Host;
        var asked = $"{probe.Method} {url}{(door.Host is null ? "" : $" as {host}")} ({probe.Name})";
        var started = time.GetTimestamp();
        using var timeout = new CancellationTokenSource(probe.Timeout, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            // A connection of its own: one kept from before the switch would still lead to the old release.
            using var client = new HttpClient(createHandler?.Invoke() ?? Handler(url)) { Timeout = Timeout.InfiniteTimeSpan };
            using var request = new HttpRequestMessage(new HttpMethod(probe.Method), url);
            if (host is not null) request.Headers.Host = host;
            if (probe.Body is not null) request.Content = new StringContent(probe.Body, Encoding.UTF8, "application/json");
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, linked.Token);
            var body = await ReadAsync(response, linked.Token);
            var version = VersionCheck.Of(response.Headers, probe);
            var answered = $"{(int)response.StatusCode}, {version}, {time.GetElapsedTime(started).TotalMilliseconds:0} ms";
            return (version.Judge(probe, subject, response.StatusCode) ?? Judge(probe, subject, (int)response.StatusCode, body))
                is var (verdict, why)
                ? Evidence(asked, $"{answered}: {why}; body: {Shorten(body)}", verdict)
                : Evidence(asked, answered, Verdict.Pass);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Evidence(asked, $"no answer within {probe.Timeout.TotalSeconds:0.###} s", Verdict.Fail);
        }
        catch (HttpRequestException unanswered)
        {
            return Evidence(asked, unanswered.InnerException is { } inner ? $"{unanswered.Message} ({inner.Message})" : unanswered.Message,
                Classify(unanswered));
        }
        catch (IOException broken)
        {
            return Evidence(asked, $"the answer broke off: {broken.Message}", Verdict.Fail);
        }
    }

    /// <summary>
    /// A name that does not resolve or a network without a route says nothing about the release. A refused
    /// connection does: the targets of this runner are on its own machine.
    /// </summary>
    internal static Verdict Classify(HttpRequestException failure)
    {
        if (failure.HttpRequestError is HttpRequestError.NameResolutionError or HttpRequestError.ProxyTunnelError)
            return Verdict.Inconclusive;
        return failure.InnerException is SocketException { SocketErrorCode: SocketError.NetworkUnreachable or SocketError.HostUnreachable
            or SocketError.NetworkDown or SocketError.HostNotFound or SocketError.TryAgain }
            ? Verdict.Inconclusive
            : Verdict.Fail;
    }

    private static (Verdict Verdict, string Why)? Judge(ProbeSpec probe, GateSubject subject, int status, string body)
    {
        if (status != probe.Status) return (Verdict.Fail, $"expected {probe.Status}");
        if (probe.StatesVersion && subject.ExpectedVersion is { } expected && VersionCheck.OfBody(body, expected) is { } other)
            return (Verdict.Fail, other);
        return probe.Contains is { } text && !body.Contains(text, StringComparison.Ordinal)
            ? (Verdict.Fail, $"expected '{text}' in the body")
            : null;
    }

    private static SocketsHttpHandler Handler(Uri url) =>
        new() { AllowAutoRedirect = false, UseCookies = false, UseProxy = !url.IsLoopback };

    private static async Task<string> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        var buffer = new byte[MostBytes];
        var length = await stream.ReadAtLeastAsync(buffer, MostBytes, throwOnEndOfStream: false, cancellationToken);
        return Encoding.UTF8.GetString(buffer, 0, length);
    }

    private Evidence Evidence(string asked, string answered, Verdict verdict) => new(asked, answered, verdict, time.GetUtcNow(), "runner");

    private static string Shorten(string body) =>
        body.Length == 0 ? "(empty)" : body.ReplaceLineEndings(" ")[..Math.Min(200, body.ReplaceLineEndings(" ").Length)];
}
