using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using ChainBridge.TestKit.Providers;
using Npgsql;

namespace ChainBridge.TestKit.Postgres;

/// <summary>Hands out databases: a template per migration set, built once, and a clone of it per lease.</summary>
public sealed class PostgresLeases(Func<Task<PostgresServer>> server)
{
    private readonly ConcurrentDictionary<string, Lazy<Task<string>>> _templates = new();
    private int _leases;

    /// <summary>A fresh clone of the migrated database.</summary>
    public async Task<DatabaseLease> LeaseAsync(MigrationSet migrations, CancellationToken cancellationToken)
    {
        var running = await server();
        var name = $"{running.NamePrefix}test_{Interlocked.Increment(ref _leases)}_{Guid.NewGuid():N}";
        if (migrations == MigrationSet.Empty)
        {
            // Nothing to be built once: an empty database is the server's own template.
            await ExecuteAsync(running, $"CREATE DATABASE {name}", cancellationToken);
            return new DatabaseLease(Settings(running, name), database => DropAsync(running, database));
        }

        // Not the caller's token: a test that is cancelled must not leave a half-built template to the others.
        var template = await _templates.GetOrAdd(migrations.Key, _ => new(() => BuildTemplateAsync(running, migrations))).Value.WaitAsync(cancellationToken);
        // WAL_LOG needs no checkpoint, and a checkpoint stalls everybody else on the server.
        await ExecuteAsync(running, $"CREATE DATABASE {name} TEMPLATE {template} STRATEGY WAL_LOG", cancellationToken);
        return new DatabaseLease(Settings(running, name), database => DropAsync(running, database));
    }

    private static async Task<string> BuildTemplateAsync(PostgresServer server, MigrationSet migrations)
    {
        var name = $"{server.TemplatePrefix}template_{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(migrations.Key)))[..24]}";
        await ExecuteAsync(server, $"CREATE DATABASE {name}", CancellationToken.None);
        try
        {
            await migrations.ApplyAsync(Settings(server, name).ConnectionString, CancellationToken.None);
        }
        catch (Exception failure)
        {
            await DropAsync(server, name);
            throw new InvalidOperationException($"the migrations '{migrations.Key}' failed on an empty database: {failure.Message}", failure);
        }

        // A template that somebody is connected to cannot be cloned; nobody may connect from here on.
        await ExecuteAsync(server, $"ALTER DATABASE {name} ALLOW_CONNECTIONS false", CancellationToken.None);
        await ExecuteAsync(server, $"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'", CancellationToken.None);
        return name;
    }

    private static async Task DropAsync(PostgresServer server, string name)
    {
        NpgsqlConnection.ClearPool(new NpgsqlConnection(Settings(server, name).ConnectionString));
        await ExecuteAsync(server, $"DROP DATABASE IF EXISTS {name} WITH (FORCE)", CancellationToken.None);
    }

    private static async Task ExecuteAsync(PostgresServer server, string sql, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(Settings(server, server.HomeDatabase).ConnectionString);
        await connection.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static NpgsqlConnectionStringBuilder Settings(PostgresServer server, string database) => server.Settings(database);
}
