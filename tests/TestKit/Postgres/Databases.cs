using ChainBridge.TestKit;
using Npgsql;
using Xunit;

namespace ChainBridge.Tests.TestKit.Postgres;

/// <summary>Short words for what these tests do with databases all the time.</summary>
internal static class Databases
{
    /// <summary>A lease that ends when it is disposed, though a test asks for it.</summary>
    public static LeaseOptions Unscoped { get; } = new() { Scope = () => null };

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>A lease that belongs to this scope.</summary>
    public static LeaseOptions Of(TestScope scope) => new() { Scope = () => scope };

    public static TestScope NewScope() => new(Guid.NewGuid().ToString("N"), "a test of a test");

    /// <summary>One script that no other test has.</summary>
    public static MigrationSet Script(string sql) => MigrationSet.FromScripts(new MigrationScript($"001_{Guid.NewGuid():N}", sql));

    public static Task ExecuteAsync(this DatabaseLease lease, string sql) => ExecuteAsync(lease.ConnectionString, sql);

    public static async Task ExecuteAsync(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(Stop);
        await connection.ExecuteAsync(sql);
    }

    public static async Task ExecuteAsync(this NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(Stop);
    }

    public static async Task<long> CountAsync(this DatabaseLease lease, string sql)
    {
        await using var connection = await lease.OpenAsync(Stop);
        return await connection.CountAsync(sql);
    }

    public static async Task<long> CountAsync(this NpgsqlConnection connection, string sql) =>
        Convert.ToInt64(await connection.AskAsync(sql), System.Globalization.CultureInfo.InvariantCulture);

    public static async Task<object?> AskAsync(this NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(Stop);
    }

    /// <summary>Whether the server has it; asked in another database of the same server.</summary>
    public static async Task<bool> ExistsAsync(DatabaseLease other, string database) =>
        await other.CountAsync($"SELECT count(*) FROM pg_database WHERE datname = '{database}'") == 1;
}
