using ChainBridge.TestKit.Diagnostics;
using ChainBridge.TestKit.Postgres;
using Npgsql;

namespace ChainBridge.TestKit;

/// <summary>
/// A database of its own for one test. In a test it ends with the test, when its outcome is known: after a pass it is
/// dropped or set back, after a failure it is quarantined. Elsewhere (in a fixture) it ends when it is disposed.
/// </summary>
public sealed class DatabaseLease : IAsyncDisposable
{
    private readonly ILeased _leased;
    private readonly NpgsqlConnectionStringBuilder _settings;
    private readonly TestScope? _scope;
    private readonly LeaseDesk _desk;
    private readonly LeaseHolder? _holder;
    private int _ended;

    /// <param name="desk">Knows of the lease until it ends.</param>
    /// <param name="holder">Null where the database is used once.</param>
    internal DatabaseLease(NpgsqlConnectionStringBuilder settings, ILeased leased, TestScope? scope, LeaseDesk desk, LeaseHolder? holder)
    {
        (_settings, _leased, _scope, _desk, _holder) = (settings, leased, scope, desk, holder);
        desk.Live[this] = true;
        desk.Server.Took(this, scope);
        (Host, Port, Username, Password, Database) = (settings.Host!, settings.Port, settings.Username!, settings.Password ?? "",
            settings.Database!);
        KnownSecrets.Register(settings.ConnectionString);
        scope?.AtEnd(EndAsync);
        scope?.AddEvidence($"postgres {Database}", new DatabaseEvidence(leased.Database, leased.Connection).CollectAsync);
    }

    /// <summary>The server's host.</summary>
    public string Host { get; }

    /// <summary>The server's port.</summary>
    public int Port { get; }

    /// <summary>The user of the connection string: on servers of our own a superuser.</summary>
    public string Username { get; }

    /// <summary>Empty on the native provider.</summary>
    public string Password { get; }

    /// <summary>The name of this test's database.</summary>
    public string Database { get; }

    /// <summary>How it is kept apart from the databases of other tests.</summary>
    public Isolation Isolation => _leased.Isolation;

    /// <summary>The connection string, for Npgsql.</summary>
    /// <exception cref="LeaseException">
    /// The isolation is <see cref="Isolation.Transaction"/>: what another connection writes is not rolled back.
    /// </exception>
    public string ConnectionString => _leased.Connection is null ? Entered(_settings.ConnectionString)
        : throw new LeaseException(
            "a lease with Isolation.Transaction has one connection, its Connection: a service or a second connection would not see what "
                + "the test wrote, and what it writes would stay. Use Isolation.Reset or Isolation.Clone for this test");

    /// <summary>
    /// The one connection of <see cref="Isolation.Transaction"/>, open and inside the transaction. It belongs to the
    /// lease: do not dispose it.
    /// </summary>
    /// <exception cref="LeaseException">The isolation is another.</exception>
    public NpgsqlConnection Connection => _leased.Connection
        ?? throw new LeaseException($"a lease with Isolation.{Isolation} has no connection of its own: use OpenAsync or ConnectionString");

    /// <summary>An open connection; the caller disposes it.</summary>
    /// <exception cref="LeaseException">The isolation is <see cref="Isolation.Transaction"/>, or the server is gone.</exception>
    public Task<NpgsqlConnection> OpenAsync(CancellationToken cancellationToken) => OpenAsync(ConnectionString, cancellationToken);

    private async Task<NpgsqlConnection> OpenAsync(string connectionString, CancellationToken cancellationToken)
    {
        var connection = new NpgsqlConnection(connectionString);
        try
        {
            await connection.OpenAsync(cancellationToken);
            return connection;
        }
        catch (Exception lost) when (PostgresAdmin.IsLoss(lost) && !cancellationToken.IsCancellationRequested)
        {
            await connection.DisposeAsync();
            throw new LeaseException(await _leased.Database.Admin.LossAsync($"connecting to {Database}", lost), lost);
        }
    }

    /// <summary>In a test, the database stays until the test's end. Elsewhere it is dropped, or set back, at once.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_scope is null) await EndAsync(TestEnding.Passed, CancellationToken.None);
    }

    /// <summary>Once; also when the run ends before the test that holds it.</summary>
    internal async ValueTask EndAsync(TestEnding ending, CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _ended, 1) == 1) return;
        _desk.Live.TryRemove(this, out _);
        try
        {
            if (ending.Failed || ending.GivenUp) await _leased.QuarantineAsync(ending, cancellationToken);
            else await _leased.ReturnAsync(soon: _scope is not null, cancellationToken);
        }
        finally
        {
            await _desk.Server.EndedAsync(this, _scope, _leased.ServerState, cancellationToken);
        }
    }

    /// <summary>Code that reads the connection string works for this lease.</summary>
    private string Entered(string connectionString)
    {
        if (_holder is not null) _desk.Flow.Enter(_holder);
        return connectionString;
    }
}
