using ChainBridge.TestKit;
using ChainBridge.TestKit.Assertions;
using StackExchange.Redis;
using Xunit;

[assembly: AssemblyFixture(typeof(TestEnvironment))]
[assembly: TestFramework(typeof(BudgetFramework))]

public sealed class OrderTests(TestEnvironment environment)
{
    private static readonly MigrationSet Shop =
        MigrationSet.FromScripts(new MigrationScript("001_orders", "CREATE TABLE orders (id int PRIMARY KEY)"));

    [Fact]
    public async Task A_test_has_a_database_and_a_key_space_to_itself()
    {
        var stop = TestContext.Current.CancellationToken;
        await using var database = await environment.Postgres.LeaseAsync(Shop, stop);
        await using var cache = await environment.Redis.LeaseAsync(stop);
        await using var redis = await ConnectionMultiplexer.ConnectAsync(cache.ConnectionString);
        await database.Should().HaveNoLeftoverRowsAsync(stop);
        await redis.GetDatabase().StringSetAsync("order:1", "tea", TimeSpan.FromMilliseconds(100));
        await Eventually.HoldsAsync(async _ => !await redis.GetDatabase().KeyExistsAsync("order:1"), "the order has expired",
            TimeSpan.FromSeconds(10), stop);
        await cache.Should().HaveNoKeysAsync(stop);
    }
}
