using System.Collections.Concurrent;
using ChainBridge.TestKit.Providers;
using Npgsql;

namespace ChainBridge.TestKit.Postgres;

/// <summary>Databases of one template that go from test to test, each set back between two of them. As many as tests run at once.</summary>
internal sealed class ResetPool(LeaseDesk desk, ClonePool clones)
{
    private readonly ConcurrentStack<Resettable> _idle = new();
    private readonly SemaphoreSlim _learning = new(1, 1);
    private readonly ConcurrentQueue<string> _unfit = new();
    private ResetScript? _script;
    private string? _beyond;

    /// <summary>What could not be set back and was dropped, and why.</summary>
    public ConcurrentQueue<string> Retired { get; } = new();

    public async Task<Resettable> TakeAsync(CancellationToken cancellationToken)
    {
        while (_idle.TryPop(out var idle))
        {
            if (!desk.Connections.IsUnknown(idle.Name)) return idle;
            await RetireAsync(idle, "it was sent commands while no test had it");
            await desk.Dropper.SoonAsync(idle.Name, cancellationToken);
        }

        var name = await clones.TakeAsync(cancellationToken);
        if (_beyond is { } beyond) return new Resettable(name, null, beyond);
        try
        {
            return await PreparedAsync(name, cancellationToken);
        }
        catch (ResetImpossibleException impossible)
        {
            // Isolated all the same: each database is used once.
            return new Resettable(name, null, _beyond = impossible.Message);
        }
        catch
        {
            _unfit.Enqueue(name);
            throw;
        }
    }

    public void Return(Resettable database) => _idle.Push(database);

    /// <summary>It is not handed out again; the caller drops it.</summary>
    public async Task RetireAsync(Resettable database, string why)
    {
        Retired.Enqueue($"{database.Name}: {why}");
        desk.Connections.Forget(database.Name);
        await database.DisposeAsync();
    }

    /// <summary>Closes what is idle; answers the names of the databases.</summary>
    public async Task<IReadOnlyList<string>> EndAsync()
    {
        var names = _unfit.ToList();
        while (_idle.TryPop(out var idle))
        {
            await idle.DisposeAsync();
            names.Add(idle.Name);
        }

        return names;
    }

    private async Task<Resettable> PreparedAsync(string name, CancellationToken cancellationToken)
    {
        var connection = await desk.Admin.ConnectAsync($"connecting to {name}", name, FastReset.SessionOptions, cancellationToken);
        return await desk.Admin.GuardAsync($"preparing {name} for its resets", async () =>
        {
            try
            {
                return new Resettable(name, await PreparedAsync(connection, cancellationToken));
            }
            catch
            {
                await connection.DisposeAsync();
                throw;
            }
        }, cancellationToken);
    }

    /// <summary>The schema is learned from the first clone; the others are the same.</summary>
    private async Task<FastReset> PreparedAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        if (_script is { } known) return await FastReset.OnAsync(connection, known, cancellationToken);
        await _learning.WaitAsync(cancellationToken);
        try
        {
            var free = await FastReset.FreeAsync(connection, cancellationToken);
            _script ??= await ResetScript.LearnAsync(connection, free, await desk.Server.BeginAsync(cancellationToken), cancellationToken);
            return await FastReset.OnAsync(connection, _script, cancellationToken);
        }
        finally
        {
            _learning.Release();
        }
    }
}

/// <summary>A database and what sets it back.</summary>
/// <param name="Reset">Null where nothing can.</param>
/// <param name="Beyond">Why nothing can.</param>
internal sealed record Resettable(string Name, FastReset? Reset, string? Beyond = null) : IAsyncDisposable
{
    /// <summary>
    /// What the next test connects with. When sessions were ended, it has a name that none had before: a connection pool that
    /// a test made for the earlier name may still hold the ended ones, and would hand them out.
    /// </summary>
    public NpgsqlConnectionStringBuilder Settings(PostgresServer server)
    {
        var settings = server.Settings(Name);
        if (Reset is { Endings: > 0 and var endings }) settings.ApplicationName = $"{Name}.{endings}";
        return settings;
    }

    public ValueTask DisposeAsync() => Reset?.DisposeAsync() ?? ValueTask.CompletedTask;
}

/// <summary><see cref="Isolation.Reset"/>: held by one test at a time.</summary>
internal sealed class ResetDatabase(
    LeasedDatabase database, Resettable held, ResetPool pool, ConnectionWatch connections, LeaseHolder holder) : ILeased
{
    /// <summary>More than that in one table takes longer to delete than a new database takes to make.</summary>
    private const long Room = 4_000_000;

    /// <summary>They know the connection string, and may come again when the next test holds the database.</summary>
    private const string Unknown = "commands came from outside of the test's flow, as those of a service in this process do";

    private const string Elsewhere =
        "sessions that no connection pool of this process opened were in it, as those of a service in a process of its own are";

    public LeasedDatabase Database => database;

    public Isolation Isolation => Isolation.Reset;

    public NpgsqlConnection? Connection => null;

    public string? ServerState => held.Reset?.ServerState;

    public async Task ReturnAsync(bool soon, CancellationToken cancellationToken)
    {
        connections.End(holder);
        if (await SetBackAsync(cancellationToken) is not { } why)
        {
            pool.Return(held);
            return;
        }

        await pool.RetireAsync(held, why);
        await database.DropAsync(soon, cancellationToken);
    }

    public async Task QuarantineAsync(TestEnding ending, CancellationToken cancellationToken)
    {
        connections.End(holder);
        connections.Forget(database.Name);
        await database.QuarantineAsync(ending, cancellationToken);
        await held.DisposeAsync();
    }

    /// <summary>
    /// Null when it is set back; otherwise why not. Sessions that the test left open are ended, or they could write into the
    /// next one's database. Opening one costs more than the reset, so one that lies in the lease's pool lives on: while we
    /// hold it, no test can.
    /// </summary>
    private async Task<string?> SetBackAsync(CancellationToken cancellationToken)
    {
        if (held.Reset is not { } reset) return held.Beyond;
        if (connections.IsUnknown(database.Name)) return Unknown;
        var (endings, sessions) = (reset.Endings, reset.Sessions);
        await using var pooled = await PooledAsync(cancellationToken);
        var why = await reset.TryAsync(Room, pooled is null ? [] : [pooled.ProcessID], cancellationToken);
        // No connection pool of this process, of whatever settings, may hand out a session that was ended.
        if (reset.Endings != endings) NpgsqlConnection.ClearAllPools();
        return why ?? (reset.Sessions - sessions > connections.Opened(database.Name) ? Elsewhere
            : connections.IsUnknown(database.Name) ? Unknown : null);
    }

    /// <summary>Null where the pool has none to give.</summary>
    private async Task<NpgsqlConnection?> PooledAsync(CancellationToken cancellationToken)
    {
        var connection = new NpgsqlConnection(database.ConnectionString);
        try
        {
            await connection.OpenAsync(cancellationToken);
            return connection;
        }
        catch (NpgsqlException)
        {
            // All of them are open still, or the server is gone: the reset will find out.
            await connection.DisposeAsync();
            return null;
        }
    }
}
