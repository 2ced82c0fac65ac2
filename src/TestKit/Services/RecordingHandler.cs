using System.Net;
using ChainBridge.TestKit.Diagnostics;

namespace ChainBridge.TestKit.Services;

/// <summary>
/// Sends the running test's correlation id along, and keeps requests and answers for its evidence. Outside of a test it does nothing.
/// </summary>
internal sealed class RecordingHandler(TracedService service, HttpMessageHandler inner) : DelegatingHandler(inner)
{
    /// <inheritdoc/>
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (TestTrace.Current is not { } trace) return await base.SendAsync(request, cancellationToken);
        var exchange = Begin(trace, request);
        try
        {
            return exchange.Ends(await base.SendAsync(request, cancellationToken));
        }
        catch (Exception failure)
        {
            exchange.Fails(failure);
            throw;
        }
    }

    /// <inheritdoc/>
    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (TestTrace.Current is not { } trace) return base.Send(request, cancellationToken);
        var exchange = Begin(trace, request);
        try
        {
            return exchange.Ends(base.Send(request, cancellationToken));
        }
        catch (Exception failure)
        {
            exchange.Fails(failure);
            throw;
        }
    }

    private Running Begin(TestTrace trace, HttpRequestMessage request)
    {
        trace.Meet(service);
        // A test that is about correlation sends its own.
        if (!request.Headers.Contains(TestTrace.CorrelationHeader))
            request.Headers.TryAddWithoutValidation(TestTrace.CorrelationHeader, trace.CorrelationId);
        if (request.Content is { } content and not CopiedContent) request.Content = new CopiedContent(content);
        var exchange = new HttpExchange(service.Name, request.Method, request.RequestUri, TimeProvider.System.GetUtcNow());
        exchange.Sends(request, (request.Content as CopiedContent)?.Copy);
        trace.Add(exchange);
        return new(exchange, TimeProvider.System.GetTimestamp());
    }

    private readonly record struct Running(HttpExchange Exchange, long Began)
    {
        public HttpResponseMessage Ends(HttpResponseMessage answer)
        {
            var body = new CopiedContent(answer.Content);
            answer.Content = body;
            Exchange.Answers(answer, body.Copy, TimeProvider.System.GetElapsedTime(Began));
            return answer;
        }

        public void Fails(Exception failure) => Exchange.Fails(failure, TimeProvider.System.GetElapsedTime(Began));
    }

    /// <summary>
    /// Content that keeps the beginning of itself as it goes by: it reads nothing that the caller does not read, and never waits.
    /// </summary>
    private sealed class CopiedContent : HttpContent
    {
        private readonly HttpContent _content;

        public CopiedContent(HttpContent content)
        {
            _content = content;
            foreach (var (name, values) in content.Headers.NonValidated) Headers.TryAddWithoutValidation(name, values);
            Copy = new(content.Headers.ContentType?.MediaType);
        }

        public BodyCopy Copy { get; }

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
            SerializeToStreamAsync(stream, context, CancellationToken.None);

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken) =>
            _content.CopyToAsync(new CopyingStream(stream, Copy), context, cancellationToken);

        protected override void SerializeToStream(Stream stream, TransportContext? context, CancellationToken cancellationToken) =>
            _content.CopyTo(new CopyingStream(stream, Copy), context, cancellationToken);

        protected override Stream CreateContentReadStream(CancellationToken cancellationToken) =>
            new CopyingStream(_content.ReadAsStream(cancellationToken), Copy);

        protected override Task<Stream> CreateContentReadStreamAsync() => CreateContentReadStreamAsync(CancellationToken.None);

        protected override async Task<Stream> CreateContentReadStreamAsync(CancellationToken cancellationToken) =>
            new CopyingStream(await _content.ReadAsStreamAsync(cancellationToken), Copy);

        protected override bool TryComputeLength(out long length) => (length = _content.Headers.ContentLength ?? -1) >= 0;

        protected override void Dispose(bool disposing)
        {
            if (disposing) _content.Dispose();
            base.Dispose(disposing);
        }
    }
}
