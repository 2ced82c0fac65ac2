using ChainBridge.TestKit;
using ChainBridge.TestKit.Providers;
using Npgsql;
using Testcontainers.PostgreSql;

namespace ChainBridge.Bench.FirstLight;

/// <summary>What a measured process does: gets an isolated database, asks it something, and says so.</summary>
internal static class Children
{
    /// <summary>The line that ends the measurement.</summary>
    public const string FirstAnswer = "first answer";

    public static async Task<int> RunAsync(string name, CancellationToken cancellationToken)
    {
        if (name == "testcontainers") await PlainAsync(cancellationToken);
        else await OursAsync(name, cancellationToken);
        return 0;
    }

    private static async Task OursAsync(string provider, CancellationToken cancellationToken)
    {
        await using var environment = TestEnvironment.With(variable => variable == "CHAINBRIDGE_PROVIDER"
            ? provider
            : Environment.GetEnvironmentVariable(variable), TimeProvider.System, TextWriter.Null);
        await using var lease = await environment.Postgres.LeaseAsync(MigrationSet.Empty, cancellationToken);
        await AskAsync(lease.ConnectionString, cancellationToken);
    }

    private static async Task PlainAsync(CancellationToken cancellationToken)
    {
        await using var container = new PostgreSqlBuilder(DockerProvider.PostgresImageFrom(Environment.GetEnvironmentVariable)).Build();
        await container.StartAsync(cancellationToken);
        await AskAsync(container.GetConnectionString(), cancellationToken);
    }

    private static async Task AskAsync(string connectionString, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand("SELECT 1", connection);
        if (await command.ExecuteScalarAsync(cancellationToken) is not 1) throw new InvalidOperationException("SELECT 1 did not answer 1");
        Console.WriteLine(FirstAnswer);
    }
}
