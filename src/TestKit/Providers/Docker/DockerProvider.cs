using System.Text;
using ChainBridge.TestKit.Providers.Docker;
using ChainBridge.TestKit.Providers.Reuse;
using Docker.DotNet;
using Npgsql;

namespace ChainBridge.TestKit.Providers;

/// <summary>
/// Containers, durability off, ready as soon as they answer. Images by <c>CHAINBRIDGE_POSTGRES_IMAGE</c> and
/// <c>CHAINBRIDGE_REDIS_IMAGE</c>.
/// </summary>
public sealed class DockerProvider : IServerProvider
{
    private const int RedisDatabases = 10_000;
    private static readonly TimeSpan SweepTimeout = TimeSpan.FromSeconds(15);

    /// <summary>PostgreSQL's question whether it speaks TLS; any server answers it with one letter.</summary>
    private static readonly byte[] SslRequest = [0, 0, 0, 8, 4, 210, 22, 47];

    private readonly Func<string, string?> _variable;
    private readonly TextWriter _log;
    private readonly TimeProvider _time;
    private readonly Uri _engine;
    private readonly EngineHost _host;
    private readonly DockerClient _docker;
    private readonly Lazy<ContainerReaper> _reaper;

    /// <summary>Starts nothing yet.</summary>
    public DockerProvider(Func<string, string?> variable, TextWriter log, TimeProvider time)
    {
        var engine = DockerEngine.Address(variable);
        (_variable, _log, _time, _engine, _host) = (variable, log, time, engine, EngineHost.Of(engine, variable));
        _docker = new DockerClientBuilder().WithEndpoint(engine).Build();
        _reaper = new(() => ContainerReaper.Start(engine));
    }

    /// <inheritdoc/>
    public string Name => "docker";

    /// <summary><c>CHAINBRIDGE_POSTGRES_IMAGE</c>; default <c>postgres:15</c>.</summary>
    public static string PostgresImageFrom(Func<string, string?> variable) => variable("CHAINBRIDGE_POSTGRES_IMAGE") ?? "postgres:15";

    /// <summary><c>CHAINBRIDGE_REDIS_IMAGE</c>; default <c>redis:7</c>.</summary>
    public static string RedisImageFrom(Func<string, string?> variable) => variable("CHAINBRIDGE_REDIS_IMAGE") ?? "redis:7";

    /// <inheritdoc/>
    public async Task<PostgresServer> StartPostgresAsync(CancellationToken cancellationToken)
    {
        if (Warm() is { } warm) return await warm.PostgresAsync(PostgresImageFrom(_variable), cancellationToken);
        var password = Guid.NewGuid().ToString("N");
        var container = await StartAsync(ContainerRecipe.Postgres(PostgresImageFrom(_variable), password),
            (host, port, stop) => PostgresAnswersAsync(host, port, password, stop), cancellationToken);
        return new(container.Host, container.Port, "postgres", password,
            _reaper.Value.Hold(container)) { IsOurs = true, FailureAsync = container.FailureAsync };
    }

    /// <inheritdoc/>
    public async Task<RedisServer> StartRedisAsync(CancellationToken cancellationToken)
    {
        if (Warm() is { } warm) return await warm.RedisAsync(RedisImageFrom(_variable), RedisDatabases, cancellationToken);
        var container = await StartAsync(ContainerRecipe.Redis(RedisImageFrom(_variable), RedisDatabases), RedisAnswersAsync,
            cancellationToken);
        return new(container.Host, container.Port, RedisDatabases, _reaper.Value.Hold(container)) { FailureAsync = container.FailureAsync };
    }

    /// <summary>Null when nothing is to be reused.</summary>
    private WarmDocker? Warm() => ReuseSettings.Read(_variable) is { } reuse ? new(_docker, _engine, _host, reuse, _log, _time) : null;

    // The reaper watches before there is anything to watch.
    private Task<ServerContainer> StartAsync(
        ContainerRecipe recipe, Func<string, int, CancellationToken, Task<bool>> answers, CancellationToken cancellationToken) =>
        ServerContainer.StartAsync(_docker, _host, recipe, _reaper.Value.Labels(), answers, _time, cancellationToken);

    /// <summary>Connects cheaply until the port answers, then logs in: the server listens before it accepts logins.</summary>
    private static async Task<bool> PostgresAnswersAsync(string host, int port, string password, CancellationToken cancellationToken)
    {
        if (await ServerContainer.AskAsync(host, port, SslRequest, cancellationToken) is not ("N" or "S")) return false;
        var settings = new NpgsqlConnectionStringBuilder { Host = host, Port = port, Username = "postgres", Password = password, Database =
            "postgres", Timeout = 5, Pooling = false };
        await using var connection = new NpgsqlConnection(settings.ConnectionString);
        try
        {
            await connection.OpenAsync(cancellationToken);
            return true;
        }
        catch (NpgsqlException notYet) when (notYet is not PostgresException || notYet.SqlState == PostgresErrorCodes.CannotConnectNow)
        {
            return false;
        }
    }

    private static async Task<bool> RedisAnswersAsync(string host, int port, CancellationToken cancellationToken) =>
        (await ServerContainer.AskAsync(host, port, Encoding.ASCII.GetBytes("PING\r\n"), cancellationToken))
            .StartsWith("+PONG", StringComparison.Ordinal);

    /// <summary>Removes the containers of dead runs, and logs which.</summary>
    internal async Task SweepAsync()
    {
        try
        {
            using var deadline = new CancellationTokenSource(SweepTimeout);
            if (await ContainerSweep.RunAsync(_docker, deadline.Token) is { Count: > 0 } removed)
                await _log.WriteLineAsync(
                    $"ChainBridge.TestKit: removed what test processes that are gone left running: {string.Join(", ", removed)}");
        }
        catch (Exception failure)
        {
            // What others left is no reason for this run to fail.
            await _log.WriteLineAsync("ChainBridge.TestKit: could not look for containers of test processes that are gone "
                + $"({failure.Message}); find them with: docker ps -a --filter label={ContainerOwner.ProcessLabel}");
        }
    }
}
