using ChainBridge.LocalServers;
using ChainBridge.TestKit.Providers.Reuse;

namespace ChainBridge.TestKit.Providers;

/// <summary>Real <c>postgres</c> and <c>redis-server</c> processes; nothing but the programs is needed.</summary>
public sealed class NativeProvider(Func<string, string?> variable, TextWriter log, TimeProvider time) : IServerProvider
{
    /// <summary>Costs about 5 MB, and no run has as many tests at once.</summary>
    private const int RedisDatabases = 10_000;

    /// <inheritdoc/>
    public string Name => "native";

    /// <summary>Null when both programs are found; otherwise what is missing and how to install it.</summary>
    public static string? Missing()
    {
        try
        {
            ServerPrograms.PostgresFolder();
            ServerPrograms.RedisServer();
            return null;
        }
        catch (ServerNotFoundException missing)
        {
            return missing.Message;
        }
    }

    /// <inheritdoc/>
    public async Task<PostgresServer> StartPostgresAsync(CancellationToken cancellationToken)
    {
        if (ReuseSettings.Read(variable) is { } reuse)
            return await WarmLocal.PostgresAsync(reuse, ServerPrograms.PostgresFolder(), log, time, cancellationToken);
        var server = await LocalPostgres.StartAsync(time, cancellationToken);
        return new(server.Host, server.Port, server.Username, "",
            server) { SpareDatabase = LocalPostgres.SpareDatabase, IsOurs = true, FailureAsync = _ => Task.FromResult(server.Failure) };
    }

    /// <inheritdoc/>
    public async Task<RedisServer> StartRedisAsync(CancellationToken cancellationToken)
    {
        if (ReuseSettings.Read(variable) is { } reuse)
            return await WarmLocal.RedisAsync(reuse, RedisDatabases, log, time, cancellationToken);
        var server = await LocalRedis.StartAsync(RedisDatabases, time, cancellationToken);
        return new(server.Host, server.Port, RedisDatabases, server) { FailureAsync = _ => Task.FromResult(server.Failure) };
    }
}
