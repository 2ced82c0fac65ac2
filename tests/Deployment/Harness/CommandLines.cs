using System.Collections.Concurrent;

namespace ChainBridge.Tests.Deployment.Harness;

/// <summary>Collects every command line seen on this machine while it runs: where a secret in an argument would show.</summary>
public sealed class CommandLines : IAsyncDisposable
{
    private static readonly TimeSpan Gap = TimeSpan.FromMilliseconds(40);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<string, byte> _seen = new();
    private readonly Task _looking;

    public CommandLines() => _looking = Task.Run(LookAsync);

    public async Task<IReadOnlyCollection<string>> StopAsync()
    {
        await _stop.CancelAsync();
        await _looking;
        return [.. _seen.Keys];
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stop.Dispose();
    }

    private async Task LookAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            foreach (var process in Processes.All()) _seen.TryAdd(process.CommandLine, 0);
            await Task.WhenAny(Task.Delay(Gap, _stop.Token));
        }
    }
}
