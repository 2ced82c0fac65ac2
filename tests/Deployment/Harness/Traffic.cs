using System.Collections.Concurrent;
using System.Net.Http.Json;

namespace ChainBridge.Tests.Deployment.Harness;

/// <summary>What users saw: every answer of the public door while it ran.</summary>
/// <param name="Versions">How often each version of the service behind the door answered.</param>
/// <param name="Mixed">
/// Pages made by two versions. Inside one slot a name means one thing: of releases that were built whole there are none.
/// </param>
public sealed record TrafficReport(
    int Sent, IReadOnlyList<string> Failures, IReadOnlyDictionary<string, int> Versions, IReadOnlyList<string> Mixed);

/// <summary>
/// Asks for a path through a public door, about forty times a second where no other gap is wanted, until it is stopped. It retries nothing.
/// </summary>
public sealed class Traffic : IAsyncDisposable
{
    private static readonly TimeSpan UsualGap = TimeSpan.FromMilliseconds(25);
    private readonly TimeSpan _gap;
    private readonly HttpClient _client;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentBag<string> _failures = [];
    private readonly ConcurrentDictionary<string, int> _versions = new();
    private readonly ConcurrentBag<string> _mixed = [];
    private readonly Task _sending;
    private readonly string _path;
    private int _sent;

    public Traffic(Uri door, string path = "/", TimeSpan? gap = null)
    {
        (_path, _gap) = (path, gap ?? UsualGap);
        _client = new HttpClient { BaseAddress = door, Timeout = TimeSpan.FromSeconds(20) };
        _sending = SendAsync();
    }

    /// <summary>A page of <c>front</c>, or what <c>back</c> answers about itself.</summary>
    private sealed record Page(string? Front, string? Back, string? Version);

    /// <summary>Whether this version of the service behind the door has answered.</summary>
    public bool Saw(string version) => _versions.ContainsKey(version);

    /// <summary>Sends no more, waits for the answers under way, and answers what came.</summary>
    public async Task<TrafficReport> StopAsync()
    {
        await _stop.CancelAsync();
        await _sending;
        return new(_sent, [.. _failures], _versions.ToDictionary(), [.. _mixed]);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _client.Dispose();
        _stop.Dispose();
    }

    private async Task SendAsync()
    {
        var underWay = new List<Task>();
        while (!_stop.IsCancellationRequested)
        {
            underWay.RemoveAll(task => task.IsCompleted);
            underWay.Add(AskAsync());
            await Task.WhenAny(Task.Delay(_gap, _stop.Token));
        }

        await Task.WhenAll(underWay);
    }

    private async Task AskAsync()
    {
        Interlocked.Increment(ref _sent);
        try
        {
            using var answer = await _client.GetAsync(_path);
            if (!answer.IsSuccessStatusCode)
            {
                var release = answer.Headers.TryGetValues("X-ChainBridge-Release", out var stamp) ? string.Join(',', stamp) : "the edge";
                _failures.Add($"{TimeProvider.System.GetUtcNow():HH:mm:ss.fff} {release} answered {(int)answer.StatusCode}: "
                    + $"{await answer.Content.ReadAsStringAsync()}");
                return;
            }

            var page = (await answer.Content.ReadFromJsonAsync<Page>())!;
            _versions.AddOrUpdate((page.Front ?? page.Version)!, 1, (_, count) => count + 1);
            if (page.Front != page.Back) _mixed.Add($"front {page.Front}, back {page.Back}");
        }
        catch (Exception failure) when (failure is HttpRequestException or TaskCanceledException or IOException)
        {
            _failures.Add($"{TimeProvider.System.GetUtcNow():HH:mm:ss.fff} {failure.Message} {failure.InnerException?.Message}");
        }
    }
}
