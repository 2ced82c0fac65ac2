namespace ChainBridge.TestKit.Providers;

/// <summary>How servers come to be: as containers, as processes of this machine, or already there.</summary>
public interface IServerProvider
{
    /// <summary><c>docker</c>, <c>native</c>, <c>embedded</c> or <c>external</c>.</summary>
    string Name { get; }

    /// <summary>Starts a PostgreSQL; disposing stops it.</summary>
    Task<PostgresServer> StartPostgresAsync(CancellationToken cancellationToken);

    /// <summary>Starts a Redis with many numbered databases; disposing stops it.</summary>
    Task<RedisServer> StartRedisAsync(CancellationToken cancellationToken);
}
