using ChainBridge.TestKit;
using ChainBridge.TestKit.Postgres;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.TestKit.Postgres;

/// <summary>What is chosen before any server is asked.</summary>
public sealed class PostgresOptionsTests
{
    private const string Mounts =
        "overlay / overlay rw 0 0\ntmpfs /dev/shm tmpfs rw 0 0\n/dev/vda /data ext4 rw 0 0\ntmpfs /data/fast tmpfs rw 0 0\n";

    [Theory]
    [InlineData("/dev/shm/cb-pg-1/data", " STRATEGY FILE_COPY")]
    [InlineData("/data/fast", " STRATEGY FILE_COPY")]
    [InlineData("/data/faster/than", " STRATEGY WAL_LOG")]
    [InlineData("/data/pg", " STRATEGY WAL_LOG")]
    [InlineData("/var/lib/postgresql", " STRATEGY WAL_LOG")]
    public void Files_are_copied_on_a_RAM_disk_only(string folder, string clause) =>
        CloneStrategy.Choose(150018, (folder, Mounts)).Should().Be(clause);

    [Fact]
    public void Where_the_disk_is_not_known_or_the_server_is_old_nothing_is_risked()
    {
        CloneStrategy.Choose(160000, null).Should().Be(" STRATEGY WAL_LOG");
        CloneStrategy.Choose(140000, ("/data/fast", Mounts)).Should().BeEmpty();
    }

    [Fact]
    public void The_environment_sets_the_pool_and_whether_failed_databases_are_kept()
    {
        PostgresOptions.From(_ => null).Should().Be(new PostgresOptions { WarmDatabases = 4, KeepFailed = false });
        PostgresOptions.From(name => name == "CHAINBRIDGE_WARM_DATABASES" ? "0" : "1")
            .Should().Be(new PostgresOptions { WarmDatabases = 0, KeepFailed = true });
    }

    [Theory]
    [InlineData("65")]
    [InlineData("-1")]
    [InlineData("many")]
    public void A_pool_size_that_is_none_is_refused_with_what_would_be_one(string text)
    {
        var read = () => PostgresOptions.From(name => name == "CHAINBRIDGE_WARM_DATABASES" ? text : null);
        read.Should().Throw<LeaseException>().WithMessage($"CHAINBRIDGE_WARM_DATABASES={text}: give a number from 0 to 64");
        var set = () => new PostgresOptions { WarmDatabases = 65 };
        set.Should().Throw<ArgumentOutOfRangeException>();
    }
}
