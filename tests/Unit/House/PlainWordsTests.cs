using System.Text.RegularExpressions;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.House;

/// <summary>A sentence names its subject: comments, messages and docs hold no word that hides which process, run or test it is.</summary>
public sealed partial class PlainWordsTests
{
    [Fact]
    public void No_source_or_page_holds_a_word_that_hides_its_subject()
    {
        var texts = Sources().Concat(Pages()).ToList();
        texts.Should().Contain(text => text.Path.StartsWith("src/", StringComparison.Ordinal))
            .And.Contain(text => text.Path == "docs/glossary.md").And.Contain(text => text.Path == "README.md");
        texts.SelectMany(text => Hidden(text.Path, text.Text)).Should().BeEmpty("name the process, run, test, caller or evidence source");
    }

    [Theory]
    [InlineData("// Runs once.\n/// <summary>Nobody waits for it.</summary>", "planted.cs:2: Nobody")]
    [InlineData("throw new(\"somebody else holds the lock\");", "planted.cs:1: somebody")]
    [InlineData("throw new(\"Nobody listens\");", "planted.cs:1: Nobody")]
    [InlineData("Whoever asks and everybody who\r\nbears witness",
        "planted.cs:1: Whoever", "planted.cs:1: everybody", "planted.cs:2: witness")]
    [InlineData("scope.Witness(\"queue\")", "planted.cs:1: Witness")]
    [InlineData("a file of nobody's", "planted.cs:1: nobody")]
    [InlineData("as <c>nobody</c>, `nobody`, \"nobody\" or --reuid=nobody")]
    [InlineData("No other test gets the database.")]
    public void A_hidden_subject_is_found_with_its_line_and_the_unix_user_is_not(string text, params string[] found) =>
        Hidden("planted.cs", text).Should().Equal(found);

    private static IEnumerable<(string Path, string Text)> Sources() => new[] { "src", "tests", "samples", "eng", "bench" }
        .SelectMany(Repository.Sources)
        .Where(source => Path.GetFileName(source.Path) is not (nameof(PlainWordsTests) + ".cs" or nameof(WordsTests) + ".cs"
            or nameof(TestNameTests) + ".cs"));

    private static IEnumerable<(string Path, string Text)> Pages() =>
        Directory.GetFiles(Path.Combine(Repository.Root, "docs"), "*.md", SearchOption.AllDirectories)
            .Concat(Directory.GetFiles(Repository.Root, "*.md"))
            .Select(path => (Path.GetRelativePath(Repository.Root, path), File.ReadAllText(path)));

    private static IEnumerable<string> Hidden(string path, string text) => text.Split('\n')
        .SelectMany((line, index) => Word().Matches(line).Select(match => $"{path}:{index + 1}: {match.Value}"));

    /// <summary>The Unix user nobody is a name: in quotes or backticks, in an element <c>c</c>, or after an equals sign.</summary>
    [GeneratedRegex("""\bnobody\b(?<!["`]nobody(?=["`]))(?<!<c>nobody(?=</c>))(?<!=nobody)"""
        + @"|\b(somebody|whoever|anybody|everybody|witness(es)?)\b", RegexOptions.IgnoreCase)]
    private static partial Regex Word();
}
