using Xunit;

namespace ChainBridge.Bench.EmptyRun;

public sealed class Nothing
{
    [Fact]
    public void Is_done()
    {
    }
}
