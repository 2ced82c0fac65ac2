using System.Globalization;
using System.Text.RegularExpressions;
using Npgsql;

namespace ChainBridge.TestKit.Postgres;

/// <summary>One script in its session, statement by statement, so that a failure can be reported with its line.</summary>
/// <param name="roles">Those that the set has created so far.</param>
internal sealed partial class ScriptRun(NpgsqlConnection connection, NumberedScript script, List<uint> roles)
{
    private const int StatementTimeoutSeconds = 120;

    /// <exception cref="MigrationException">A statement failed, or the script leaves its transaction open.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        foreach (var statement in script.Statements()) await RunAsync(statement, cancellationToken);
        try
        {
            await ExecuteAsync("DISCARD ALL", cancellationToken);
        }
        catch (PostgresException open) when (open.SqlState == PostgresErrorCodes.ActiveSqlTransaction)
        {
            throw script.Failed(script.Script.Sql.TrimEnd().Length,
                "it leaves its transaction open, and what it wrote would be lost: end it with COMMIT", open, roles);
        }
    }

    private async Task RunAsync(SqlStatement statement, CancellationToken cancellationToken)
    {
        // The script was decoded when it was read, and reaches the server as UTF-8 whatever it was dumped in.
        if (statement.IsPsql || ClientEncoding().IsMatch(statement.Text)) return;
        try
        {
            if (statement.Rows is { } rows) await CopyAsync(statement, rows.Text, cancellationToken);
            else await ExecuteAsync(statement.Text, cancellationToken);
        }
        catch (PostgresException unknown)
            when (unknown.SqlState == PostgresErrorCodes.UndefinedObject && NewerLimit().IsMatch(statement.Text))
        {
            // A newer pg_dump switches a limit off that this server does not have.
        }
        catch (PostgresException error) when (error.SqlState != PostgresErrorCodes.DiskFull && !PostgresAdmin.IsLoss(error))
        {
            throw script.Failed(PlaceOf(error, statement), Words(error), error, roles, ServerObjects.Advice(error, statement.Text));
        }

        if (ServerObjects.RoleOf(statement.Text) is { } role) roles.Add(await NumberAsync(role, cancellationToken));
    }

    private async Task ExecuteAsync(string text, CancellationToken cancellationToken)
    {
        // A batch command goes to the server as it is; a plain one is searched for parameters and cut at its semicolons.
        await using var batch =
            new NpgsqlBatch(connection) { BatchCommands = { new NpgsqlBatchCommand(text) }, Timeout = StatementTimeoutSeconds };
        await batch.ExecuteNonQueryAsync(cancellationToken);
    }

    private async Task CopyAsync(SqlStatement statement, string rows, CancellationToken cancellationToken)
    {
        await using var writer = await connection.BeginTextImportAsync(statement.Text, cancellationToken);
        await writer.WriteAsync(rows.AsMemory(), cancellationToken);
    }

    private async Task<uint> NumberAsync(string role, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("SELECT to_regrole(@role)::oid", connection) { Parameters = { new("role", role) } };
        return await command.ExecuteScalarAsync(cancellationToken) as uint? ?? 0;
    }

    /// <summary>In the statement, in the row of a COPY that the server names, else where the statement begins.</summary>
    private int PlaceOf(PostgresException error, SqlStatement statement)
    {
        if (statement.Rows is not { } rows || CopyLine().Match(error.Where ?? "") is not { Success: true } match)
            return statement.Offset + Math.Max(0, error.Position - 1);
        var (sql, at) = (script.Script.Sql, rows.Offset);
        for (var line = int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture); line > 1
            && sql.IndexOf('\n', at) is var end and >= 0; line--) at = end + 1;
        return at;
    }

    private static string Words(PostgresException error)
    {
        string[] more = [.. new[] { error.Detail, error.Hint, error.Where }.OfType<string>()];
        return $"{error.SqlState}: {error.MessageText}{(more.Length > 0 ? $" ({string.Join("; ", more)})" : "")}";
    }

    [GeneratedRegex(@"^SET\s+((SESSION|LOCAL)\s+)?client_encoding\b", RegexOptions.IgnoreCase)]
    private static partial Regex ClientEncoding();

    [GeneratedRegex(@"^SET\s+transaction_timeout\s*(=|TO)\s*'?0'?$", RegexOptions.IgnoreCase)]
    private static partial Regex NewerLimit();

    [GeneratedRegex(@"^COPY .*, line ([0-9]+)")]
    private static partial Regex CopyLine();
}
