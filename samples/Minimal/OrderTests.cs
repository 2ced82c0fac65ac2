using ChainBridge.TestKit;
using ChainBridge.TestKit.Assertions;
using ChainBridge.TestKit.Postgres;
using Npgsql;
using StackExchange.Redis;
using Xunit;

[assembly: AssemblyFixture(typeof(TestEnvironment))]

public sealed class OrderTests(TestEnvironment environment)
{
    [Fact]
    public async Task An_order_is_stored_and_leaves_nothing_in_the_cache()
    {
        var stop = TestContext.Current.CancellationToken;
        await using var database = await environment.Postgres.LeaseAsync(new MigrationSet("orders:1", MigrateAsync), stop);
        await using var cache = await environment.Redis.LeaseAsync(stop);
        await using var redis = await ConnectionMultiplexer.ConnectAsync(cache.ConnectionString);
        await database.Should().HaveNoLeftoverRowsAsync(stop);
        await redis.GetDatabase().StringSetAsync("order:1", "tea", TimeSpan.FromMilliseconds(100));
        await Eventually.HoldsAsync(async _ => !await redis.GetDatabase().KeyExistsAsync("order:1"), "the order has expired", TimeSpan.FromSeconds(10), stop);
        await cache.Should().HaveNoKeysAsync(stop);
    }

    private static async Task MigrateAsync(string database, CancellationToken stop)
    {
        await using var source = NpgsqlDataSource.Create(database);
        await source.CreateCommand("CREATE TABLE orders (id int)").ExecuteNonQueryAsync(stop);
    }
}
