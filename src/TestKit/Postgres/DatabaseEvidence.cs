using System.Text;
using Npgsql;

namespace ChainBridge.TestKit.Postgres;

/// <summary>
/// The evidence of a failed test's database: which sessions were at work in it and wait for which, and which tables hold more or fewer rows
/// than the migrations left.
/// </summary>
internal sealed class DatabaseEvidence(LeasedDatabase database, NpgsqlConnection? sole)
{
    private const string Activity = """
        SELECT pid, application_name, client_addr, state, wait_event_type || ':' || wait_event AS waits_for,
            pg_blocking_pids(pid)::text AS blocked_by,
            (clock_timestamp() - xact_start)::text AS in_transaction, (clock_timestamp() - query_start)::text AS since_query,
            left(query, 500) AS query
        FROM pg_stat_activity WHERE datname = '{0}' AND application_name NOT LIKE 'chainbridge-%' ORDER BY pid
        """;

    private const string Locks = """
        SELECT l.pid, l.locktype, l.mode, l.granted, CASE WHEN l.locktype = 'relation' THEN l.relation::text END AS relation,
            l.transactionid::text, l.objid::text
        FROM pg_locks l JOIN pg_stat_activity a USING (pid)
            WHERE a.datname = '{0}' AND a.application_name NOT LIKE 'chainbridge-%' AND l.locktype <> 'virtualxid' ORDER BY l.granted, l.pid
        """;

    private const string Tables =
        "SELECT format('%I.%I', n.nspname, c.relname) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind = 'r' "
            + "AND c.relpersistence <> 't' AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' ORDER BY 1";

    /// <summary>Writes its files; one that cannot be collected holds the reason instead.</summary>
    public async Task CollectAsync(EvidenceFolder folder, CancellationToken cancellationToken)
    {
        var name = database.Name;
        await WriteAsync("activity", () => database.Admin.TableAsync("asking for the activity",
            string.Format(System.Globalization.CultureInfo.InvariantCulture, Activity, name), cancellationToken));
        await WriteAsync("locks", () => database.Admin.TableAsync("asking for the locks",
            string.Format(System.Globalization.CultureInfo.InvariantCulture, Locks, name), cancellationToken));
        await WriteAsync("rows", () => ChangesAsync(cancellationToken));
        await WriteAsync("connection", async () => database.Keep
            ? await database.Quarantine.HowToConnectAsync(Quarantine.KeptName(name), cancellationToken)
            : $"the database {name} was dropped; CHAINBRIDGE_KEEP_FAILED=1 keeps the next one");

        async Task WriteAsync(string what, Func<Task<string>> text)
        {
            string content;
            try
            {
                content = await text();
            }
            catch (Exception failure) when (failure is LeaseException or NpgsqlException or InvalidOperationException)
            {
                content = $"could not be had: {failure.Message}";
            }

            await folder.WriteAsync($"postgres-{what}-{name}.txt", content + "\n", cancellationToken);
        }
    }

    /// <summary>The differences to a clone that no test has used.</summary>
    private async Task<string> ChangesAsync(CancellationToken cancellationToken)
    {
        var after = sole is null ? await CountsOfAsync(database.Name, cancellationToken) : await CountsAsync(sole, cancellationToken);
        var pristine = await database.Clones.TakeAsync(cancellationToken);
        try
        {
            var before = await CountsOfAsync(pristine, cancellationToken);
            var changes = after.Keys.Union(before.Keys).Order(StringComparer.Ordinal)
                .Where(table => Count(before, table) != Count(after, table));
            var lines = string.Join('\n', changes.Select(table => $"{table}: {Count(before, table)} -> {Count(after, table)}"));
            return lines.Length > 0 ? lines : "no table holds more or fewer rows than the migrations left";
        }
        finally
        {
            await database.Dropper.SoonAsync(pristine, CancellationToken.None);
        }

        static string Count(Dictionary<string, long> counts, string table) =>
            counts.TryGetValue(table, out var count) ? count.ToString(System.Globalization.CultureInfo.InvariantCulture) : "no table";
    }

    private async Task<Dictionary<string, long>> CountsOfAsync(string name, CancellationToken cancellationToken)
    {
        await using var connection = await database.Admin.ConnectAsync($"counting the rows of {name}", name,
            "-c row_security=off -c statement_timeout=5s -c lock_timeout=1s", cancellationToken);
        return await CountsAsync(connection, cancellationToken);
    }

    private static async Task<Dictionary<string, long>> CountsAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var tables = new List<string>();
        await using (var list = new NpgsqlCommand(Tables, connection))
        await using (var reader = await list.ExecuteReaderAsync(cancellationToken))
            while (await reader.ReadAsync(cancellationToken)) tables.Add(reader.GetString(0));
        var counts = new Dictionary<string, long>();
        if (tables.Count == 0) return counts;
        await using var count = new NpgsqlCommand(
            string.Join(" UNION ALL ", tables.Select((table, index) => $"SELECT {index}, count(*) FROM ONLY {table}")), connection);
        await using var rows = await count.ExecuteReaderAsync(cancellationToken);
        while (await rows.ReadAsync(cancellationToken)) counts[tables[rows.GetInt32(0)]] = rows.GetInt64(1);
        return counts;
    }
}
