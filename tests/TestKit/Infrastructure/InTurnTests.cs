using System.Reflection;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.TestKit.Infrastructure;

public sealed class InTurnTests
{
    [Fact]
    public void Three_pushes_in_a_row_take_every_class_and_each_of_them_takes_some() =>
        typeof(InTurnTests).Assembly.GetTypes().Select(type => type.GetCustomAttribute<InTurnAttribute>()).OfType<InTurnAttribute>()
            .Select(attribute => attribute.Turn).Distinct().Order().Should().Equal(Enumerable.Range(0, InTurnAttribute.Turns));
}
