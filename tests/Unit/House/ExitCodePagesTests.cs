using ChainBridge.DeployRunner.Output;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.House;

/// <summary>Each exit code that is no success has its page, with the same parts, and the index lists them all.</summary>
public sealed class ExitCodePagesTests
{
    private const string Index = "README.md";

    private static readonly string[] Parts = ["## What serves", "## Causes", "## What to do"];

    private static readonly string Folder = Path.Combine(Repository.Root, "docs", "exit-codes");

    [Fact]
    public void The_pages_are_those_of_the_exit_codes() => Wrong(Codes(), Pages()).Should().BeEmpty();

    [Fact]
    public void An_exit_code_without_a_page_and_a_page_without_an_exit_code_are_found()
    {
        Wrong([.. Codes(), 19], Pages()).Should().Contain("19.md is missing").And.Contain("README.md does not list 19.md");
        var poorer = Pages();
        poorer["20.md"] = poorer["11.md"].Replace("## Causes", "## Reasons");
        Wrong(Codes(), poorer).Should().BeEquivalentTo("20.md belongs to no exit code");
        poorer.Remove("20.md");
        poorer["11.md"] = poorer["11.md"].Replace("## Causes", "## Reasons").Replace("```", "");
        Wrong(Codes(), poorer).Should().BeEquivalentTo("11.md lacks '## Causes'", "11.md shows no output of a run");
    }

    [Fact]
    public void The_runner_carries_the_pages_as_they_are() => ExitCodePage.All()
        .ToDictionary(page => $"{page.Code}.md", page => page.Text)
        .Should().BeEquivalentTo(Pages().Where(page => page.Key != Index).ToDictionary(page => page.Key, page => page.Value));

    private static List<int> Codes() => [.. Enum.GetValues<ExitCode>().Where(code => code != ExitCode.Done).Select(code => (int)code)];

    private static Dictionary<string, string> Pages() =>
        Directory.GetFiles(Folder, "*.md").ToDictionary(path => Path.GetFileName(path), File.ReadAllText);

    private static IEnumerable<string> Wrong(IReadOnlyCollection<int> codes, Dictionary<string, string> pages)
    {
        foreach (var stray in pages.Keys.Except(codes.Select(code => $"{code}.md")).Where(name => name != Index))
            yield return $"{stray} belongs to no exit code";
        foreach (var code in codes)
        {
            var name = $"{code}.md";
            if (!pages[Index].Contains($"]({name})", StringComparison.Ordinal)) yield return $"{Index} does not list {name}";
            if (!pages.TryGetValue(name, out var page))
            {
                yield return $"{name} is missing";
                continue;
            }

            var title = $"# Exit {code}: ";
            if (!page.StartsWith(title, StringComparison.Ordinal)) yield return $"{name} does not begin with '{title}'";
            foreach (var part in Parts.Where(part => !page.Contains($"\n{part}\n", StringComparison.Ordinal)))
                yield return $"{name} lacks '{part}'";
            if (!page.Contains("```", StringComparison.Ordinal)) yield return $"{name} shows no output of a run";
        }
    }
}
