using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.House;

/// <summary>The width of the sources. What a wider line is needed for goes into a file of its own, or is broken.</summary>
public sealed class LineLengthTests
{
    private const int Most = 140;

    [Theory]
    [InlineData("src")]
    [InlineData("tests")]
    [InlineData("samples")]
    [InlineData("bench")]
    [InlineData("eng")]
    public void No_line_of_a_source_has_more_than_140_columns(string folder)
    {
        var sources = Repository.Sources(folder).ToList();
        sources.Should().NotBeEmpty();
        string.Join("\n", sources.SelectMany(source => TooLong(source.Path, source.Text))).Should().BeEmpty();
    }

    [Theory]
    [InlineData("\n")]
    [InlineData("\r\n")]
    public void A_line_of_141_columns_is_found_with_its_file_and_number(string end)
    {
        var text = string.Join(end, "// short", new string('x', Most), new string('x', Most + 1), "", $"    {new string('x', Most)}");
        TooLong("planted.cs", text).Should().Equal("planted.cs:3: 141 columns", "planted.cs:5: 144 columns");
    }

    private static IEnumerable<string> TooLong(string path, string text) => text.Split('\n')
        .Select((line, index) => (Number: index + 1, line.TrimEnd('\r').Length))
        .Where(line => line.Length > Most)
        .Select(line => $"{path}:{line.Number}: {line.Length} columns");
}
