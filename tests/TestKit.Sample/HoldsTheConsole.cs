using ChainBridge.TestKit;
using Xunit;

namespace ChainBridge.Tests.TestKit.Sample;

/// <summary>Holds the locks of both console writers and never gives them back.</summary>
[Database]
public sealed class HoldsTheConsole
{
    [Fact]
    public void Holds_the_locks_of_the_console()
    {
        using var never = new ManualResetEventSlim();
        lock (Console.Out)
        lock (Console.Error)
            never.Wait(CancellationToken.None);
    }
}
