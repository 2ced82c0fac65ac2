using System.Text.RegularExpressions;
using ChainBridge.TestKit.Postgres;
using Npgsql;

namespace ChainBridge.TestKit.Providers.Shared;

/// <summary>
/// Drops the templates on a server that stays which no run has asked for in a week. A run that asks for one at that moment holds its lock.
/// </summary>
internal static partial class TemplateSweep
{
    private const string Comment = "shobj_description(oid, 'pg_database')";

    /// <param name="connection">To the home database, where the locks of templates are.</param>
    /// <returns>The names of what was dropped.</returns>
    public static async Task<IReadOnlyList<string>> RunAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var dropped = new List<string>();
        foreach (var name in await StaleAsync(connection, "%", cancellationToken))
        {
            if (Ours().Match(name) is not { Success: true } match) continue;
            var key = TemplateBuilder.LockOf(match.Groups["hash"].Value);
            if (!await IsTrueAsync(connection, $"SELECT pg_try_advisory_lock({key})", cancellationToken)) continue;
            try
            {
                if ((await StaleAsync(connection, name, cancellationToken)).Count > 0
                    && await DropAsync(connection, name, cancellationToken)) dropped.Add(name);
            }
            finally
            {
                await IsTrueAsync(connection, $"SELECT pg_advisory_unlock({key})", CancellationToken.None);
            }
        }

        return dropped;
    }

    private static Task<List<string>> StaleAsync(NpgsqlConnection connection, string name, CancellationToken cancellationToken) =>
        Sessions.NamesAsync(connection, "SELECT datname FROM pg_database WHERE datname LIKE @pattern AND pg_has_role(datdba, "
            + $"'MEMBER') AND {TemplateMark.IsStale(Comment)}", name, cancellationToken);

    /// <summary>False where a session is connected, or it is gone.</summary>
    private static async Task<bool> DropAsync(NpgsqlConnection connection, string name, CancellationToken cancellationToken)
    {
        try
        {
            await using var command = new NpgsqlCommand($"DROP DATABASE {name}", connection);
            await command.ExecuteNonQueryAsync(cancellationToken);
            return true;
        }
        catch (PostgresException kept) when (kept.SqlState is PostgresErrorCodes.ObjectInUse or PostgresErrorCodes.InvalidCatalogName)
        {
            return false;
        }
    }

    private static async Task<bool> IsTrueAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(cancellationToken) is true;
    }

    [GeneratedRegex("^cbtest_[0-9a-f]{8}_template_(?<hash>[0-9a-f]{24})$")]
    private static partial Regex Ours();
}
