using ChainBridge.Tests.TestKit.Sample;
using Xunit;

[assembly: AssemblyFixture(typeof(SometimesHanging))]

namespace ChainBridge.Tests.TestKit.Sample;

/// <summary>A fixture of the whole assembly that hangs when it is told to: <c>SAMPLE_HANGS=fixture</c>.</summary>
public sealed class SometimesHanging : IAsyncLifetime
{
    public async ValueTask InitializeAsync()
    {
        if (Environment.GetEnvironmentVariable("SAMPLE_HANGS") == "fixture") await Task.Delay(Timeout.Infinite, CancellationToken.None);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
