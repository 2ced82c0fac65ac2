using ChainBridge.TestKit;
using ChainBridge.TestKit.Assertions;
using FluentAssertions;
using Npgsql;
using StackExchange.Redis;
using Xunit;
using static ChainBridge.Tests.TestKit.Assertions.Databases;

namespace ChainBridge.Tests.TestKit.Assertions;

public sealed class LeftoverTests(TestEnvironment environment)
{
    [Fact]
    public async Task Only_rows_beyond_the_baseline_are_left_over_and_the_newest_are_shown()
    {
        await using var database = await environment.WithAsync(Shop);
        await database.Should().HaveNoLeftoverRowsAsync(Stop);
        await database.ExecuteAsync("INSERT INTO customers (name) VALUES ('Seed')");
        var seeded = await RowBaseline.OfAsync(database, Stop);
        await database.Should().HaveNoLeftoverRowsAsync(Stop, seeded);

        await database.ExecuteAsync("INSERT INTO customers (name) VALUES ('Ada {1}'); INSERT INTO archive.orders (id, customer, total) "
            + "SELECT 1000 + n, 1, n FROM generate_series(1, 5) n");

        (await FailureAsync(() => database.Should().HaveNoLeftoverRowsAsync(Stop, seeded, because: "each test cleans up"))).Should().Be("""
            Expected the database to have no leftover rows because each test cleans up, but:
              archive.orders holds 5, 5 more than the 0 of the baseline:
                {"id":1005,"customer":1,"total":5.00,"twice":10.00}
                {"id":1004,"customer":1,"total":4.00,"twice":8.00}
                {"id":1003,"customer":1,"total":3.00,"twice":6.00}
              public.customers holds 2, 1 more than the 1 of the baseline:
                {"id":2,"name":"Ada {1}","mood":"calm"}
            """);
        (await FailureAsync(() => database.Should().HaveNoLeftoverRowsAsync(Stop, ignoreTables: ["customers"])))
            .Should().Contain("archive.orders").And.NotContain("customers holds");
    }

    [Fact]
    public async Task A_session_that_was_forgotten_is_named_with_what_it_did_last()
    {
        await using var database = await environment.WithAsync("SELECT 1");
        await database.Should().HaveNoOpenConnectionsAsync(Stop);
        await using var forgotten = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(database.ConnectionString) { ApplicationName = "billing", Pooling = false }.ConnectionString);
        await forgotten.OpenAsync(Stop);
        await using (var last = new NpgsqlCommand("SELECT 'the last   word'", forgotten)) await last.ExecuteScalarAsync(Stop);

        var failure = await FailureAsync(() => database.Should()
            .HaveNoOpenConnectionsAsync(Stop, TimeSpan.FromMilliseconds(200), "the service is stopped"));

        failure.Should().Contain($"no session is connected to the database {database.Database}").And.MatchRegex(
            "pid [0-9]+, billing, from .*, idle for [0-9]+ s: SELECT 'the last word'").And.Contain("because the service is stopped");
        await forgotten.DisposeAsync();
        await database.Should().HaveNoOpenConnectionsAsync(Stop);
    }

    [Fact]
    public async Task Keys_that_were_left_are_named_with_type_and_time_to_live()
    {
        await using var cache = await environment.Redis.LeaseAsync(Stop);
        await cache.Should().HaveNoKeysAsync(Stop);
        await using var redis = await ConnectionMultiplexer.ConnectAsync(cache.ConnectionString);
        var keys = redis.GetDatabase(cache.Database);
        await keys.ListRightPushAsync("job:1", "x");
        (await FailureAsync(() => cache.Should().HaveNoKeysAsync(Stop)))
            .Should().Be("Expected the key space to have no keys, but:\n  job:1, a list, never expires");
        await cache.Should().HaveNoKeysAsync(Stop, "session:*");
        for (var number = 0; number < 4; number++) await keys.StringSetAsync($"session:{number}", "x", TimeSpan.FromHours(1));
        (await FailureAsync(() => cache.Should().HaveNoKeysAsync(Stop, "session:*")))
            .Should().Contain("a string, expires in ").And.EndWith("and 1 more");
    }

    [Fact]
    public async Task Of_a_prefix_only_the_lease_s_own_keys_count()
    {
        await using var cache = await environment.Redis.LeaseAsync(new KeySpaceOptions { KeySpace = KeySpace.Prefix }, Stop);
        await using var other = await environment.Redis.LeaseAsync(new KeySpaceOptions { KeySpace = KeySpace.Prefix }, Stop);
        await using var redis = await ConnectionMultiplexer.ConnectAsync(other.ConnectionString);
        await redis.GetDatabase(other.Database).StringSetAsync($"{other.KeyPrefix}left", "x");
        await cache.Should().HaveNoKeysAsync(Stop);
        (await FailureAsync(() => other.Should().HaveNoKeysAsync(Stop)))
            .Should().Contain($"{other.KeyPrefix}left, a string, never expires");
    }
}
