using Docker.DotNet;
using DotNet.Testcontainers.Builders;
using DotNet.Testcontainers.Containers;
using Testcontainers.PostgreSql;
using Testcontainers.Redis;

namespace ChainBridge.TestKit.Providers.Docker;

/// <summary>Containers through Testcontainers, durability off. Images by <c>CHAINBRIDGE_POSTGRES_IMAGE</c> and <c>CHAINBRIDGE_REDIS_IMAGE</c>.</summary>
public sealed class DockerProvider : IServerProvider
{
    private const int RedisDatabases = 10_000;
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan SweepTimeout = TimeSpan.FromSeconds(15);

    private readonly Func<string, string?> _variable;
    private readonly Lazy<Task<ContainerKeeper>> _keeper;

    /// <summary>Starts nothing yet; the first start also removes what dead runs left, and says so.</summary>
    public DockerProvider(Func<string, string?> variable, TextWriter say)
    {
        _variable = variable;
        _keeper = new(() => TidyAsync(DockerEngine.Address(variable), say));
    }

    /// <inheritdoc/>
    public string Name => "docker";

    private string PostgresImage => PostgresImageFrom(_variable);

    private string RedisImage => RedisImageFrom(_variable);

    /// <summary><c>CHAINBRIDGE_POSTGRES_IMAGE</c>; default <c>postgres:15</c>.</summary>
    public static string PostgresImageFrom(Func<string, string?> variable) => variable("CHAINBRIDGE_POSTGRES_IMAGE") ?? "postgres:15";

    /// <summary><c>CHAINBRIDGE_REDIS_IMAGE</c>; default <c>redis:7</c>.</summary>
    public static string RedisImageFrom(Func<string, string?> variable) => variable("CHAINBRIDGE_REDIS_IMAGE") ?? "redis:7";

    /// <inheritdoc/>
    public async Task<PostgresServer> StartPostgresAsync(CancellationToken cancellationToken)
    {
        var keeper = await _keeper.Value.WaitAsync(cancellationToken);
        var container = new PostgreSqlBuilder(PostgresImage).WithLabel(Labels(keeper))
            .WithUsername("postgres").WithPassword(Guid.NewGuid().ToString("N"))
            .WithTmpfsMount("/var/lib/postgresql/data")
            .WithCommand("-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off", "-c", "autovacuum=off", "-c", "max_connections=300").Build();
        await StartAsync(container, PostgresImage, cancellationToken);
        var settings = new Npgsql.NpgsqlConnectionStringBuilder(container.GetConnectionString());
        return new(settings.Host!, settings.Port, settings.Username!, settings.Password!, keeper.Hold(container));
    }

    /// <inheritdoc/>
    public async Task<RedisServer> StartRedisAsync(CancellationToken cancellationToken)
    {
        var keeper = await _keeper.Value.WaitAsync(cancellationToken);
        var container = new RedisBuilder(RedisImage).WithLabel(Labels(keeper))
            .WithCommand("--databases", $"{RedisDatabases}", "--save", "").Build();
        await StartAsync(container, RedisImage, cancellationToken);
        return new(container.Hostname, container.GetMappedPublicPort(RedisBuilder.RedisPort), RedisDatabases, keeper.Hold(container));
    }

    private static Dictionary<string, string> Labels(ContainerKeeper keeper)
    {
        var owner = ContainerOwner.Self();
        return new() { [ContainerOwner.HostLabel] = owner.Host, [ContainerOwner.ProcessLabel] = owner.Process, [ContainerKeeper.Label] = keeper.Id };
    }

    private static async Task<ContainerKeeper> TidyAsync(Uri engine, TextWriter say)
    {
        try
        {
            using var deadline = new CancellationTokenSource(SweepTimeout);
            using var docker = new DockerClientBuilder().WithEndpoint(engine).Build();
            if (await ContainerSweep.RunAsync(docker, deadline.Token) is { Count: > 0 } removed)
                await say.WriteLineAsync($"ChainBridge.TestKit: removed what test processes that are gone left running: {string.Join(", ", removed)}");
        }
        catch (Exception failure)
        {
            // What others left is no reason for this run to fail.
            await say.WriteLineAsync($"ChainBridge.TestKit: could not look for containers of test processes that are gone ({failure.Message}); find them with: docker ps -a --filter label={ContainerOwner.ProcessLabel}");
        }

        return ContainerKeeper.Start(engine);
    }

    private static async Task StartAsync(DockerContainer container, string image, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(StartTimeout);
        try
        {
            await container.StartAsync(deadline.Token);
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            await container.DisposeAsync();
            throw new ProviderException($"the image {image} did not start as a container within {StartTimeout.TotalSeconds} s: {failure.Message}. Name another image with CHAINBRIDGE_POSTGRES_IMAGE or CHAINBRIDGE_REDIS_IMAGE, or set CHAINBRIDGE_PROVIDER=native", failure);
        }
    }
}
