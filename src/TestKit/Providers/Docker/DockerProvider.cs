using System.Diagnostics;
using DotNet.Testcontainers.Builders;
using DotNet.Testcontainers.Containers;
using Testcontainers.PostgreSql;
using Testcontainers.Redis;

namespace ChainBridge.TestKit.Providers.Docker;

/// <summary>Containers through Testcontainers, durability off. Images by <c>CHAINBRIDGE_POSTGRES_IMAGE</c> and <c>CHAINBRIDGE_REDIS_IMAGE</c>.</summary>
public sealed class DockerProvider(Func<string, string?> variable) : IServerProvider
{
    /// <summary>The label that says which process a container belongs to.</summary>
    public const string OwnerLabel = "chainbridge.testkit.owner";

    private const int RedisDatabases = 10_000;
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(120);

    /// <inheritdoc/>
    public string Name => "docker";

    private string PostgresImage => PostgresImageFrom(variable);

    private string RedisImage => RedisImageFrom(variable);

    /// <summary><c>CHAINBRIDGE_POSTGRES_IMAGE</c>; default <c>postgres:15</c>.</summary>
    public static string PostgresImageFrom(Func<string, string?> variable) => variable("CHAINBRIDGE_POSTGRES_IMAGE") ?? "postgres:15";

    /// <summary><c>CHAINBRIDGE_REDIS_IMAGE</c>; default <c>redis:7</c>.</summary>
    public static string RedisImageFrom(Func<string, string?> variable) => variable("CHAINBRIDGE_REDIS_IMAGE") ?? "redis:7";

    /// <inheritdoc/>
    public async Task<PostgresServer> StartPostgresAsync(CancellationToken cancellationToken)
    {
        var container = new PostgreSqlBuilder(PostgresImage).WithLabel(OwnerLabel, Owner())
            .WithUsername("postgres").WithPassword(Guid.NewGuid().ToString("N"))
            .WithTmpfsMount("/var/lib/postgresql/data")
            .WithCommand("-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off", "-c", "autovacuum=off", "-c", "max_connections=300").Build();
        await StartAsync(container, PostgresImage, cancellationToken);
        var settings = new Npgsql.NpgsqlConnectionStringBuilder(container.GetConnectionString());
        return new(settings.Host!, settings.Port, settings.Username!, settings.Password!, container);
    }

    /// <inheritdoc/>
    public async Task<RedisServer> StartRedisAsync(CancellationToken cancellationToken)
    {
        var container = new RedisBuilder(RedisImage).WithLabel(OwnerLabel, Owner())
            .WithCommand("--databases", $"{RedisDatabases}", "--save", "").Build();
        await StartAsync(container, RedisImage, cancellationToken);
        return new(container.Hostname, container.GetMappedPublicPort(RedisBuilder.RedisPort), RedisDatabases, container);
    }

    /// <summary>Process id and its start, so that a reused id is not taken for its predecessor.</summary>
    private static string Owner()
    {
        using var self = Process.GetCurrentProcess();
        return $"{Environment.ProcessId}@{self.StartTime.ToUniversalTime():yyyyMMddTHHmmss}";
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
