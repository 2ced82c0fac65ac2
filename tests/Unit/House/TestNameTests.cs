using System.Text.RegularExpressions;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.House;

/// <summary>The name of a test is a sentence that states a rule, and its subject comes first.</summary>
public sealed partial class TestNameTests
{
    [Fact]
    public void No_test_name_begins_with_a_word_that_hides_its_subject()
    {
        var sources = Repository.Sources("tests").ToList();
        sources.Should().NotBeEmpty();
        sources.SelectMany(source => WithoutSubject(source.Path, source.Text)).Should().BeEmpty("the subject of the rule comes first");
    }

    [Theory]
    [InlineData("[Fact]\n    public void It_is_gone() { }", "planted.cs: It_is_gone")]
    [InlineData("[Theory, InlineData(1)]\n    public async Task What_is_wrong_is_refused(int number)",
        "planted.cs: What_is_wrong_is_refused")]
    [InlineData("[Fact]\n    [NotOn(\"external\")]\n    public Task Whoever_waits_is_told() =>", "planted.cs: Whoever_waits_is_told")]
    [InlineData("[Fact]\n    public void A_caller_that_waits_is_reported() { }", null)]
    [InlineData("    public Task One_hangs() => Task.CompletedTask;", null)]
    public void A_name_without_a_subject_is_found_on_a_test_and_nowhere_else(string source, string? found) =>
        WithoutSubject("planted.cs", source).Should().Equal(found is null ? [] : [found]);

    private static IEnumerable<string> WithoutSubject(string path, string text) =>
        path.Contains("TestKit.Sample", StringComparison.Ordinal) || path.EndsWith(nameof(TestNameTests) + ".cs", StringComparison.Ordinal)
            ? []
            : Name().Matches(text).Select(match => $"{path}: {match.Groups["name"].Value}");

    [GeneratedRegex(@"\[(Fact|Theory)\b[^{;]*?public (async )?(Task|ValueTask|void) (?<name>(It|So|One|What|Who|Whoever|Nobody)_\w+)")]
    private static partial Regex Name();
}
