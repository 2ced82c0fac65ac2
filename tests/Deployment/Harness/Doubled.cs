namespace ChainBridge.Tests.Deployment.Harness;

/// <summary>Asks the engine again and again which services of a lab run twice, until it is stopped.</summary>
public sealed class Doubled : IAsyncDisposable
{
    private static readonly TimeSpan Gap = TimeSpan.FromMilliseconds(100);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _looking;
    private readonly List<string> _seen = [];

    public Doubled(Lab lab) => _looking = LookAsync(lab.Variables["TINY_PROJECT"]!);

    /// <summary>What ran twice at one moment, service by service: each set that was seen, in the order it was first seen.</summary>
    public IReadOnlyList<string> Seen => [.. _seen.Distinct()];

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _looking;
        _stop.Dispose();
    }

    private async Task LookAsync(string project)
    {
        while (!_stop.IsCancellationRequested)
        {
            var running = await Shell.RunAsync("/", CancellationToken.None, "docker", "ps", "--filter", $"name={project}", "--filter",
                "label=chainbridge.version", "--format", "{{.Label \"com.docker.compose.service\"}}");
            _seen.Add(string.Join(" and ", running.Split('\n', StringSplitOptions.RemoveEmptyEntries).GroupBy(service => service)
                .Where(same => same.Count() > 1).Select(same => same.Key).Order(StringComparer.Ordinal)));
            await Task.WhenAny(Task.Delay(Gap, _stop.Token));
        }
    }
}
