using System.Collections.Concurrent;
using System.Data;
using Npgsql;

namespace ChainBridge.TestKit.Postgres;

/// <summary>Databases with one connection each, closed to every other one: what is never committed there needs no removal.</summary>
internal sealed class TransactionPool(PostgresAdmin admin, ClonePool clones)
{
    private readonly ConcurrentStack<SoleConnection> _idle = new();

    public async Task<SoleConnection> TakeAsync(CancellationToken cancellationToken)
    {
        if (!_idle.TryPop(out var sole))
        {
            var name = await clones.TakeAsync(cancellationToken);
            sole = new SoleConnection(name, await admin.ConnectAsync($"connecting to {name}", name, "", cancellationToken));
            await admin.ExecuteAsync($"closing {name} to further connections", $"ALTER DATABASE {name} ALLOW_CONNECTIONS false",
                cancellationToken);
        }

        await admin.GuardAsync($"beginning the transaction in {sole.Name}", () => sole.BeginAsync(cancellationToken), cancellationToken);
        return sole;
    }

    public void Return(SoleConnection sole) => _idle.Push(sole);

    /// <summary>How the transaction of this number stands: <c>in progress</c>, <c>committed</c> or <c>aborted</c>.</summary>
    public async Task<string> StatusAsync(string transaction, CancellationToken cancellationToken) =>
        (await admin.ReadAsync("asking how the test's transaction stands", $"SELECT pg_xact_status('{transaction}'::xid8)",
            cancellationToken))[0];

    /// <summary>Closes what is idle; answers the names of the databases.</summary>
    public async Task<IReadOnlyList<string>> EndAsync()
    {
        var names = new List<string>();
        while (_idle.TryPop(out var sole))
        {
            await sole.DisposeAsync();
            names.Add(sole.Name);
        }

        return names;
    }
}

/// <summary>The one connection of a database, and the transaction that a test works in.</summary>
internal sealed class SoleConnection(string name, NpgsqlConnection connection) : IAsyncDisposable
{
    private const string Mark = "chainbridge_test";
    private const string Asked = "chainbridge_end";

    private const string Deferrable = """
        SELECT DISTINCT c.conname::text, pg_catalog.format('%I.%I', n.nspname, c.conname)
        FROM pg_catalog.pg_constraint c JOIN pg_catalog.pg_namespace n ON n.oid = c.connamespace WHERE c.condeferrable ORDER BY 1
        """;

    public string Name => name;

    public NpgsqlConnection Connection => connection;

    public string Transaction { get; private set; } = "";

    public async Task<bool> BeginAsync(CancellationToken cancellationToken)
    {
        // Through Npgsql, so that it refuses a second one: a nested BEGIN would let a nested COMMIT end ours.
        await connection.BeginTransactionAsync(cancellationToken);
        await using var number = new NpgsqlCommand($"SAVEPOINT {Mark}; SELECT pg_current_xact_id()::text", connection);
        Transaction = (string)(await number.ExecuteScalarAsync(cancellationToken))!;
        return true;
    }

    /// <summary>
    /// The violation that deferred constraints and constraint triggers would report if the transaction were committed; null when
    /// they hold. After an error, or when the test has ended the transaction itself, there is nothing to ask.
    /// </summary>
    public async Task<string?> ViolationAsync(CancellationToken cancellationToken)
    {
        if (connection.State != ConnectionState.Open) return null;
        try
        {
            await ExecuteAsync($"SET LOCAL statement_timeout = 0; SAVEPOINT {Asked}; SET CONSTRAINTS ALL IMMEDIATE", cancellationToken);
            return null;
        }
        catch (PostgresException none)
            when (none.SqlState is PostgresErrorCodes.InFailedSqlTransaction or PostgresErrorCodes.NoActiveSqlTransaction)
        {
            return null;
        }
        catch (PostgresException violated)
        {
            var names = violated.ConstraintName is { Length: > 0 } name ? [name] : await ViolatedAsync(violated, cancellationToken);
            var of = names.Count > 0
                ? $"{string.Join(", ", names)}{(violated.TableName is { Length: > 0 } table ? $" of {table}" : "")}"
                : "a constraint";
            return $"{of}, which is deferred, does not hold at the end of the test: {violated.SqlState}: {violated.MessageText}. "
                + "A commit would fail with it. Isolation.Transaction never commits, so it asks: SET CONSTRAINTS ALL IMMEDIATE. "
                + "Mend the rows, or what writes them; where the test means it, ask there yourself and expect the error";
        }
    }

    /// <summary>An error that a trigger raises does not name its constraint: each constraint is checked by itself.</summary>
    private async Task<IReadOnlyList<string>> ViolatedAsync(PostgresException violated, CancellationToken cancellationToken)
    {
        await ExecuteAsync($"ROLLBACK TO SAVEPOINT {Asked}", cancellationToken);
        var deferrable = new List<(string Name, string Full)>();
        await using (var list = new NpgsqlCommand(Deferrable, connection))
        await using (var reader = await list.ExecuteReaderAsync(cancellationToken))
            while (await reader.ReadAsync(cancellationToken)) deferrable.Add((reader.GetString(0), reader.GetString(1)));
        var names = new List<string>();
        foreach (var (name, full) in deferrable)
        {
            try
            {
                await ExecuteAsync($"SET CONSTRAINTS {full} IMMEDIATE", cancellationToken);
            }
            catch (PostgresException error)
            {
                if (error.MessageText == violated.MessageText) names.Add(name);
                await ExecuteAsync($"ROLLBACK TO SAVEPOINT {Asked}", cancellationToken);
            }
        }

        return names;
    }

    private async Task ExecuteAsync(string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>
    /// Whether the transaction was still ours and is rolled back. Our savepoint is only in ours, and can be gone back to after errors too.
    /// </summary>
    public async Task<bool> RollbackAsync(CancellationToken cancellationToken)
    {
        if (connection.State != ConnectionState.Open) return false;
        try
        {
            // Temporary tables, settings and advisory locks are the session's, not the transaction's.
            foreach (var order in (string[])[$"ROLLBACK TO SAVEPOINT {Mark}", "ROLLBACK", "DISCARD ALL"])
                await ExecuteAsync(order, cancellationToken);
            return true;
        }
        catch (PostgresException)
        {
            return false;
        }
    }

    public ValueTask DisposeAsync() => connection.DisposeAsync();
}

/// <summary><see cref="Isolation.Transaction"/>.</summary>
internal sealed class TransactionDatabase(LeasedDatabase database, SoleConnection held, TransactionPool pool) : ILeased
{
    public LeasedDatabase Database => database;

    public Isolation Isolation => Isolation.Transaction;

    public NpgsqlConnection? Connection => held.Connection;

    /// <exception cref="LeaseException">The test ended the transaction itself, or left rows that a deferred constraint forbids.</exception>
    public async Task ReturnAsync(bool soon, CancellationToken cancellationToken)
    {
        var closed = held.Connection.State != ConnectionState.Open;
        var violation = await held.ViolationAsync(cancellationToken);
        if (await held.RollbackAsync(cancellationToken))
        {
            pool.Return(held);
            if (violation is not null) throw new LeaseException(violation);
            return;
        }

        await held.DisposeAsync();
        await database.DropAsync(soon, cancellationToken);
        var status = await pool.StatusAsync(held.Transaction, cancellationToken);
        // A connection that was closed took the transaction along, unless it was committed before.
        if (closed && status != "committed") return;
        throw new LeaseException($"the test {(status == "aborted" ? "rolled back" : "committed")} the transaction that "
            + $"Isolation.Transaction keeps it in: what it wrote{(status == "aborted" ? " afterwards" : "")} was not undone, and its "
            + "database was dropped. Do not send BEGIN, COMMIT or ROLLBACK on lease.Connection, or use Isolation.Reset for this test");
    }

    public async Task QuarantineAsync(TestEnding ending, CancellationToken cancellationToken)
    {
        // The sessions are ended first: a test that runs on may be in the middle of a command.
        await database.QuarantineAsync(ending, cancellationToken);
        await held.DisposeAsync();
    }
}
