using System.Text.RegularExpressions;
using ChainBridge.Engine.Model;

namespace ChainBridge.Engine.Platforms;

/// <summary>Asks the health route of a service, and keeps its last answer for the message when it never becomes ready.</summary>
/// <param name="path">The health route.</param>
/// <param name="host">Sent as <c>Host</c>; null or empty for the address that is asked.</param>
internal sealed partial class HttpHealth(HttpClient client, string path, string? host)
{
    private const int MostOfBody = 200;

    /// <summary>What the route answered last, with its status and the head of its body; null before it was asked.</summary>
    public string? LastAnswer { get; private set; }

    /// <summary>True or false as the answer says; null when there is none.</summary>
    public async Task<bool?> AskAsync(Uri address, CancellationToken cancellationToken)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(address, path));
            if (!string.IsNullOrEmpty(host)) request.Headers.Host = host;
            using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseContentRead, cancellationToken);
            LastAnswer = answer.IsSuccessStatusCode ? $"{(int)answer.StatusCode}" : await DescribeAsync(answer, cancellationToken);
            return answer.IsSuccessStatusCode;
        }
        catch (Exception silent)
            when (silent is HttpRequestException or TaskCanceledException && !cancellationToken.IsCancellationRequested)
        {
            LastAnswer = silent is HttpRequestException
                ? silent.InnerException?.Message ?? silent.Message
                : $"nothing within {client.Timeout.TotalSeconds:0} s";
            return null;
        }
    }

    private async Task<string> DescribeAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        var words = Tags().Replace(await answer.Content.ReadAsStringAsync(cancellationToken), " ");
        var body = string.Join(' ', words.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        var text = $"{(int)answer.StatusCode} "
            + $"{answer.ReasonPhrase}{(body.Length == 0 ? "" : $": {(body.Length > MostOfBody ? body[..MostOfBody] + "…" : body)}")}";
        // Host filtering answers 400 (ASP.NET, Django), 403 (Rails) or 421 (Caddy) to a name that it does not know.
        return string.IsNullOrEmpty(host) && (int)answer.StatusCode is 400 or 403 or 421
            ? $"{text} (a service that filters host names needs its name as 'host' in the manifest)"
            : text;
    }

    /// <summary>Of an error page the words are wanted.</summary>
    [GeneratedRegex("<[^>]*>")]
    private static partial Regex Tags();
}
