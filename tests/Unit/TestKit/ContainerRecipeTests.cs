using ChainBridge.TestKit.Providers.Docker;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.TestKit;

public sealed class ContainerRecipeTests
{
    [Fact]
    public void An_image_that_starts_as_the_public_ones_do_is_started_the_quick_way()
    {
        var parameters = ContainerRecipe.Postgres("postgres:15", "secret")
            .Parameters(new Dictionary<string, string>(), "127.0.0.1", new(["docker-entrypoint.sh"]));
        parameters.Entrypoint.Should().HaveCount(4).And.HaveElementAt(0, "/bin/sh");
        // An image with scripts of its own is left to its own start, from within.
        parameters.Entrypoint[2].Should().Contain("/docker-entrypoint-initdb.d").And.Contain("exec docker-entrypoint.sh postgres \"$@\"")
            .And.NotContain("secret");
    }

    [Theory]
    [InlineData(null)]
    [InlineData("/opt/other/start.sh")]
    public void Any_other_image_keeps_its_own_start(string? entrypoint) =>
        ContainerRecipe.Postgres("mine:1", "secret").Parameters(new Dictionary<string, string>(), "127.0.0.1",
            new(entrypoint is null ? null : [entrypoint])).Entrypoint.Should().BeNullOrEmpty();

    [Fact]
    public void Redis_keeps_its_own_start() => ContainerRecipe.Redis("redis:7", 16)
        .Parameters(new Dictionary<string, string>(), "127.0.0.1", new(["docker-entrypoint.sh"])).Entrypoint.Should().BeNullOrEmpty();

    [Theory]
    [InlineData("redis-server /etc/redis.conf --maxmemory 8mb", true)]
    [InlineData("/usr/bin/redis-server", true)]
    [InlineData("--maxmemory 8mb", true)]
    [InlineData("/etc/redis.conf", true)]
    [InlineData("sh -c redis-server", false)]
    [InlineData("", false)]
    public void Settings_of_an_images_CMD_are_kept_and_ours_come_last(string command, bool kept)
    {
        string[] image = command.Split(' ', StringSplitOptions.RemoveEmptyEntries), ours = ["--databases", "16", "--save", ""];
        ContainerRecipe.Redis("redis:7", 16)
            .Parameters(new Dictionary<string, string>(), "127.0.0.1", new(["docker-entrypoint.sh"], image)).Cmd
            .Should().Equal(kept ? [.. image, .. ours] : ours);
    }
}
