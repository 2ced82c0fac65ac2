using ChainBridge.Engine.Gates;
using ChainBridge.Engine.Gates.Formats;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.Engine.Gates;

/// <summary>Which files a pattern finds.</summary>
public sealed class ResultSearchTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("search-");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("**/TEST-*.xml", "TEST-top.xml app/build/test-results/test/TEST-shop.app.CartTest.xml "
        + "domain/build/test-results/test/TEST-shop.domain.PriceTest.xml")]
    [InlineData("*/build/**/TEST-*.xml",
        "app/build/test-results/test/TEST-shop.app.CartTest.xml domain/build/test-results/test/TEST-shop.domain.PriceTest.xml")]
    [InlineData("a?p/build/test-results/test/*.xml", "app/build/test-results/test/TEST-shop.app.CartTest.xml")]
    [InlineData("./app/../domain/**/*.xml", "domain/build/test-results/test/TEST-shop.domain.PriceTest.xml")]
    [InlineData("domain/**", "domain/build/test-results/test/TEST-shop.domain.PriceTest.xml domain/build/test-results/test/output.txt")]
    [InlineData("**/*.{xml}", "")]
    [InlineData("*.xml", "TEST-top.xml")]
    [InlineData("TEST-top.xml", "TEST-top.xml")]
    [InlineData("**/build/**/test/**/TEST-*Cart*.xml", "app/build/test-results/test/TEST-shop.app.CartTest.xml")]
    public void Wildcards_stand_for_names_and_two_stars_for_folders(string pattern, string expected)
    {
        Write("TEST-top.xml", "app/build/test-results/test/TEST-shop.app.CartTest.xml",
            "domain/build/test-results/test/TEST-shop.domain.PriceTest.xml", "domain/build/test-results/test/output.txt");
        Find(pattern).Should().Equal(expected.Split(' ', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public void Links_to_folders_are_followed_and_neither_go_round_in_circles_nor_count_a_file_twice()
    {
        Write("run-5/a.xml");
        Directory.CreateSymbolicLink(Path.Combine(_folder.FullName, "latest"), "run-5");
        Directory.CreateSymbolicLink(Path.Combine(_folder.FullName, "run-5", "loop"), "..");
        File.CreateSymbolicLink(Path.Combine(_folder.FullName, "run-5", "newest.xml"), "a.xml");
        Find("**/*.xml").Should().Equal("run-5/a.xml");
        Find("latest/*.xml").Should().Equal("latest/a.xml");
        Find("*/a.xml").Should().Equal("run-5/a.xml");
    }

    [Fact]
    public void A_link_to_a_folder_elsewhere_hides_no_result()
    {
        var elsewhere = Directory.CreateTempSubdirectory("search-");
        File.WriteAllText(Path.Combine(elsewhere.FullName, "red.xml"), "");
        Directory.CreateSymbolicLink(Path.Combine(_folder.FullName, "module"), elsewhere.FullName);
        Find("**/*.xml").Should().Equal("module/red.xml");
        elsewhere.Delete(recursive: true);
    }

    [Fact]
    public void A_pattern_that_finds_nothing_fails_with_what_stands_there_instead()
    {
        Write("app/results.json", "app/output.txt");
        ResultSearch.Find(_folder.FullName, "**/*.xml", Stop).Searched.Should().Contain("2 other files: app/output.txt, app/results.json");
        ResultSearch.Find(_folder.FullName, "build/*.xml", Stop).Searched.Should().Contain($"there is no {_folder.FullName}/build");
        ResultSearch.Find(Path.Combine(_folder.FullName, "nowhere"), "**/*.xml", Stop).Searched.Should().Contain("nowhere");
    }

    [Fact]
    public void A_folder_that_stands_where_the_file_should_be_is_called_a_folder()
    {
        Write("report.xml/index.html");
        ResultSearch.Find(_folder.FullName, "report.xml", Stop).Searched.Should().Contain("report.xml is a folder");
    }

    [Fact]
    public void A_backslash_is_a_character_of_a_name_like_others()
    {
        Write(@"shop\cart.xml");
        Find(@"shop\*.xml").Should().Equal(@"shop\cart.xml");
    }

    [Fact]
    public void A_tree_without_end_is_refused()
    {
        Directory.CreateDirectory(Path.Combine(_folder.FullName, string.Join('/', Enumerable.Repeat("d", ResultSearch.Deepest + 2))));
        this.Invoking(test => test.Find("**/*.xml")).Should().Throw<ResultFileException>().WithMessage("*folders deep*");
    }

    private void Write(params string[] files)
    {
        foreach (var file in files.Select(file => Path.Combine(_folder.FullName, file)))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, "");
        }
    }

    private IEnumerable<string> Find(string pattern) => ResultSearch.Find(_folder.FullName, pattern, Stop)
        .Files.Select(file => Path.GetRelativePath(_folder.FullName, Path.GetFullPath(file)));
}
