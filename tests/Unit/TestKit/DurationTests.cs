using ChainBridge.TestKit.Basics;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.TestKit;

public sealed class DurationTests
{
    [Theory]
    [InlineData("500ms", 0.5)]
    [InlineData("1.5s", 1.5)]
    [InlineData("2 m", 120)]
    [InlineData("1h", 3600)]
    public void A_number_with_its_unit_is_a_duration(string text, double seconds) =>
        Duration.Parse(text, "ms", "s", "m", "h").Should().Be(TimeSpan.FromSeconds(seconds));

    [Theory]
    [InlineData("")]
    [InlineData("5")]
    [InlineData("s")]
    [InlineData("0s")]
    [InlineData("-1s")]
    [InlineData("1,5s")]
    [InlineData("1d")]
    [InlineData("1S")]
    [InlineData("1h")]
    [InlineData("1234567s")]
    public void Anything_else_and_a_unit_that_is_not_allowed_is_no_duration(string text) =>
        Duration.Parse(text, "ms", "s", "m").Should().BeNull();

    [Theory]
    [InlineData(1, "1 s")]
    [InlineData(0.25, "0.3 s")]
    [InlineData(90, "90 s")]
    public void A_duration_is_printed_in_seconds(double seconds, string text) =>
        Duration.Seconds(TimeSpan.FromSeconds(seconds)).Should().Be(text);
}
