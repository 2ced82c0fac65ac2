using Npgsql;

namespace ChainBridge.TestKit.Postgres;

/// <summary>Executes scripts statement by statement, so that a failure can be told with its line.</summary>
internal static class ScriptRunner
{
    private const int StatementTimeoutSeconds = 120;

    /// <exception cref="MigrationException">A statement failed; names the script, the line and what PostgreSQL said.</exception>
    public static async Task RunAsync(string connectionString, IReadOnlyList<MigrationScript> scripts, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false, IncludeErrorDetail = true }.ConnectionString);
        await connection.OpenAsync(cancellationToken);
        for (var index = 0; index < scripts.Count; index++)
            foreach (var statement in SqlStatements.Of(scripts[index].Sql))
                await RunAsync(connection, scripts[index], index + 1, statement, cancellationToken);
    }

    private static async Task RunAsync(NpgsqlConnection connection, MigrationScript script, int number, SqlStatement statement, CancellationToken cancellationToken)
    {
        try
        {
            // A batch command goes to the server as it is; a plain one is searched for parameters and cut at its semicolons.
            await using var batch = new NpgsqlBatch(connection) { BatchCommands = { new NpgsqlBatchCommand(statement.Text) }, Timeout = StatementTimeoutSeconds };
            await batch.ExecuteNonQueryAsync(cancellationToken);
        }
        catch (PostgresException said) when (said.SqlState != PostgresErrorCodes.DiskFull)
        {
            var at = statement.Offset + Math.Max(0, said.Position - 1);
            var line = script.Sql.AsSpan(0, Math.Min(at, script.Sql.Length)).Count('\n') + 1;
            var text = script.Sql.Split('\n')[line - 1].Trim();
            string[] more = [.. new[] { said.Detail, said.Hint, said.Where }.OfType<string>()];
            throw new MigrationException($"migration {number} '{script.Name}' failed in line {line}: {said.SqlState}: {said.MessageText}{(more.Length > 0 ? $" ({string.Join("; ", more)})" : "")}\n  {line} | {text}", said) { Number = number, Name = script.Name, Line = line };
        }
    }
}
