using System.Net;
using System.Net.Http;

namespace ChainBridge.TestKit.Load;

/// <summary>What came back, as far as it was kept.</summary>
/// <param name="Status">The HTTP status; 0 when no answer came.</param>
/// <param name="AsExpected">The step was counted as a success.</param>
/// <param name="Body">Only where it was asked for.</param>
public readonly record struct LoadAnswer(int Status, bool AsExpected, long Bytes, byte[] Body);

/// <summary>
/// Sends requests as named steps with little allocation: no cookies, no redirects, no proxy, bodies read into one buffer and
/// dropped. A failure is counted and answered, not thrown: a target that refuses thousands a second costs no exceptions.
/// </summary>
public sealed class LoadHttp : IDisposable
{
    private const int BufferSize = 16 * 1024;
    private readonly HttpMessageInvoker _invoker;
    private readonly Version _version;
    private readonly bool _newConnections;
    private readonly System.Collections.Concurrent.ConcurrentBag<byte[]> _buffers = [];

    /// <summary>A client with these options for this target.</summary>
    public LoadHttp(LoadHttpOptions options, Uri? target)
    {
        (Options, Target) = (options, target);
        _version = System.Version.Parse(options.Version.Length == 1 ? options.Version + ".0" : options.Version);
        _newConnections = options.NewConnections;
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false, UseCookies = false, UseProxy = false, AutomaticDecompression = DecompressionMethods.None,
            ActivityHeadersPropagator = null, EnableMultipleHttp2Connections = true, ConnectTimeout = TimeSpan.FromSeconds(30),
            PooledConnectionLifetime = Timeout.InfiniteTimeSpan, PooledConnectionIdleTimeout = TimeSpan.FromMinutes(5),
            MaxConnectionsPerServer = options.Connections ?? int.MaxValue, MaxResponseDrainSize = 0,
        };
        if (options.AcceptAnyCertificate) handler.SslOptions.RemoteCertificateValidationCallback = (_, _, _, _) => true;
        _invoker = new HttpMessageInvoker(handler);
    }

    /// <summary>How it speaks.</summary>
    public LoadHttpOptions Options { get; }

    /// <summary>Where relative addresses begin.</summary>
    public Uri? Target { get; }

    /// <summary>A GET of a path below the target that expects a status.</summary>
    public ValueTask<LoadAnswer> GetAsync(
        LoadUser user, string step, string path, CancellationToken cancellationToken, int expected = 200, bool keepBody = false) =>
        SendAsync(user, step, new HttpRequestMessage(HttpMethod.Get, Address(path)), cancellationToken, expected, keepBody);

    /// <summary>A POST of JSON to a path below the target that expects a status.</summary>
    public ValueTask<LoadAnswer> PostJsonAsync(
        LoadUser user, string step, string path, ReadOnlyMemory<byte> json, CancellationToken cancellationToken, int expected = 200,
        bool keepBody = false)
    {
        var content = new ReadOnlyMemoryContent(json);
        content.Headers.TryAddWithoutValidation("Content-Type", "application/json");
        return SendAsync(user, step, new HttpRequestMessage(HttpMethod.Post, Address(path)) { Content = content }, cancellationToken,
            expected, keepBody);
    }

    /// <summary>Sends one request as a step. It succeeds with the status expected, any below 400 when none is, and a whole body.</summary>
    public async ValueTask<LoadAnswer> SendAsync(
        LoadUser user, string step, HttpRequestMessage request, CancellationToken cancellationToken, int? expected = null,
        bool keepBody = false)
    {
        (request.Version, request.VersionPolicy) = (_version, HttpVersionPolicy.RequestVersionExact);
        if (_newConnections) request.Headers.ConnectionClose = true;
        // The handler sends what has no body again when a connection it used before dies without an answer; this may have been done.
        if (request.Content is null && (request.Method == HttpMethod.Post || request.Method == HttpMethod.Patch))
            request.Content = new ReadOnlyMemoryContent(default);
        var start = user.StepBegins();
        cancellationToken = user.Current(cancellationToken);
        var (status, bytes) = (0, 0L);
        try
        {
            using var answer = await _invoker.SendAsync(request, cancellationToken).ConfigureAwait(false);
            status = (int)answer.StatusCode;
            byte[] body = [];
            if (keepBody) bytes = (body = await answer.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false)).Length;
            else bytes = await DrainAsync(answer.Content, cancellationToken).ConfigureAwait(false);
            if (expected is { } wanted ? status == wanted : status < 400)
            {
                user.StepSucceeded(step, start, bytes);
                return new(status, true, bytes, body);
            }

            user.StepFailed(step, start, FailureKind.OfStatus(status), bytes);
            return new(status, false, bytes, body);
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException or OperationCanceledException
            or System.Net.Sockets.SocketException)
        {
            user.StepFailed(step, start, FailureKind.Of(failure), bytes);
            return new(status, false, bytes, []);
        }
    }

    /// <summary>A path below the target, or an address of its own.</summary>
    public Uri Address(string path) => Target is null ? new Uri(path) : new Uri(Target, path);

    /// <inheritdoc/>
    public void Dispose() => _invoker.Dispose();

    private async ValueTask<long> DrainAsync(HttpContent content, CancellationToken cancellationToken)
    {
        if (content.Headers.ContentLength == 0) return 0;
        if (!_buffers.TryTake(out var buffer)) buffer = GC.AllocateUninitializedArray<byte>(BufferSize, pinned: true);
        var stream = content.ReadAsStream(cancellationToken);
        var all = 0L;
        try
        {
            while (await stream.ReadAsync(buffer, cancellationToken).ConfigureAwait(false) is > 0 and var read) all += read;
        }
        finally
        {
            _buffers.Add(buffer);
        }

        return all;
    }
}
