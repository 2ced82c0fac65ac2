using ChainBridge.TestKit;
using ChainBridge.TestKit.Postgres;
using ChainBridge.TestKit.Providers;
using Npgsql;
using Xunit;

namespace ChainBridge.Tests.TestKit.Postgres;

/// <summary>What another run on the same server would see and do.</summary>
internal static class SecondRun
{
    public static PostgresLeases AnotherRun(
        this DatabaseLease lease, PostgresOptions options, TextWriter? log = null, TimeProvider? time = null) =>
        new(() => Task.FromResult(new PostgresServer(lease.Host, lease.Port, lease.Username, lease.Password, new NotOurs())
        {
            NamePrefix = lease.Prefix(),
            TemplatePrefix = lease.Prefix(),
            HomeDatabase = lease.Database
        }), options, _ => null, time ?? TimeProvider.System, log ?? TextWriter.Null);

    /// <summary>What the names of this run's databases begin with on a server that others use too.</summary>
    public static string Prefix(this DatabaseLease lease) =>
        lease.Database[..lease.Database.LastIndexOf("test_", StringComparison.Ordinal)];

    public static string Template(this DatabaseLease lease, MigrationSet migrations) =>
        $"{lease.Prefix()}template_{TemplateBuilder.Hash(migrations.Key)}";

    public static async Task<bool> IsSuperuserAsync(this DatabaseLease lease) =>
        await lease.CountAsync("SELECT count(*) FROM pg_roles WHERE rolname = current_user AND rolsuper") == 1;

    /// <summary>The same by a role that may create databases and no more, as on a server that is not ours.</summary>
    public static async Task<PostgresLeases> RunOfPlainUserAsync(this DatabaseLease lease, string role)
    {
        await lease.ExecuteAsync($"CREATE ROLE {role} LOGIN CREATEDB PASSWORD 'plain'");
        return new(() => Task.FromResult(new PostgresServer(lease.Host, lease.Port, role, "plain", new NotOurs())
        {
            NamePrefix = lease.Prefix(),
            TemplatePrefix = lease.Prefix()
        }), new PostgresOptions(), _ => null, TimeProvider.System, TextWriter.Null);
    }

    /// <summary>A connection to any database of the server, of no pool.</summary>
    public static async Task<NpgsqlConnection> OpenHomeAsync(this DatabaseLease lease, string? database = null, string? application = null)
    {
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(lease.ConnectionString)
        {
            Database = database ?? lease.Database,
            Pooling = false,
            ApplicationName = application ?? "a test"
        }.ConnectionString);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        return connection;
    }

    private sealed class NotOurs : IAsyncDisposable
    {
        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
