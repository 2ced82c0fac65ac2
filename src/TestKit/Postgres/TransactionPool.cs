using System.Collections.Concurrent;
using System.Data;
using ChainBridge.TestKit.Scopes;
using Npgsql;

namespace ChainBridge.TestKit.Postgres;

/// <summary>Databases with one connection each, closed to every other one: what is not committed there, nobody has to remove.</summary>
internal sealed class TransactionPool(PostgresAdmin admin, ClonePool clones)
{
    private readonly ConcurrentStack<SoleConnection> _idle = new();

    public async Task<SoleConnection> TakeAsync(CancellationToken cancellationToken)
    {
        if (!_idle.TryPop(out var sole))
        {
            var name = await clones.TakeAsync(cancellationToken);
            sole = new SoleConnection(name, await admin.ConnectAsync($"connecting to {name}", name, "", cancellationToken));
            await admin.ExecuteAsync($"closing {name} to further connections", $"ALTER DATABASE {name} ALLOW_CONNECTIONS false", cancellationToken);
        }

        await admin.GuardAsync($"beginning the transaction in {sole.Name}", () => sole.BeginAsync(cancellationToken), cancellationToken);
        return sole;
    }

    public void Return(SoleConnection sole) => _idle.Push(sole);

    /// <summary>How the transaction of this number stands: <c>in progress</c>, <c>committed</c> or <c>aborted</c>.</summary>
    public async Task<string> StatusAsync(string transaction, CancellationToken cancellationToken) =>
        (await admin.ReadAsync("asking how the test's transaction stands", $"SELECT pg_xact_status('{transaction}'::xid8)", cancellationToken))[0];

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

    /// <summary>Whether the transaction was still ours and is rolled back. Our savepoint is only in ours, and can be gone back to after errors too.</summary>
    public async Task<bool> RollbackAsync(CancellationToken cancellationToken)
    {
        if (connection.State != ConnectionState.Open) return false;
        try
        {
            // Temporary tables, settings and advisory locks are the session's, not the transaction's.
            foreach (var order in (string[])[$"ROLLBACK TO SAVEPOINT {Mark}", "ROLLBACK", "DISCARD ALL"])
            {
                await using var command = new NpgsqlCommand(order, connection);
                await command.ExecuteNonQueryAsync(cancellationToken);
            }

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

    /// <exception cref="LeaseException">The test ended the transaction itself.</exception>
    public async Task ReturnAsync(bool soon, CancellationToken cancellationToken)
    {
        var closed = held.Connection.State != ConnectionState.Open;
        if (await held.RollbackAsync(cancellationToken))
        {
            pool.Return(held);
            return;
        }

        await held.DisposeAsync();
        await database.DropAsync(soon, cancellationToken);
        var status = await pool.StatusAsync(held.Transaction, cancellationToken);
        // A connection that was closed took the transaction along, unless it was committed before.
        if (closed && status != "committed") return;
        throw new LeaseException($"the test {(status == "aborted" ? "rolled back" : "committed")} the transaction that Isolation.Transaction keeps it in: what it wrote{(status == "aborted" ? " afterwards" : "")} was not undone, and its database was dropped. Do not send BEGIN, COMMIT or ROLLBACK on lease.Connection, or use Isolation.Reset for this test");
    }

    public async Task QuarantineAsync(TestEnding ending, CancellationToken cancellationToken)
    {
        // The sessions are ended first: a test that runs on may be in the middle of a command.
        await database.QuarantineAsync(ending, cancellationToken);
        await held.DisposeAsync();
    }
}
