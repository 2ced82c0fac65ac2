using ChainBridge.LocalServers;
using Xunit;

namespace ChainBridge.Tests.TestKit.Sample;

/// <summary>Runs a program that started two others, creates the file <c>SAMPLE_READY</c>, and holds it until it is killed.</summary>
public sealed class HoldsFamily
{
    [Fact]
    public async Task Until_it_is_killed()
    {
        var stop = TestContext.Current.CancellationToken;
        var started = new TaskCompletionSource();
        await using var parent = OwnedProcess.Start(null, ["sh", "-c", "sleep 600 & sh -c 'sleep 600 & wait' & echo started; wait"],
            onLine: _ => started.TrySetResult());
        await started.Task.WaitAsync(stop);
        await File.WriteAllTextAsync(Environment.GetEnvironmentVariable("SAMPLE_READY")!, "", stop);
        await Task.Delay(Timeout.Infinite, stop);
    }
}
