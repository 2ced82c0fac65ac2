using Npgsql;

namespace ChainBridge.TestKit.Postgres;

/// <summary>Executes scripts, each in a session of its own: settings, a role or temporary tables of one are not the next one's.</summary>
internal static class ScriptRunner
{
    /// <exception cref="MigrationException">A statement failed; the message names the script, the line and PostgreSQL's error.</exception>
    public static async Task RunAsync(string connectionString, IReadOnlyList<MigrationScript> scripts, CancellationToken cancellationToken)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false, IncludeErrorDetail = true };
        var roles = new List<uint>();
        var numbered = scripts.Select((script, index) => new NumberedScript(script, index + 1)).ToList();
        foreach (var script in numbered) script.Check();
        foreach (var script in numbered)
        {
            await using var connection = new NpgsqlConnection(settings.ConnectionString);
            await connection.OpenAsync(cancellationToken);
            await new ScriptRun(connection, script, roles).RunAsync(cancellationToken);
        }
    }
}
