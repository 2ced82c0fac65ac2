using Xunit;

namespace ChainBridge.Tests.TestKit.Sample;

public abstract class Ordered
{
    [Fact]
    public void One() => Trace.Write($"order: {GetType().Name}.One");

    [Fact]
    public void Two() => Trace.Write($"order: {GetType().Name}.Two");

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Rows(int row) => Trace.Write($"order: {GetType().Name}.Rows({row})");
}

public sealed class OrderedA : Ordered;

public sealed class OrderedB : Ordered;

public sealed class OrderedC : Ordered;

[Collection("shared")]
public sealed class OrderedD : Ordered;

[Collection("shared")]
public sealed class OrderedE : Ordered;
