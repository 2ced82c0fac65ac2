using Npgsql;

namespace ChainBridge.TestKit.Assertions;

/// <summary>How many rows each table held at one moment: what is there beyond it later was left over.</summary>
public sealed class RowBaseline
{
    private const string Tables = """
        SELECT format('%I.%I', n.nspname, c.relname) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relkind = 'r' AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' ORDER BY 1
        """;

    private RowBaseline(IReadOnlyDictionary<string, long> rows) => Rows = rows;

    /// <summary>No rows anywhere.</summary>
    public static RowBaseline Empty { get; } = new(new Dictionary<string, long>());

    /// <summary>Rows per table, by <c>schema.table</c>.</summary>
    public IReadOnlyDictionary<string, long> Rows { get; }

    /// <summary>Counts every table's rows; take it when only the seed rows are there.</summary>
    /// <exception cref="LeaseException">Row security hides rows of a table from the lease's user.</exception>
    public static async Task<RowBaseline> OfAsync(DatabaseLease database, CancellationToken cancellationToken)
    {
        await using var connection = await OpenAsync(database, cancellationToken);
        var tables = new List<string>();
        await using (var list = new NpgsqlCommand(Tables, connection))
        await using (var reader = await list.ExecuteReaderAsync(cancellationToken))
            while (await reader.ReadAsync(cancellationToken)) tables.Add(reader.GetString(0));
        var rows = new Dictionary<string, long>();
        foreach (var table in tables)
        {
            await using var count = new NpgsqlCommand($"SELECT count(*) FROM {table}", connection);
            try
            {
                rows[table] = (long)(await count.ExecuteScalarAsync(cancellationToken))!;
            }
            catch (PostgresException hidden) when (hidden.SqlState == PostgresErrorCodes.InsufficientPrivilege)
            {
                throw new LeaseException(
                    $"the rows of {table} cannot be counted ({hidden.SqlState}: {hidden.MessageText}): to find what was left over, "
                        + $"the user {database.Username} needs to see all of them. Make it a superuser, or give it BYPASSRLS", hidden);
            }
        }

        return new(rows);
    }

    /// <summary>Rows that row security would leave out in silence are an error here.</summary>
    private static async Task<NpgsqlConnection> OpenAsync(DatabaseLease database, CancellationToken cancellationToken)
    {
        var connection = await database.OpenAsync(cancellationToken);
        await using var all = new NpgsqlCommand("SET row_security = off", connection);
        await all.ExecuteNonQueryAsync(cancellationToken);
        return connection;
    }

    /// <summary>The newest rows of a table as JSON, as far as they lie at its end.</summary>
    internal static async Task<IReadOnlyList<string>> SampleAsync(
        DatabaseLease database, string table, long count, CancellationToken cancellationToken)
    {
        await using var connection = await OpenAsync(database, cancellationToken);
        await using var sample =
            new NpgsqlCommand($"SELECT row_to_json(t)::text FROM {table} t ORDER BY ctid DESC LIMIT {count}", connection);
        await using var reader = await sample.ExecuteReaderAsync(cancellationToken);
        var rows = new List<string>();
        while (await reader.ReadAsync(cancellationToken)) rows.Add(Text.Excerpt(reader.GetString(0), 200));
        return rows;
    }
}
