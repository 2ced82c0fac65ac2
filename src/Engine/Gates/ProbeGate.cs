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
        var url = new Uri(subject.BaseUrl ?? throw new ArgumentException("a probe needs an address", nameof(subject)), probe.Path);
        var asked = $"{probe.Method} {url} ({probe.Name})";
        var started = time.GetTimestamp();
        using var timeout = new CancellationTokenSource(probe.Timeout, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            // A connection of its own: one kept from before the switch would still lead to the old release.
            using var client = new HttpClient(createHandler?.Invoke() ?? Handler(url)) { Timeout = Timeout.InfiniteTimeSpan };
            using var request = new HttpRequestMessage(new HttpMethod(probe.Method), url);
            if (probe.Host is not null) request.Headers.Host = probe.Host;
            if (probe.Body is not null) request.Content = new StringContent(probe.Body, Encoding.UTF8, "application/json");
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, linked.Token);
            var body = await ReadAsync(response, linked.Token);
            var version = response.Headers.TryGetValues(probe.VersionHeader, out var values) ? string.Join(",", values) : null;
            var answered =
                $"{(int)response.StatusCode}, version {version ?? "not stated"}, {time.GetElapsedTime(started).TotalMilliseconds:0} ms";
            var wrong = Judge(probe, subject, (int)response.StatusCode, version, body);
            return Evidence(asked, wrong is null ? answered : $"{answered}: {wrong}", wrong is null ? Verdict.Pass : Verdict.Fail);
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

    private static string? Judge(ProbeSpec probe, GateSubject subject, int status, string? version, string body)
    {
        if (subject.ExpectedVersion is { } expected && version != expected)
            return version is null
                ? $"expected the version {expected}, and the answer has no header {probe.VersionHeader}: the service must send its version "
                    + $"there, or the probe name its header as versionHeader; body: {Shorten(body)}"
                : $"expected the version {expected} in {probe.VersionHeader}; another release answered";
        if (status != probe.Status) return $"expected {probe.Status}; body: {Shorten(body)}";
        return probe.Contains is { } text && !body.Contains(text, StringComparison.Ordinal)
            ? $"expected '{text}' in the body: {Shorten(body)}"
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
