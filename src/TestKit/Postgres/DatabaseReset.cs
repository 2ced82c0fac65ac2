using Npgsql;
using Respawn;

namespace ChainBridge.TestKit;

/// <summary>The other way to isolate: one database for many tests, emptied between them by Respawn.</summary>
public sealed class DatabaseReset
{
    private readonly Respawner _respawner;
    private readonly string _connectionString;

    private DatabaseReset(Respawner respawner, string connectionString) => (_respawner, _connectionString) = (respawner, connectionString);

    /// <summary>Learns the tables of the database; call it once, after the migrations.</summary>
    /// <param name="keep">Tables whose rows stay, e.g. the migrations' journal.</param>
    public static async Task<DatabaseReset> ForAsync(
        DatabaseLease database, IReadOnlyCollection<string> keep, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        var options = new RespawnerOptions
        {
            DbAdapter = DbAdapter.Postgres,
            SchemasToInclude = ["public"],
            TablesToIgnore = [.. keep.Select(table => new Respawn.Graph.Table(table))],
            WithReseed = true
        };
        return new(await Respawner.CreateAsync(connection, options), database.ConnectionString);
    }

    /// <summary>Empties every table that is not kept and restarts its identities.</summary>
    public async Task ResetAsync(CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(_connectionString);
        await connection.OpenAsync(cancellationToken);
        await _respawner.ResetAsync(connection);
    }
}
