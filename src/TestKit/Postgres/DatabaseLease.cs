using Npgsql;

namespace ChainBridge.TestKit.Postgres;

/// <summary>A database of its own for one test; dropped when disposed, with whoever is still connected.</summary>
public sealed class DatabaseLease : IAsyncDisposable
{
    private readonly Func<string, Task> _drop;

    internal DatabaseLease(NpgsqlConnectionStringBuilder settings, Func<string, Task> drop)
    {
        _drop = drop;
        (Host, Port, Username, Password, Database, ConnectionString) = (settings.Host!, settings.Port, settings.Username!, settings.Password ?? "", settings.Database!, settings.ConnectionString);
    }

    /// <summary>The server's host.</summary>
    public string Host { get; }

    /// <summary>The server's port.</summary>
    public int Port { get; }

    /// <summary>The server's superuser.</summary>
    public string Username { get; }

    /// <summary>Empty on the native provider.</summary>
    public string Password { get; }

    /// <summary>The name of this test's database.</summary>
    public string Database { get; }

    /// <summary>For Npgsql.</summary>
    public string ConnectionString { get; }

    /// <summary>An open connection; the caller disposes it.</summary>
    public async Task<NpgsqlConnection> OpenAsync(CancellationToken cancellationToken)
    {
        var connection = new NpgsqlConnection(ConnectionString);
        await connection.OpenAsync(cancellationToken);
        return connection;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await _drop(Database);
}
