using System.Diagnostics;
using ChainBridge.LocalServers;
using ChainBridge.TestKit.Diagnostics;
using ChainBridge.TestKit.Services;

namespace ChainBridge.TestKit;

/// <summary>A service that runs as a process of its own, so that a test can end it in every way a machine can.</summary>
public sealed class ProcessUnderTest : ServiceUnderTest
{
    private readonly OwnedProcess _process;
    private readonly Task<int> _exit;

    internal ProcessUnderTest(
        string name, Uri baseAddress, OwnedProcess process, Task<int> exit, LogBuffer log, IEnumerable<string> secrets)
        : base(name, "a process", baseAddress, log, secrets, process.DisposeAsync) => (_process, _exit) = (process, exit);

    private protected override string? EndedItself() =>
        _exit.IsCompletedSuccessfully ? $"ended with {ExitCodes.Describe(_exit.Result)}" : null;

    /// <summary>Ends it at once, as a crash would (SIGKILL); done when it is gone.</summary>
    public async Task KillAsync(CancellationToken cancellationToken) => await SignalAsync("KILL", cancellationToken);

    /// <summary>Asks it to stop (SIGTERM) and waits; answers its exit code.</summary>
    public async Task<int> StopAsync(CancellationToken cancellationToken) => await SignalAsync("TERM", cancellationToken);

    private async Task<int> SignalAsync(string signal, CancellationToken cancellationToken)
    {
        var id = await _process.ProcessIdAsync(cancellationToken);
        using var kill = Process.Start("kill", [$"-{signal}", $"{id}"]);
        await kill.WaitForExitAsync(cancellationToken);
        return await _exit.WaitAsync(cancellationToken);
    }
}
