using ChainBridge.TestKit;
using Npgsql;
using StackExchange.Redis;
using Xunit;

namespace ChainBridge.Tests.TestKit.Sample;

/// <summary>An ordinary test with a database and a key space; the memory of a run is measured with it.</summary>
[Isolation(Isolation.Clone)]
[KeySpace(KeySpace.Number)]
public sealed class TakesBoth(TestEnvironment environment)
{
    [Fact]
    public async Task And_uses_them()
    {
        var stop = TestContext.Current.CancellationToken;
        var database = await environment.Postgres.LeaseAsync(
            MigrationSet.FromScripts(new MigrationScript("001_things", "CREATE TABLE things (name text)")), stop);
        var keys = await environment.Redis.LeaseAsync(stop);
        await using var connection = await database.OpenAsync(stop);
        await using var command = new NpgsqlCommand("SELECT count(*) FROM things", connection);
        Assert.Equal(0L, await command.ExecuteScalarAsync(stop));
        await using var redis = await ConnectionMultiplexer.ConnectAsync(keys.ConnectionString);
        Assert.True(await redis.GetDatabase().StringSetAsync("key", "value"));
    }
}
