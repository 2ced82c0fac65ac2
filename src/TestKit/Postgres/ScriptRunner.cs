using Npgsql;

namespace ChainBridge.TestKit.Postgres;

/// <summary>Executes scripts, each in a session of its own: settings, a role or temporary tables of one are not the next one's.</summary>
internal static class ScriptRunner
{
    /// <exception cref="MigrationException">A statement failed; names the script, the line and what PostgreSQL said.</exception>
    public static async Task RunAsync(string connectionString, IReadOnlyList<MigrationScript> scripts, CancellationToken cancellationToken)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false, IncludeErrorDetail = true };
        var roles = new List<uint>();
        for (var index = 0; index < scripts.Count; index++)
        {
            await using var connection = new NpgsqlConnection(settings.ConnectionString);
            await connection.OpenAsync(cancellationToken);
            await new ScriptRun(connection, scripts[index], index + 1, roles).RunAsync(cancellationToken);
        }
    }
}
