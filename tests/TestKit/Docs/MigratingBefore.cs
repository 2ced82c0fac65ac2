using Npgsql;
using Respawn;
using Testcontainers.PostgreSql;
using Testcontainers.Redis;
using Xunit;

namespace ChainBridge.Tests.TestKit.Docs.Before;

/// <summary>What docs/testkit/migrating.md starts from: compiled, not run (abstract).</summary>
public sealed class ShopFixture : IAsyncLifetime
{
    private readonly PostgreSqlContainer _postgres = new PostgreSqlBuilder("postgres:15").Build();
    private readonly RedisContainer _redis = new RedisBuilder("redis:7").Build();
    private Respawner _respawner = null!;

    public string Postgres => _postgres.GetConnectionString();

    public string Redis => _redis.GetConnectionString();

    public async ValueTask InitializeAsync()
    {
        await Task.WhenAll(_postgres.StartAsync(), _redis.StartAsync());
        await using var connection = new NpgsqlConnection(Postgres);
        await connection.OpenAsync();
        await using var migrate = new NpgsqlCommand("CREATE TABLE orders (id int GENERATED ALWAYS AS IDENTITY, name text)", connection);
        await migrate.ExecuteNonQueryAsync();
        _respawner = await Respawner.CreateAsync(connection, new RespawnerOptions { DbAdapter = DbAdapter.Postgres });
    }

    public async Task ResetAsync()
    {
        await using var connection = new NpgsqlConnection(Postgres);
        await connection.OpenAsync();
        await _respawner.ResetAsync(connection);
    }

    public async ValueTask DisposeAsync()
    {
        await _postgres.DisposeAsync();
        await _redis.DisposeAsync();
    }
}

[CollectionDefinition("shop")]
public sealed class ShopCollection : ICollectionFixture<ShopFixture>;

[Collection("shop")]
public abstract class OrderTests(ShopFixture shop) : IAsyncLifetime
{
    public async ValueTask InitializeAsync() => await shop.ResetAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task An_order_is_kept()
    {
        await using var connection = new NpgsqlConnection(shop.Postgres);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        // …
    }
}
