using System.Diagnostics;
using System.Text.Json;

namespace ChainBridge.Bench.Release;

/// <summary>A sender in the host's network, from its first answer to <see cref="EndAsync"/>.</summary>
internal sealed class Traffic : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly Process _process;
    private readonly string _report;

    private Traffic(Process process, string report) => (_process, _report) = (process, report);

    public static async Task<Traffic> BeginAsync(LabHost host, Uri door, CancellationToken cancellationToken)
    {
        var report = Path.Combine(host.Folder, $"traffic-{door.Port}.json");
        var start = host.Inside(host.Folder, Environment.ProcessPath!, ["child", TrafficChild.Name, $"{door}", report]);
        (start.RedirectStandardInput, start.RedirectStandardOutput) = (true, true);
        var traffic = new Traffic(Process.Start(start)!, report);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(Patience);
        if (await traffic._process.StandardOutput.ReadLineAsync(deadline.Token) == TrafficChild.Begun) return traffic;
        await traffic.DisposeAsync();
        throw new InvalidOperationException($"{door} did not answer in the lab's host");
    }

    /// <summary>Sends no more, and waits for what is in flight.</summary>
    public async Task<TrafficReport> EndAsync(CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(Patience);
        _process.StandardInput.Close();
        await _process.WaitForExitAsync(deadline.Token);
        return JsonSerializer.Deserialize<TrafficReport>(await File.ReadAllTextAsync(_report, deadline.Token))!;
    }

    public ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        _process.Dispose();
        return ValueTask.CompletedTask;
    }
}
