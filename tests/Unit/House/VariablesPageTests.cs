using System.Text.RegularExpressions;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.House;

/// <summary>The page of environment variables lists what the sources read or hand out, and nothing else.</summary>
public sealed partial class VariablesPageTests
{
    /// <summary>Names that a script or a sample makes up for a password or port of its own.</summary>
    private static readonly string[] Local = ["CHAINBRIDGE_TEST_PASSWORD", "CHAINBRIDGE_TEST_PORT"];

    private static readonly string[] Places = ["src", "eng", ".ci", "samples/ChainBridge"];
    private static readonly string[] Kinds = [".cs", ".sh", ".yml", ".csproj", ""];

    [Fact]
    public void The_page_lists_every_variable_of_the_sources() =>
        Names(Sources()).Except(Local).Except(Names(Page())).Should().BeEmpty("docs/environment-variables.md is the one list");

    [Fact]
    public void The_page_lists_no_variable_that_the_sources_do_not_know() =>
        // A budget's variable is made of its category's name, a file's of the variable that it stands for.
        Names(Page())
            .Where(name => !name.StartsWith("CHAINBRIDGE_BUDGET_", StringComparison.Ordinal)
                && !name.EndsWith("_FILE", StringComparison.Ordinal))
            .Except(Names(Sources())).Should().BeEmpty("what nothing reads is no setting");

    [Fact]
    public void A_variable_is_found_in_code_and_in_a_script() =>
        Names(["Get(\"CHAINBRIDGE_ONE\")", "echo ${CHAINBRIDGE_TWO:-x}"]).Should().Equal("CHAINBRIDGE_ONE", "CHAINBRIDGE_TWO");

    private static IEnumerable<string> Page() => [File.ReadAllText(Path.Combine(Repository.Root, "docs", "environment-variables.md"))];

    private static IEnumerable<string> Sources() => Places.Select(place => Path.Combine(Repository.Root, place))
        .SelectMany(place => Directory.EnumerateFiles(place, "*", SearchOption.AllDirectories))
        .Where(file => Kinds.Contains(Path.GetExtension(file)) && !BuildOutput().IsMatch(file))
        .Concat(new[] { "chainbridge.yml", "docker-compose.yml" }.Select(file => Path.Combine(Repository.Root, file)))
        .Select(File.ReadAllText);

    private static List<string> Names(IEnumerable<string> texts) =>
        [.. texts.SelectMany(text => Variable().Matches(text)).Select(match => match.Value).Where(name => !name.EndsWith('_'))
            .Distinct().Order()];

    [GeneratedRegex("CHAINBRIDGE_[A-Z0-9_]+")]
    private static partial Regex Variable();

    [GeneratedRegex("/(bin|obj|node_modules)/")]
    private static partial Regex BuildOutput();
}
