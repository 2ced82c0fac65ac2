using ChainBridge.TestKit;
using ChainBridge.TestKit.Runs;
using FluentAssertions;
using Xunit;
using Xunit.v3;

namespace ChainBridge.Tests.Unit.TestKit;

public sealed class FrameworkCheckTests
{
    private static readonly Type[] Xunits = [typeof(XunitTestFramework)];

    [Theory]
    [InlineData("CHAINBRIDGE_SHARD")]
    [InlineData("CHAINBRIDGE_QUARANTINE")]
    public void A_setting_that_no_framework_reads_is_refused(string name) =>
        FrameworkCheck.Problem(Xunits, variable => variable == name ? "1/2" : null)
            .Should().StartWith($"{name} would do nothing here").And.Contain("BudgetFramework");

    [Fact]
    public void With_the_framework_or_without_a_wish_all_is_well()
    {
        FrameworkCheck.Problem([typeof(BudgetFramework)], _ => "1/2").Should().BeNull();
        FrameworkCheck.Problem(Xunits, _ => null).Should().BeNull();
    }
}
