using ChainBridge.TestKit.Postgres;
using Npgsql;
using NpgsqlTypes;

namespace ChainBridge.TestKit;

/// <summary>
/// Sets a database back to the state it was learned in: rows of that time stay or are restored, later ones go, sequences
/// stand where they stood. Looks into every table, deletes only where there is something to delete, and asks the server
/// once. What a session of the test holds open, or a change of the schema, is refused; sessions that are idle are left alone.
/// </summary>
public sealed class FastReset : IAsyncDisposable
{
    /// <summary>
    /// The session's settings; nothing here waits for a lock that a test holds, and rows that row security hides are an error.
    /// </summary>
    internal const string SessionOptions = "-c search_path=pg_catalog -c row_security=off -c lock_timeout=5s -c statement_timeout=20s";

    /// <summary>The first version that reports at once how many sessions a database had; 14 waits for a process that gathers it.</summary>
    internal const int CountsSessions = 15;

    private const string Call =
        "SELECT verdict, mark, ended, sessions, server FROM pg_temp.chainbridge_reset($1::text::xid, $2, $3, $4, $5)";
    private readonly NpgsqlConnection _connection;
    private readonly NpgsqlCommand _reset;

    private FastReset(NpgsqlConnection connection, string baseline, (string Shape, string Rewritten, long? Sessions) look)
    {
        (_connection, Sessions) = (connection, look.Sessions);
        _reset = new NpgsqlCommand(Call, connection)
        {
            Parameters = { new() { Value = baseline }, new() { Value = look.Shape }, new() { Value = look.Rewritten },
                new() { Value = long.MaxValue }, new() { NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Integer, Value = DBNull.Value } }
        };
    }

    /// <summary>Learns the database as it is now; call it once, after the migrations. Keeps one connection to it until disposed.</summary>
    /// <exception cref="LeaseException">
    /// The schema has triggers, large objects or forced row security, and the user is no superuser.
    /// </exception>
    public static async Task<FastReset> ForAsync(DatabaseLease database, CancellationToken cancellationToken)
    {
        var settings = new NpgsqlConnectionStringBuilder(database.ConnectionString)
        {
            Pooling = false,
            ApplicationName = "chainbridge-reset",
            Options = SessionOptions
        };
        var connection = new NpgsqlConnection(settings.ConnectionString);
        try
        {
            await connection.OpenAsync(cancellationToken);
            return await OnAsync(connection, null, cancellationToken);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>Sets it back.</summary>
    /// <exception cref="LeaseException">It cannot be set back; the message gives the reason.</exception>
    public async Task ResetAsync(CancellationToken cancellationToken)
    {
        if (await TryAsync(long.MaxValue, spared: null, cancellationToken) is { } why)
            throw new LeaseException($"the database {_connection.Database} cannot be set back: {why}");
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _reset.DisposeAsync();
        await _connection.DisposeAsync();
    }

    /// <summary>
    /// On a connection that becomes its own. With a script of another clone of the same template nothing is learned again.
    /// </summary>
    internal static async Task<FastReset> OnAsync(NpgsqlConnection connection, ResetScript? known, CancellationToken cancellationToken)
    {
        var free = await FreeAsync(connection, cancellationToken);
        var script = known ?? await ResetScript.LearnAsync(connection, free, serverState: null, cancellationToken);
        await using (var make = new NpgsqlCommand(script.Sql, connection)) await make.ExecuteNonQueryAsync(cancellationToken);
        await using var mark = new NpgsqlCommand("SELECT pg_current_xact_id()::xid::text", connection);
        var baseline = (string)(await mark.ExecuteScalarAsync(cancellationToken))!;
        await using var look = new NpgsqlCommand(Look(connection.PostgreSqlVersion.Major),
            connection) { Parameters = { new() { Value = baseline } } };
        var reset = new FastReset(connection, baseline, await LookAsync(look, cancellationToken));
        await reset._reset.PrepareAsync(cancellationToken);
        return reset;
    }

    /// <summary>How many sessions the database had so far, ours included, after the last reset; null on servers before 15.</summary>
    internal long? Sessions { get; private set; }

    /// <summary>How the server stood at the last reset, where its script asks for that.</summary>
    internal string? ServerState { get; private set; }

    /// <summary>How many times sessions had to be ended.</summary>
    internal int Endings { get; private set; }

    /// <summary>Null when it is set back; otherwise why it cannot be.</summary>
    /// <param name="room">Bytes that a table to be emptied may take at most: beyond, a new database is cheaper.</param>
    /// <param name="spared">Which idle sessions are left alone, every other one is ended; null: all are.</param>
    internal async Task<string?> TryAsync(long room, int[]? spared, CancellationToken cancellationToken)
    {
        ServerState = null;
        (_reset.Parameters[3].Value, _reset.Parameters[4].Value) = (room, (object?)spared ?? DBNull.Value);
        try
        {
            await using var reader = await _reset.ExecuteReaderAsync(cancellationToken);
            await reader.ReadAsync(cancellationToken);
            if (!reader.IsDBNull(0)) return reader.GetString(0);
            // What this reset restored is older than whatever the next test writes.
            _reset.Parameters[0].Value = reader.GetString(1);
            if (reader.GetBoolean(2)) Endings++;
            (Sessions, ServerState) = (reader.IsDBNull(3) ? null : reader.GetInt64(3), reader.IsDBNull(4) ? null : reader.GetString(4));
            return null;
        }
        catch (NpgsqlException failure)
            when (failure is PostgresException || failure.InnerException is TimeoutException || PostgresAdmin.IsLoss(failure))
        {
            return failure is PostgresException error ? $"{error.SqlState}: {error.MessageText}" : failure.Message;
        }
    }

    private static string Look(int version) => "SELECT pg_temp.chainbridge_shape($1::text::xid), pg_temp.chainbridge_rewritten(), "
        + (version >= CountsSessions
            ? "pg_stat_get_db_sessions((SELECT oid FROM pg_database WHERE datname = current_database()))"
            : "NULL::bigint");

    private static async Task<(string Shape, string Rewritten, long? Sessions)> LookAsync(
        NpgsqlCommand look, CancellationToken cancellationToken)
    {
        await using var reader = await look.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return (reader.GetString(0), reader.GetString(1), reader.IsDBNull(2) ? null : reader.GetInt64(2));
    }

    /// <summary>Whether the session fires no triggers from here on; only superusers may set that.</summary>
    internal static async Task<bool> FreeAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        try
        {
            await using var command = new NpgsqlCommand("SET session_replication_role = replica", connection);
            await command.ExecuteNonQueryAsync(cancellationToken);
            return true;
        }
        catch (PostgresException denied) when (denied.SqlState == PostgresErrorCodes.InsufficientPrivilege)
        {
            return false;
        }
    }
}
