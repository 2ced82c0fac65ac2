using ChainBridge.Engine.Manifest;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.Engine.Manifest;

/// <summary>Variables of a compose file are filled in as Compose fills them in.</summary>
public sealed class ComposeVariablesTests
{
    [Theory]
    [InlineData("plain 5$", "plain 5$")]
    [InlineData("$SET and ${SET}", "yes and yes")]
    [InlineData("${UNSET}|${EMPTY}", "|")]
    [InlineData("${UNSET:-a}|${EMPTY:-b}|${EMPTY-c}|${SET:-d}", "a|b||yes")]
    [InlineData("${UNSET:-${EMPTY:-{x}}}", "{x}")]
    [InlineData("${SET:+on}|${EMPTY:+on}|${EMPTY+on}|${UNSET+on}", "on||on|")]
    [InlineData("$$SET $${SET}", "$SET ${SET}")]
    [InlineData("${SET", "${SET")]
    public void A_text_is_expanded(string text, string expanded) => Expand(text, []).Should().Be(expanded);

    [Fact]
    public void A_required_variable_without_a_value_is_reported_with_the_message_of_the_file()
    {
        var missing = new List<string>();
        Expand("${SET:?a}${EMPTY?b}${EMPTY:?c}${UNSET?d ${SET}}", missing);
        missing.Should().Equal("EMPTY: c", "UNSET: d yes");
    }

    private static string Expand(string text, List<string> missing) =>
        new ComposeVariables(name => name switch { "SET" => "yes", "EMPTY" => "", _ => null },
            (name, message) => missing.Add($"{name}: {message}")).Expand(text);
}
