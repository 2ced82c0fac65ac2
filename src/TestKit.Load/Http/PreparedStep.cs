using System.Globalization;
using System.Net.Http;
using System.Text;

namespace ChainBridge.TestKit.Load.Http;

/// <summary>A step taken apart once; what is the same for every request is made once.</summary>
internal sealed class PreparedStep
{
    private readonly HttpStep _step;
    private readonly LoadHttp _http;
    private readonly HttpMethod _method;
    private readonly Template _path;
    private readonly Template? _body;
    private readonly (string Name, Template Value)[] _headers;
    private readonly Uri? _address;
    private readonly byte[]? _bodyBytes;
    private readonly byte[]? _message;

    public PreparedStep(HttpStep step, LoadHttp http)
    {
        (_step, _http, _method, _path) = (step, http, HttpMethod.Parse(step.Method.ToUpperInvariant()), Template.Parse(step.Path));
        _body = step.Body is null ? null : Template.Parse(step.Body);
        _headers = [.. step.Headers.Select(header => (header.Key, Template.Parse(header.Value)))];
        if (_path.IsFixed) _address = http.Address(step.Path);
        if (_body is { IsFixed: true }) _bodyBytes = Encoding.UTF8.GetBytes(step.Body!);
        if (_path.IsFixed && _body is null or { IsFixed: true } && _headers.All(header => header.Value.IsFixed)) _message =
            Write(null, null);
    }

    public string Name => _step.Name;

    public int? Expect => _step.Expect;

    public bool IsHead => _method == HttpMethod.Head;

    /// <summary>The request for a client that takes one.</summary>
    public HttpRequestMessage Request(LoadUser user, DataFeed? feed)
    {
        var request = new HttpRequestMessage(_method, _address ?? _http.Address(_path.Fill(user, feed)));
        if (_body is not null) request.Content = new ReadOnlyMemoryContent(_bodyBytes ?? Encoding.UTF8.GetBytes(_body.Fill(user, feed)));
        foreach (var (name, value) in _headers)
            if (!request.Headers.TryAddWithoutValidation(name, value.Fill(user, feed)))
                request.Content?.Headers.TryAddWithoutValidation(name, value.Fill(user, feed));
        return request;
    }

    /// <summary>The request as the bytes of HTTP/1.1.</summary>
    public ReadOnlyMemory<byte> Message(LoadUser user, DataFeed? feed) => _message ?? Write(user, feed);

    private byte[] Write(LoadUser? user, DataFeed? feed)
    {
        string Fill(Template template) => template.IsFixed ? template.Fixed : template.Fill(user!, feed);
        // The address is escaped by its class, and so holds no line end.
        var address = _address ?? _http.Address(Fill(_path));
        var body = _bodyBytes ?? (_body is null ? null : Encoding.UTF8.GetBytes(Fill(_body)));
        var head = new StringBuilder(256).Append(_method.Method).Append(' ').Append(address.PathAndQuery).Append(" HTTP/1.1\r\nHost: ")
            .Append(address.Authority).Append("\r\n");
        foreach (var (name, value) in _headers) head.Append(name).Append(": ").Append(OneLine(name, Fill(value))).Append("\r\n");
        if (body is not null || _method == HttpMethod.Post || _method == HttpMethod.Put)
            head.Append(CultureInfo.InvariantCulture, $"Content-Length: {body?.Length ?? 0}\r\n");
        if (_http.Options.NewConnections) head.Append("Connection: close\r\n");
        head.Append("\r\n");
        var text = head.ToString();
        var bytes = new byte[Encoding.UTF8.GetByteCount(text) + (body?.Length ?? 0)];
        var at = Encoding.UTF8.GetBytes(text, bytes);
        body?.CopyTo(bytes, at);
        return bytes;
    }

    private static string OneLine(string name, string value) => value.AsSpan().IndexOfAny('\r', '\n') < 0
        ? value
        : throw new LoadPlanException($"the header {name} would have a line end in it: take it out of the data");
}
