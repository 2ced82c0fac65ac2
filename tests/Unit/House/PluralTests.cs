using System.Text.RegularExpressions;
using ChainBridge.Engine.Model;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.House;

/// <summary>What the runner counts for people has the noun that fits the number.</summary>
public sealed partial class PluralTests
{
    [Theory]
    [InlineData(0, "0 probes")]
    [InlineData(1, "1 probe")]
    [InlineData(2, "2 probes")]
    [InlineData(10_000, "10000 probes")]
    public void A_number_has_its_noun(long count, string words) => Plural.Of(count, "probe").Should().Be(words);

    [Fact]
    public void A_noun_may_have_a_plural_of_its_own() =>
        (Plural.Of(1, "entry", "entries"), Plural.Of(3, "entry", "entries")).Should().Be(("1 entry", "3 entries"));

    [Fact]
    public void No_text_of_the_runner_puts_a_count_before_a_plural() => new[] { "src/Engine", "src/DeployRunner" }
        .SelectMany(Repository.Sources).SelectMany(source => Found(source.Path, source.Text)).Should().BeEmpty("Plural.Of has the noun");

    [Fact]
    public void A_count_before_a_plural_is_found()
    {
        Found("planted.cs", "$\"{probes.Count} probes\"").Should().Equal("planted.cs:1: Count} probes");
        Found("planted.cs", "a\n$\"{_left.Count + 1} events were not shown\"").Should().Equal("planted.cs:2: Count + 1} events");
        Found("planted.cs", "if (a is { Count: > 0 } probes) $\"{probes.Count} failed, {Plural.Of(all.Count, \"probe\")}\"")
            .Should().BeEmpty();
    }

    private static IEnumerable<string> Found(string path, string text) => text.Split('\n')
        .SelectMany((line, index) => Counted().Matches(line).Where(match => !line.Contains("== 1 ?", StringComparison.Ordinal))
            .Select(match => $"{path}:{index + 1}: {match.Value}"));

    [GeneratedRegex(@"\b(Count|Length)(\(\))?( [+-] \w+)?\} [a-z]+s\b")]
    private static partial Regex Counted();
}
