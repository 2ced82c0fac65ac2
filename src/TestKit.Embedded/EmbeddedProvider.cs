using ChainBridge.LocalServers;
using ChainBridge.TestKit.Providers;
using ChainBridge.TestKit.Providers.Reuse;

namespace ChainBridge.TestKit.Embedded;

/// <summary>
/// PostgreSQL from a package, fetched once, and Redis' commands from Garnet in this process: no Docker, nothing installed, any user.
/// </summary>
/// <remarks>
/// TestKit finds this class by its name when <c>CHAINBRIDGE_PROVIDER=embedded</c>, so that only projects that reference the package carry
/// it.
/// </remarks>
public sealed class EmbeddedProvider(Func<string, string?> variable, TextWriter log, TimeProvider time) : IServerProvider
{
    /// <inheritdoc/>
    public string Name => "embedded";

    /// <inheritdoc/>
    public async Task<PostgresServer> StartPostgresAsync(CancellationToken cancellationToken)
    {
        var package = PostgresPackage.ForThisMachine();
        var programs = await new PackageCache(variable, log, time).PostgresFolderAsync(package, cancellationToken);
        if (ReuseSettings.Read(variable) is { } reuse) return await WarmLocal.PostgresAsync(reuse, programs, log, time, cancellationToken);
        var server = await LocalPostgres.StartAsync(programs, time, cancellationToken);
        return new(server.Host, server.Port, server.Username, "",
            server) { SpareDatabase = LocalPostgres.SpareDatabase, IsOurs = true, FailureAsync = _ => Task.FromResult(server.Failure) };
    }

    /// <inheritdoc/>
    // Of this process, and so of this run, also where servers are reused: it starts in a moment.
    public Task<RedisServer> StartRedisAsync(CancellationToken cancellationToken) => Task.Run(GarnetRedis.Start, cancellationToken);
}
