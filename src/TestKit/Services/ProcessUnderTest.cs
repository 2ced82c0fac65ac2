using System.Diagnostics;
using ChainBridge.LocalServers;

namespace ChainBridge.TestKit.Services;

/// <summary>A service that runs as a process of its own, so that a test can end it in every way a machine can.</summary>
public sealed class ProcessUnderTest : ServiceUnderTest
{
    private readonly OwnedProcess _process;
    private readonly LogBuffer _log;

    internal ProcessUnderTest(string name, Uri baseAddress, OwnedProcess process, LogBuffer log)
        : base(name, baseAddress, process.DisposeAsync) => (_process, _log) = (process, log);

    /// <summary>What it wrote so far, from the first line on; the newest 5,000.</summary>
    public IReadOnlyList<string> Log => _log.Lines;

    /// <summary>Ends it at once, as a crash would (SIGKILL); done when it is gone.</summary>
    public async Task KillAsync(CancellationToken cancellationToken) => await SignalAsync("KILL", cancellationToken);

    /// <summary>Asks it to stop (SIGTERM) and waits; answers its exit code.</summary>
    public async Task<int> StopAsync(CancellationToken cancellationToken) => await SignalAsync("TERM", cancellationToken);

    private async Task<int> SignalAsync(string signal, CancellationToken cancellationToken)
    {
        var id = await _process.ProcessIdAsync(cancellationToken);
        using var kill = Process.Start("kill", [$"-{signal}", $"{id}"]);
        await kill.WaitForExitAsync(cancellationToken);
        return await _process.ExitAsync(cancellationToken);
    }
}
