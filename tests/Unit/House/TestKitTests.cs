using System.Reflection;
using System.Text.RegularExpressions;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.House;

/// <summary>How TestKit is laid out, inside and for its users.</summary>
public sealed partial class TestKitTests
{
    private const string Kit = "ChainBridge.TestKit";
    private const int MostUsings = 3;

    /// <summary>What a test names, what breaks the network, what servers come from.</summary>
    private static readonly string[] PublicNamespaces = [Kit, $"{Kit}.Faults", $"{Kit}.Providers"];

    [Fact]
    public void Every_type_of_TestKit_is_written_in_one_folder()
    {
        var folders = CompiledFolders.Of(Assembly.Load(Kit), "src/TestKit");
        folders.Where(one => one.Value.Count > 1).Select(one => one.Key.Name).Should().BeEmpty();
        Types(Kit).Except(folders.Keys).Should().BeEmpty("each type has a document");
    }

    [Fact]
    public void Public_types_of_TestKit_are_in_few_namespaces_and_internal_ones_in_that_of_their_folder()
    {
        var folders = CompiledFolders.Of(Assembly.Load(Kit), "src/TestKit");
        Types(Kit).Select(type => Misplaced(type, folders[type].First())).OfType<string>().Should().BeEmpty();
        Types($"{Kit}.Assertions").Where(type => type.Namespace != $"{Kit}.Assertions").Should().BeEmpty();
    }

    [Theory]
    [InlineData(typeof(ChainBridge.TestKit.TestScope), "Scopes", null)]
    [InlineData(typeof(ChainBridge.TestKit.Runs.Ladder.BudgetedRun), "Runs/Ladder", null)]
    [InlineData(typeof(ChainBridge.TestKit.Runs.Ladder.BudgetedRun), "Runs", "written in Runs, of ChainBridge.TestKit.Runs.Ladder")]
    [InlineData(typeof(TestKitTests), "Scopes", "public, of ChainBridge.Tests.Unit.House")]
    public void A_type_in_another_namespace_is_found(Type type, string folder, string? problem) =>
        Misplaced(type, folder).Should().Be(problem is null ? null : $"{type.Name} is {problem}");

    [Fact]
    public void A_test_file_needs_three_usings_of_TestKit_at_the_most()
    {
        string[] folders = ["tests/Integration", "tests/Smoke", "tests/Performance", "samples/Minimal", "samples/Platforms"];
        foreach (var folder in folders)
        {
            var files = Directory.GetFiles(Path.Combine(Repository.Root, folder), "*.cs", SearchOption.AllDirectories)
                .Select(File.ReadAllText).ToList();
            files.Should().Contain(text => Usings(text).Count > 0, $"{folder} uses TestKit");
            files.Where(text => Usings(text).Count > MostUsings).Select(text => string.Join('\n', Usings(text))).Should().BeEmpty();
        }
    }

    [Fact]
    public void A_fourth_using_of_TestKit_is_counted()
    {
        const string Text = "using ChainBridge.TestKit;\nusing ChainBridge.TestKit.Assertions;\nglobal using ChainBridge.TestKit.Faults;\n";
        Usings(Text + "using ChainBridge.TestKitchen;\n// using ChainBridge.TestKit.Load;\n").Should().HaveCount(MostUsings);
        Usings(Text + "  using static ChainBridge.TestKit.Isolation;\n").Should().HaveCount(MostUsings + 1);
        Usings(Text + "using Kit = ChainBridge.TestKit.Providers;\n").Should().HaveCount(MostUsings + 1);
    }

    /// <summary>Null when the namespace is right.</summary>
    private static string? Misplaced(Type type, string folder)
    {
        if (type.IsVisible) return PublicNamespaces.Contains(type.Namespace) ? null : $"{type.Name} is public, of {type.Namespace}";
        var due = folder.Length == 0 ? Kit : $"{Kit}.{folder.Replace('/', '.')}";
        return type.Namespace == due ? null : $"{type.Name} is written in {folder}, of {type.Namespace}";
    }

    private static IReadOnlyList<string> Usings(string text) => [.. Using().Matches(text).Select(match => match.Value.Trim())];

    /// <summary>Written by hand, and not within another.</summary>
    private static IEnumerable<Type> Types(string assembly) => Assembly.Load(assembly).GetTypes().Where(type =>
        type.DeclaringType is null && type.Namespace?.StartsWith(Kit, StringComparison.Ordinal) == true
        && !type.Name.Contains('<', StringComparison.Ordinal));

    [GeneratedRegex(@"^\s*(?:global\s+)?using\s+(?:static\s+|\w+\s*=\s*)?ChainBridge\.TestKit(?:\.[\w.]+)?\s*;", RegexOptions.Multiline)]
    private static partial Regex Using();
}
