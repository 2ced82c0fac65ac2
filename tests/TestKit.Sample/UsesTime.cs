using ChainBridge.TestKit;
using Xunit;

namespace ChainBridge.Tests.TestKit.Sample;

/// <summary>Takes as many seconds of its category's time as <c>SAMPLE_TAKES</c> says.</summary>
[Database]
public sealed class UsesTime
{
    [Fact]
    public Task For_a_while() =>
        Task.Delay(TimeSpan.FromSeconds(int.Parse(Environment.GetEnvironmentVariable("SAMPLE_TAKES") ?? "0",
            System.Globalization.CultureInfo.InvariantCulture)), TestContext.Current.CancellationToken);
}
