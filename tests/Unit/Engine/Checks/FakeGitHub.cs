using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using ChainBridge.Machine;

namespace ChainBridge.Tests.Unit.Engine.Checks;

/// <summary>GitHub's REST API as far as a deployment asks it, over a socket of this machine.</summary>
internal sealed class FakeGitHub : IDisposable
{
    private readonly HttpListener _listener;

    public FakeGitHub()
    {
        while (true)
        {
            Address = new($"http://127.0.0.1:{FreePort.Next()}/");
            _listener = new();
            _listener.Prefixes.Add(Address.ToString());
            try
            {
                _listener.Start();
                break;
            }
            catch (HttpListenerException)
            {
                // Another process has the port by now.
            }
        }

        _ = ServeAsync();
    }

    public Uri Address { get; }

    /// <summary>Check runs: name → status, and conclusion once it is completed.</summary>
    public List<(string Name, string Status, string? Conclusion)> Runs { get; } = [];

    /// <summary>Commit statuses, the newest first.</summary>
    public List<(string Context, string State)> Statuses { get; } = [];

    /// <summary>Open issues.</summary>
    public List<(string Title, string Label, bool IsPullRequest)> Issues { get; } = [];

    /// <summary>The label that the repository has.</summary>
    public string? Label { get; set; } = "blocks-deploy";

    /// <summary>What the next requests are answered with, instead of the truth.</summary>
    public ConcurrentQueue<int> Failing { get; } = [];

    /// <summary>What every request is answered with, instead of the truth.</summary>
    public int? AlwaysFailing { get; set; }

    /// <summary>Path, query and token of each request.</summary>
    public ConcurrentQueue<string> Asked { get; } = [];

    public void Dispose() => _listener.Close();

    private async Task ServeAsync()
    {
        while (true)
        {
            HttpListenerContext asked;
            try
            {
                asked = await _listener.GetContextAsync();
            }
            catch (Exception ended) when (ended is HttpListenerException or ObjectDisposedException)
            {
                return;
            }

            Asked.Enqueue($"{asked.Request.Url!.PathAndQuery} {asked.Request.Headers["Authorization"]}");
            var (status, body) = AlwaysFailing is { } always ? (always, Message(always))
                : Failing.TryDequeue(out var failing) ? (failing, Message(failing)) : Answer(asked.Request);
            asked.Response.StatusCode = status;
            asked.Response.ContentType = "application/json; charset=utf-8";
            await asked.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(body));
            asked.Response.Close();
        }
    }

    private static string Message(int status) => new JsonObject { ["message"] = $"planted {status}" }.ToJsonString();

    private (int Status, string Body) Answer(HttpListenerRequest request) => request.Url!.AbsolutePath switch
    {
        "/repos/acme/shop/commits/1a2b3c4d5e6f/check-runs" => (200, new JsonObject
        {
            ["total_count"] = Runs.Count,
            ["check_runs"] = List(Runs, (run, number) => new()
            {
                ["id"] = number, ["name"] = run.Name, ["head_sha"] = "1a2b3c4d5e6f", ["status"] = run.Status,
                ["conclusion"] = run.Conclusion,
            }),
        }.ToJsonString()),
        "/repos/acme/shop/commits/1a2b3c4d5e6f/statuses" => (200, List(Statuses, (status, number) => new()
        {
            ["id"] = number, ["context"] = status.Context, ["state"] = status.State,
        }).ToJsonString()),
        "/repos/acme/shop/issues" => (200, List(Issues.Where(issue => issue.Label == request.QueryString["labels"]),
            (issue, number) => new()
            {
                ["id"] = number, ["number"] = number, ["title"] = issue.Title, ["state"] = "open",
                ["pull_request"] = issue.IsPullRequest ? new JsonObject { ["url"] = "https://example.org/1" } : null,
            }).ToJsonString()),
        _ when request.RawUrl is { } asked && Label is not null && asked == $"/repos/acme/shop/labels/{Uri.EscapeDataString(Label)}" =>
            (200, new JsonObject
            {
                ["id"] = 1, ["node_id"] = "L_1", ["name"] = Label, ["color"] = "f00", ["default"] = false, ["description"] = null,
                ["url"] = "https://example.org/label",
            }.ToJsonString()),
        _ => (404, Message(404)),
    };

    private static JsonArray List<T>(IEnumerable<T> items, Func<T, int, JsonObject> one) =>
        new([.. items.Select((item, index) => (JsonNode)one(item, index + 1))]);
}
