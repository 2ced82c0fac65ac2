using Npgsql;
using NpgsqlTypes;

namespace ChainBridge.TestKit.Postgres;

/// <summary>
/// Sets a database back to the state it was learned in: rows of that time stay or are restored, later ones go, sequences
/// stand where they stood. Looks into every table, deletes only where there is something to delete, and asks the server
/// once. What a session of the test holds open, or a change of the schema, is refused; sessions that are idle are left alone.
/// </summary>
public sealed class FastReset : IAsyncDisposable
{
    /// <summary>The session's settings; nothing here waits for a lock that a test holds.</summary>
    internal const string SessionOptions = "-c search_path=pg_catalog -c lock_timeout=5s -c statement_timeout=20s";

    private const string Call = "SELECT verdict, mark, ended FROM pg_temp.chainbridge_reset($1::text::xid, $2, $3, $4)";
    private readonly NpgsqlConnection _connection;
    private readonly NpgsqlCommand _reset;

    private FastReset(NpgsqlConnection connection, string baseline, string shape)
    {
        _connection = connection;
        _reset = new NpgsqlCommand(Call, connection) { Parameters = { new() { Value = baseline }, new() { Value = shape }, new() { Value = long.MaxValue }, new() { NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Integer, Value = DBNull.Value } } };
    }

    /// <summary>Learns the database as it is now; call it once, after the migrations. Keeps one connection to it until disposed.</summary>
    /// <exception cref="LeaseException">The schema has triggers or large objects, and the user is no superuser.</exception>
    public static async Task<FastReset> ForAsync(DatabaseLease database, CancellationToken cancellationToken)
    {
        var settings = new NpgsqlConnectionStringBuilder(database.ConnectionString) { Pooling = false, ApplicationName = "chainbridge-reset", Options = SessionOptions };
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
    /// <exception cref="LeaseException">It cannot be set back; says why.</exception>
    public async Task ResetAsync(CancellationToken cancellationToken)
    {
        if (await TryAsync(long.MaxValue, spared: null, cancellationToken) is { } why) throw new LeaseException($"the database {_connection.Database} cannot be set back: {why}");
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _reset.DisposeAsync();
        await _connection.DisposeAsync();
    }

    /// <summary>On a connection that becomes its own. With a script of another clone of the same template nothing is learned again.</summary>
    internal static async Task<FastReset> OnAsync(NpgsqlConnection connection, ResetScript? known, CancellationToken cancellationToken)
    {
        var free = await FreeAsync(connection, cancellationToken);
        var script = known ?? await ResetScript.LearnAsync(connection, free, cancellationToken);
        await using (var make = new NpgsqlCommand(script.Sql, connection)) await make.ExecuteNonQueryAsync(cancellationToken);
        await using var mark = new NpgsqlCommand("SELECT pg_current_xact_id()::xid::text", connection);
        var baseline = (string)(await mark.ExecuteScalarAsync(cancellationToken))!;
        await using var shape = new NpgsqlCommand("SELECT pg_temp.chainbridge_shape($1::text::xid)", connection) { Parameters = { new() { Value = baseline } } };
        var reset = new FastReset(connection, baseline, (string)(await shape.ExecuteScalarAsync(cancellationToken))!);
        await reset._reset.PrepareAsync(cancellationToken);
        return reset;
    }

    /// <summary>How many times sessions had to be ended.</summary>
    internal int Endings { get; private set; }

    /// <summary>Null when it is set back; otherwise why it cannot be.</summary>
    /// <param name="room">Bytes that a table to be emptied may take at most: beyond, a new database is cheaper.</param>
    /// <param name="spared">Which idle sessions are left alone, every other one is ended; null: all are.</param>
    internal async Task<string?> TryAsync(long room, int[]? spared, CancellationToken cancellationToken)
    {
        (_reset.Parameters[2].Value, _reset.Parameters[3].Value) = (room, (object?)spared ?? DBNull.Value);
        try
        {
            await using var reader = await _reset.ExecuteReaderAsync(cancellationToken);
            await reader.ReadAsync(cancellationToken);
            if (!reader.IsDBNull(0)) return reader.GetString(0);
            // What this reset restored is older than whatever the next test writes.
            _reset.Parameters[0].Value = reader.GetString(1);
            if (reader.GetBoolean(2)) Endings++;
            return null;
        }
        catch (NpgsqlException failure) when (failure is PostgresException || failure.InnerException is TimeoutException || PostgresAdmin.IsLoss(failure))
        {
            return failure is PostgresException said ? $"{said.SqlState}: {said.MessageText}" : failure.Message;
        }
    }

    /// <summary>Whether the session fires no triggers from here on: superusers may say so.</summary>
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
