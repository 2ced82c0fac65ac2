using System.Globalization;
using System.Net.Http.Headers;
using System.Text;

namespace ChainBridge.TestKit.Diagnostics;

/// <summary>One request of a test and what came back.</summary>
internal sealed class HttpExchange(string service, HttpMethod method, Uri? address, DateTimeOffset at)
{
    /// <summary>What is kept of a body: 4 KB.</summary>
    public const int BodyLimit = 4096;

    private string _requestHeaders = "";
    private string _responseHeaders = "";
    private string? _outcome;
    private TimeSpan _taken;

    /// <summary>Filled as the request is sent.</summary>
    public BodyCopy? Request { get; private set; }

    /// <summary>Filled as the answer is read.</summary>
    public BodyCopy? Response { get; private set; }

    public int? Status { get; private set; }

    public void Sends(HttpRequestMessage request, BodyCopy? body)
    {
        _requestHeaders = Describe(request.Headers, request.Content?.Headers);
        Request = body;
    }

    public void Answers(HttpResponseMessage answer, BodyCopy? body, TimeSpan taken)
    {
        (Status, _taken, Response) = ((int)answer.StatusCode, taken, body);
        _responseHeaders = Describe(answer.Headers, answer.Content.Headers);
    }

    public void Fails(Exception failure, TimeSpan taken) => (_outcome, _taken) = ($"{failure.GetType().Name}: {failure.Message}", taken);

    /// <summary>The exchange as text.</summary>
    public string Describe()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"== {at:HH:mm:ss.fff} UTC {service}: {method} {address} -> ");
        if (Status is null && _outcome is null) text.Append("no answer yet\n");
        else text.Append(CultureInfo.InvariantCulture, $"{_outcome ?? $"{Status}"} in {_taken.TotalMilliseconds:0.0} ms\n");
        text.Append(_requestHeaders);
        if (Request is { } request) text.Append(request.Text).Append('\n');
        text.Append("--\n").Append(_responseHeaders);
        if (Response is { } response) text.Append(response.Text).Append('\n');
        return text.ToString();
    }

    private static string Describe(HttpHeaders headers, HttpHeaders? more)
    {
        var all = headers.NonValidated.Concat(more is null ? [] : more.NonValidated);
        return string.Concat(
            all.Select(header => $"{header.Key}: {(Redactor.IsSecretHeader(header.Key) ? Redactor.Mask : $"{header.Value}")}\n"));
    }
}

/// <summary>The first 4 KB of a body as it went by.</summary>
internal sealed class BodyCopy(string? mediaType)
{
    private readonly MemoryStream _first = new();
    private readonly Lock _gate = new();
    private long _length;

    public string Text
    {
        get
        {
            lock (_gate)
            {
                if (_length == 0) return "(no body was read)";
                if (!IsText()) return $"({_length} bytes of {mediaType ?? "unknown kind"})";
                var cut = _length > _first.Length ? $"\n(… the first {_first.Length} of {_length} bytes)" : "";
                return Encoding.UTF8.GetString(_first.GetBuffer(), 0, (int)_first.Length) + cut;
            }
        }
    }

    public void Add(ReadOnlySpan<byte> data)
    {
        lock (_gate)
        {
            _length += data.Length;
            _first.Write(data[..(int)Math.Clamp(HttpExchange.BodyLimit - _first.Length, 0, data.Length)]);
        }
    }

    private bool IsText() => mediaType is null || mediaType.StartsWith("text/", StringComparison.OrdinalIgnoreCase)
        || mediaType.Contains("json", StringComparison.OrdinalIgnoreCase) || mediaType.Contains("xml", StringComparison.OrdinalIgnoreCase)
        || mediaType.Contains("form-urlencoded", StringComparison.OrdinalIgnoreCase);
}
