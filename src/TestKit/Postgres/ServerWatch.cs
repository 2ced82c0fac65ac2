using Npgsql;
using Xunit;

namespace ChainBridge.TestKit.Postgres;

/// <summary>
/// Compares at each lease's end what the server's databases share (roles, settings, configuration, other databases)
/// with how it stood before, names what changed and the tests that held a lease meanwhile, and undoes what can be undone where it
/// can only have been one test.
/// </summary>
internal sealed class ServerWatch(PostgresAdmin admin, TextWriter log) : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly Lock _gate = new();
    private readonly Dictionary<DatabaseLease, string> _holders = [];
    private readonly HashSet<string> _candidates = [];
    private ServerState? _state;
    private IReadOnlyList<string> _known = [];
    private string? _hash;
    private int _migrating;

    /// <summary>Call it before a lease is handed out: the server's state is read once.</summary>
    /// <returns>SQL of the short answer; null where the server does not show it.</returns>
    public async Task<string?> BeginAsync(CancellationToken cancellationToken)
    {
        if (_state is { } known) return known.Hash;
        await _turn.WaitAsync(cancellationToken);
        try
        {
            if (_state is not null) return _state.Hash;
            var state = await ServerState.LearnAsync(admin, cancellationToken);
            await ReadAsync(state, cancellationToken);
            return (_state = state).Hash;
        }
        catch (PostgresException refused) when (refused.SqlState == PostgresErrorCodes.InsufficientPrivilege)
        {
            // A server that shows less than any we know: there is nothing to compare.
            return null;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>A lease was handed out.</summary>
    public void Took(DatabaseLease lease, TestScope? scope)
    {
        var name = scope?.Name ?? TestContext.Current.Test?.TestDisplayName ?? TestContext.Current.TestClass?.TestClassName ?? "a fixture";
        lock (_gate)
        {
            _holders[lease] = name;
            _candidates.Add(name);
        }
    }

    /// <summary>Runs migrations, which may make roles: what they change is charged to no test.</summary>
    public async Task<T> MigratingAsync<T>(Func<Task<T>> migrateAsync, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _migrating);
        try
        {
            var result = await migrateAsync();
            if (_state is { } state) await InTurnAsync(() => ReadAsync(state, cancellationToken), cancellationToken);
            return result;
        }
        finally
        {
            Interlocked.Decrement(ref _migrating);
        }
    }

    /// <summary>A lease has ended; never fails, and prints to standard error what changed.</summary>
    /// <param name="hash">How the server stood, where that was asked on the way; null: it is asked now.</param>
    public async Task EndedAsync(DatabaseLease lease, TestScope? scope, string? hash, CancellationToken cancellationToken)
    {
        try
        {
            if (_state is not { } state || Volatile.Read(ref _migrating) > 0) return;
            if ((hash ?? (await admin.ReadAsync("asking how the server stands", state.Hash, cancellationToken))[0]) == _hash) Settle(lease);
            else await InTurnAsync(() => CompareAsync(state, lease, scope, cancellationToken), cancellationToken);
        }
        catch (Exception lost) when (lost is LeaseException or NpgsqlException)
        {
            // The server is gone; the next test that needs it fails with that message.
        }
        finally
        {
            lock (_gate) _holders.Remove(lease);
        }
    }

    public void Dispose() => _turn.Dispose();

    private async Task CompareAsync(ServerState state, DatabaseLease lease, TestScope? scope, CancellationToken cancellationToken)
    {
        var before = _known;
        await ReadAsync(state, cancellationToken);
        var changes = ServerChange.Between(before, _known);
        if (changes.Count == 0) return;
        string[] candidates;
        lock (_gate) candidates = [.. _candidates.Order(StringComparer.Ordinal)];
        // Undone only where one test is certain to have made the change, and that test is over.
        var results = candidates.Length == 1 && scope is not null && admin.Server is { IsOurs: true, NamePrefix: "" }
            ? await UndoAsync(changes, cancellationToken)
            : [];
        if (results.Count > 0) await ReadAsync(state, cancellationToken);
        Settle(lease);
        var culprit = candidates.Length == 1
            ? $"'{candidates[0]}'"
            : $"one of {string.Join(", ", candidates.Select(name => $"'{name}'"))}, which ran at the same time,";
        await LogAsync(scope, $"ChainBridge.TestKit: {culprit}{(admin.Server.IsOurs ? "" : ", or another process on the server,")} "
            + $"changed what all databases of {admin.Server} share: {string.Join(", ", changes)}. "
            + $"{(results.Count > 0 ? string.Join("; ", results) : "It was left as it is")}. Later tests find what was left: "
            + "make it in the migrations or a fixture, or take it back in the test");
    }

    private async Task<IReadOnlyList<string>> UndoAsync(IReadOnlyList<ServerChange> changes, CancellationToken cancellationToken)
    {
        var results = new List<string>();
        foreach (var change in changes)
        {
            if (change.Undo is not { } undo)
            {
                results.Add($"{change.Kind} {change.Name} was left as it is");
                continue;
            }

            try
            {
                await admin.ExecuteAsync($"undoing {change}", undo, cancellationToken);
                if (change.Kind == "configuration")
                    await admin.ExecuteAsync("reading the configuration again", "SELECT pg_catalog.pg_reload_conf()", cancellationToken);
                results.Add($"{change.Kind} {change.Name} was undone");
            }
            catch (PostgresException refused)
            {
                results.Add($"{change.Kind} {change.Name} cannot be undone ({refused.SqlState}: {refused.MessageText})");
            }
        }

        return results;
    }

    /// <summary>Sets the comparison anew: a change from here on was made by a test that holds a lease now, or takes one later.</summary>
    private void Settle(DatabaseLease ended)
    {
        lock (_gate)
        {
            _holders.Remove(ended);
            _candidates.Clear();
            _candidates.UnionWith(_holders.Values);
        }
    }

    /// <summary>Both answers from one statement, so that they are of one moment.</summary>
    private async Task ReadAsync(ServerState state, CancellationToken cancellationToken)
    {
        var rows = await admin.ReadAsync("asking how the server stands",
            $"SELECT * FROM ({state.Hash}) AS hash(line) UNION ALL ({state.Lines})", cancellationToken);
        (_hash, _known) = (rows[0], [.. rows.Skip(1)]);
    }

    private async Task InTurnAsync(Func<Task> act, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            await act();
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task LogAsync(TestScope? scope, string line)
    {
        await log.WriteLineAsync(line);
        try
        {
            if (TestContext.Current.Test?.UniqueID == scope?.Id) TestContext.Current.TestOutputHelper?.WriteLine(line);
        }
        catch (InvalidOperationException)
        {
            // The test's output is closed already.
        }
    }
}
