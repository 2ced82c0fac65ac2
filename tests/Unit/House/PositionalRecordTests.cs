using System.Text.RegularExpressions;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.House;

/// <summary>A record with many positional parameters hides the parts that it is made of.</summary>
public sealed partial class PositionalRecordTests
{
    private const int Most = 8;

    [Theory]
    [InlineData("src")]
    [InlineData("tests")]
    [InlineData("bench")]
    [InlineData("eng")]
    public void No_record_has_more_than_eight_positional_parameters(string folder)
    {
        var sources = Repository.Sources(folder).Where(source => !source.Path.EndsWith($"{nameof(PositionalRecordTests)}.cs",
            StringComparison.Ordinal)).ToList();
        sources.Should().NotBeEmpty();
        sources.SelectMany(source => TooWide(source.Path, source.Text)).Should().BeEmpty("a few named parts show what it is made of");
    }

    [Fact]
    public void A_record_with_nine_parameters_is_found_however_it_is_written()
    {
        const string Eight = "int A, Dictionary<string, int> B, (int X, int Y) C, int[,] D, int E, int F, int G, string H = \",\"";
        TooWide("planted.cs", $"public sealed record Narrow({Eight});").Should().BeEmpty();
        TooWide("planted.cs", $"class Plain({Eight}, int I);").Should().BeEmpty("no record");
        TooWide("planted.cs", $"record Wide({Eight}, int I);\nrecord struct Text<T>(\n    {Eight},\n    int I)\n{{\n}}")
            .Should().Equal("planted.cs: Wide has 9", "planted.cs: Text has 9");
    }

    private static IEnumerable<string> TooWide(string path, string text) => Head().Matches(text)
        .Select(head => (Name: head.Groups["name"].Value, Count: Parameters(text[(head.Index + head.Length)..])))
        .Where(record => record.Count > Most).Select(record => $"{path}: {record.Name} has {record.Count}");

    /// <summary>Counts the commas outside of any bracket, up to the bracket that ends the list.</summary>
    private static int Parameters(string list)
    {
        var (depth, count) = (0, 1);
        foreach (var letter in Literal().Replace(list, ""))
            if (letter is '(' or '[' or '<') depth++;
            else if (letter is ')' or ']' or '>' && --depth < 0) return count;
            else if (letter == ',' && depth == 0) count++;
        return count;
    }

    [GeneratedRegex(@"\brecord\s+(struct\s+|class\s+)?(?<name>\w+)(<[^>(]*>)?\s*\(")]
    private static partial Regex Head();

    [GeneratedRegex(@"""[^""\n]*""")]
    private static partial Regex Literal();
}
