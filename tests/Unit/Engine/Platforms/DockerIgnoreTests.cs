using ChainBridge.Engine.Platforms;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.Engine.Platforms;

public sealed class DockerIgnoreTests
{
    [Theory]
    [InlineData("tests", "tests/one.py", true)]
    [InlineData("tests/", "tests/deep/one.py", true)]
    [InlineData("/tests", "tests/one.py", true)]
    [InlineData("tests", "app/tests/one.py", false)]
    [InlineData("**/tests", "app/tests/one.py", true)]
    [InlineData("**/*.md", "README.md", true)]
    [InlineData("*.md", "docs/README.md", false)]
    [InlineData("*/*.md", "docs/README.md", true)]
    [InlineData("docs/**", "docs/a/b.md", true)]
    [InlineData("a?c", "abc", true)]
    [InlineData("a?c", "a/c", false)]
    [InlineData("[ab].txt", "b.txt", true)]
    [InlineData("[^ab].txt", "b.txt", false)]
    [InlineData("# tests", "# tests", false)]
    [InlineData("a.b", "axb", false)]
    public void A_pattern_leaves_out_what_Docker_would_leave_out(string pattern, string file, bool ignored) =>
        new DockerIgnore([pattern]).Ignores(file).Should().Be(ignored);

    [Fact]
    public void The_last_pattern_that_matches_decides()
    {
        var ignore = new DockerIgnore(["*", "!src", "src/*.log", "", "!src/keep.log"]);
        ignore.Ignores("README.md").Should().BeTrue();
        ignore.Ignores("src/app.py").Should().BeFalse();
        ignore.Ignores("src/one.log").Should().BeTrue();
        ignore.Ignores("src/keep.log").Should().BeFalse();
    }
}
