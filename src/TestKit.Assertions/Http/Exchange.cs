using System.Net.Http.Headers;
using System.Text.Json;

namespace ChainBridge.TestKit.Assertions;

/// <summary>One answer and the request it answers, as a failure shows them.</summary>
internal sealed class Exchange
{
    private readonly HttpResponseMessage _response;

    private Exchange(HttpResponseMessage response, string? body) => (_response, Body) = (response, body);

    /// <summary>Null when the body was not read into memory: it may never end, so it is not waited for.</summary>
    public string? Body { get; }

    public MediaTypeHeaderValue? ContentType => _response.Content.Headers.ContentType;

    public static Exchange Of(HttpResponseMessage response)
    {
        var stream = response.Content.ReadAsStream();
        if (!stream.CanSeek) return new(response, null);
        stream.Position = 0;
        using var reader = new StreamReader(stream, leaveOpen: true);
        var body = reader.ReadToEnd();
        stream.Position = 0;
        return new(response, body);
    }

    public IReadOnlyList<string>? Header(string name) =>
        _response.Headers.NonValidated.TryGetValues(name, out var values)
            || _response.Content.Headers.NonValidated.TryGetValues(name, out values) ? [.. values] : null;

    /// <summary>The body as JSON; null, and the reason, when it is none.</summary>
    public JsonElement? Json(out string problem)
    {
        problem = Body switch
        {
            null => "was not read into memory (send with HttpCompletionOption.ResponseContentRead, the default, "
                + "or call LoadIntoBufferAsync first)",
            "" => "is empty",
            _ => "",
        };
        if (problem != "") return null;
        try
        {
            using var document = JsonDocument.Parse(Body!);
            return document.RootElement.Clone();
        }
        catch (JsonException wrong)
        {
            problem = $"is no JSON ({wrong.Message})";
            return null;
        }
    }

    /// <summary>Method, URL, status, content type, and the beginning of the body.</summary>
    public override string ToString()
    {
        var asked = _response.RequestMessage is { } request ? $"{request.Method} {request.RequestUri}" : "(the response has no request)";
        var body = Body switch { null => "(a body that was not read into memory)", "" => "(no body)", _ => Text.Excerpt(Body) };
        return $"{asked} answered {(int)_response.StatusCode} {_response.ReasonPhrase}, {ContentType?.ToString() ?? "no content type"}:\n"
            + $"{Text.Indent(body)}";
    }
}
