using ChainBridge.Tests.TestKit.Infrastructure;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.TestKit.Docs;

/// <summary>Examples in the guides are pieces of the sources in this folder, which are compiled, and run where they are tests.</summary>
public sealed class PageTests
{
    private const string Fence = "```";

    [Theory]
    [InlineData("assertions.md")]
    [InlineData("budgets.md")]
    [InlineData("order.md")]
    [InlineData("migrating.md")]
    [InlineData("isolation.md")]
    [InlineData("redis.md")]
    public void Every_example_of_a_page_is_compiled(string page)
    {
        var sources = Directory.GetFiles(Path.Combine(Repository.Root, "tests", "TestKit", "Docs"), "*.cs")
            .Select(file => Normal(File.ReadAllText(file))).ToList();
        var examples = Examples(File.ReadAllText(Path.Combine(Repository.Root, "docs", "testkit", page)));
        examples.Should().NotBeEmpty();
        examples.Where(example => !sources.Any(source => source.Contains(Normal(example), StringComparison.Ordinal)))
            .Should().BeEmpty("an example that is not compiled is wrong one day");
    }

    [Fact]
    public void An_example_that_is_nowhere_is_found()
    {
        Examples($"text\n{Fence}csharp\na();\n\n  b();\n{Fence}\nmore\n{Fence}\nno code\n{Fence}\n").Should().Equal("a();\n\n  b();");
        Normal("  a();\n\n    b();").Should().Be("a();\nb();");
        Normal("x\n  a();\n  c();\n  b();").Should().NotContain(Normal("a();\nb();"));
    }

    [Fact]
    public void Every_link_between_the_guides_leads_somewhere()
    {
        var docs = Path.Combine(Repository.Root, "docs");
        var pages = Directory.GetFiles(docs, "*.md", SearchOption.AllDirectories).Concat(Directory.GetFiles(Repository.Root, "*.md"));
        var broken = pages.SelectMany(file => Links(File.ReadAllText(file))
            .Where(link => !link.Contains("://", StringComparison.Ordinal) && !link.StartsWith('#')
                && !Path.Exists(Path.Combine(Path.GetDirectoryName(file)!, link.Split('#')[0])))
            .Select(link => $"{Path.GetRelativePath(docs, file)}: {link}"));
        string.Join('\n', broken).Should().BeEmpty();
    }

    private static IReadOnlyList<string> Examples(string page) =>
        [.. page.Split($"\n{Fence}csharp\n").Skip(1).Select(rest => rest[..rest.IndexOf($"\n{Fence}", StringComparison.Ordinal)])];

    private static IEnumerable<string> Links(string page) => page.Split("](").Skip(1).Select(rest => rest[..rest.IndexOf(')')]);

    /// <summary>Without indentation and empty lines; a class of an example may be sealed or abstract here, so that it is not run.</summary>
    private static string Normal(string text) => string.Join('\n', text.Split('\n')
        .Select(line => line.Trim().Replace(" abstract class", " sealed class", StringComparison.Ordinal)).Where(line => line.Length > 0));
}
