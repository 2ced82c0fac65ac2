using System.Globalization;
using ChainBridge.TestKit.Load;
using Npgsql;
using StackExchange.Redis;

namespace ChainBridge.Bench.LoadServers;

/// <summary>A GET of a value of 5 bytes, over one connection that all share, as StackExchange.Redis does it.</summary>
public sealed class RedisGet : ILoadScenario
{
    /// <summary>The setting with the server's address.</summary>
    public const string Address = "redis";

    private ConnectionMultiplexer? _connection;

    /// <inheritdoc/>
    public async ValueTask SetUpAsync(LoadSetup setup, CancellationToken cancellationToken)
    {
        _connection = await ConnectionMultiplexer.ConnectAsync(setup.Setting(Address));
        await _connection.GetDatabase().StringSetAsync("hello", "hello");
    }

    /// <inheritdoc/>
    public ValueTask RunAsync(LoadUser user, CancellationToken cancellationToken) => user.StepAsync("GET", async _ =>
    {
        if ((await _connection!.GetDatabase().StringGetAsync("hello")).IsNull) throw new InvalidOperationException("the value is gone");
    }, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask CleanUpAsync(CancellationToken cancellationToken)
    {
        if (_connection is not null) await _connection.DisposeAsync();
    }
}

/// <summary>The one statement of <c>pgbench -S -M prepared</c>, over Npgsql's pool.</summary>
public sealed class SelectBalance : ILoadScenario
{
    /// <summary>The setting with the database's connection string.</summary>
    public const string Database = "database";

    /// <summary>Accounts of a pgbench database of scale 1.</summary>
    private const int Accounts = 100_000;

    private NpgsqlDataSource? _source;

    /// <inheritdoc/>
    public ValueTask SetUpAsync(LoadSetup setup, CancellationToken cancellationToken)
    {
        _source = NpgsqlDataSource.Create(setup.Setting(Database));
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask RunAsync(LoadUser user, CancellationToken cancellationToken) => user.StepAsync("SELECT", async stop =>
    {
        await using var command = _source!.CreateCommand("SELECT abalance FROM pgbench_accounts WHERE aid = $1");
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = Random.Shared.Next(1, Accounts + 1) });
        if (await command.ExecuteScalarAsync(stop) is not int) throw new InvalidOperationException(
            string.Create(CultureInfo.InvariantCulture, $"the account of iteration {user.Iteration} is gone"));
    }, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask CleanUpAsync(CancellationToken cancellationToken)
    {
        if (_source is not null) await _source.DisposeAsync();
    }
}
