using ChainBridge.TestKit;
using ChainBridge.Tests.TestKit.Infrastructure;
using FluentAssertions;
using Npgsql;
using StackExchange.Redis;
using Xunit;

namespace ChainBridge.Tests.TestKit.Docs;

/// <summary>The examples of docs/testkit/isolation.md.</summary>
[EveryProvider]
public sealed class IsolationExamples(TestEnvironment environment)
{
    private static MigrationSet Migrations { get; } = MigrationSet.FromScripts(
        new("001_orders", "CREATE TABLE orders (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, item text NOT NULL)"),
        new("002_first_order", "INSERT INTO orders (item) VALUES ('a seed that every test finds')"));

    [Fact]
    [Isolation(Isolation.Reset)]
    public async Task An_order_is_kept()
    {
        var stop = TestContext.Current.CancellationToken;
        await using var database = await environment.Postgres.LeaseAsync(Migrations, stop);
        await using var connection = await database.OpenAsync(stop);
        await using var insert = new NpgsqlCommand("INSERT INTO orders (item) VALUES ('tea') RETURNING id", connection);
        (await insert.ExecuteScalarAsync(stop)).Should().Be(2);
    }

    [Fact]
    [Isolation(Isolation.Transaction)]
    public async Task An_order_is_counted()
    {
        var stop = TestContext.Current.CancellationToken;
        await using var database = await environment.Postgres.LeaseAsync(Migrations, stop);
        await using var count = new NpgsqlCommand("SELECT count(*) FROM orders", database.Connection);
        (await count.ExecuteScalarAsync(stop)).Should().Be(1L);
    }

    [Fact]
    public async Task Many_rounds_share_a_database()
    {
        var stop = TestContext.Current.CancellationToken;
        await using var database = await environment.Postgres.LeaseAsync(Migrations,
            new LeaseOptions { Isolation = Isolation.Clone }, stop);
        await using var reset = await FastReset.ForAsync(database, stop);
        for (var round = 0; round < 3; round++)
        {
            await Postgres.Databases.ExecuteAsync(database, "DELETE FROM orders; INSERT INTO orders (item) VALUES ('coffee')");
            await reset.ResetAsync(stop);
        }

        (await Postgres.Databases.CountAsync(database, "SELECT count(*) FROM orders WHERE item LIKE 'a seed%'")).Should().Be(1);
    }
}

/// <summary>The examples of docs/testkit/redis.md.</summary>
[EveryProvider]
public sealed class KeySpaceExamples(TestEnvironment environment)
{
    [Fact]
    public async Task A_number()
    {
        var stop = TestContext.Current.CancellationToken;
        await using var cache = await environment.Redis.LeaseAsync(stop);
        await using var connection = await ConnectionMultiplexer.ConnectAsync(cache.ConnectionString);
        await connection.GetDatabase().StringSetAsync("greeting", "hello");
    }

    [Fact]
    [KeySpace(KeySpace.Prefix)]
    [NotOn("embedded")]
    public async Task A_prefix()
    {
        var stop = TestContext.Current.CancellationToken;
        Assert.SkipWhen(await environment.LacksAsync(Capability.RedisKeyPrefixes, stop) is not null,
            "not on this provider: its Redis cannot guard a prefix");
        await using var cache = await environment.Redis.LeaseAsync(stop);
        await using var connection = await ConnectionMultiplexer.ConnectAsync(cache.ConnectionString);
        await connection.GetDatabase().StringSetAsync(cache.KeyPrefix + "greeting", "hello");
    }
}
