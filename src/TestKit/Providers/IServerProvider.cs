namespace ChainBridge.TestKit.Providers;

/// <summary>How servers come to be: as containers or as processes of this machine.</summary>
public interface IServerProvider
{
    /// <summary><c>docker</c> or <c>native</c>.</summary>
    string Name { get; }

    /// <summary>Starts a PostgreSQL; disposing stops it.</summary>
    Task<PostgresServer> StartPostgresAsync(CancellationToken cancellationToken);

    /// <summary>Starts a Redis with many numbered databases; disposing stops it.</summary>
    Task<RedisServer> StartRedisAsync(CancellationToken cancellationToken);
}

/// <summary>A running PostgreSQL and its superuser.</summary>
/// <param name="Owner">Stops the server when disposed.</param>
public sealed record PostgresServer(string Host, int Port, string Username, string Password, IAsyncDisposable Owner);

/// <summary>A running Redis.</summary>
/// <param name="Databases">How many numbered databases it has.</param>
/// <param name="Owner">Stops the server when disposed.</param>
public sealed record RedisServer(string Host, int Port, int Databases, IAsyncDisposable Owner);
