using FluentAssertions;
using FluentAssertions.Execution;
using Npgsql;
using StackExchange.Redis;

namespace ChainBridge.TestKit.Assertions;

/// <summary>Assertions that a cleanup left nothing behind.</summary>
public static class LeftoverAssertions
{
    private const int Shown = 3;
    private const string Sessions = """
        SELECT format('pid %s, %s, from %s, %s for %s s: %s', pid, coalesce(nullif(application_name, ''), '(no application name)'),
            coalesce(host(client_addr), 'a local socket'),
            state, round(extract(epoch FROM clock_timestamp() - state_change)), left(regexp_replace(query, '\s+', ' ', 'g'), 200))
        FROM pg_stat_activity
            WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend' ORDER BY backend_start
        """;

    /// <summary>No table holds more rows than it did at the baseline. The failure names the tables and shows their newest rows.</summary>
    /// <param name="baseline">The seed rows. Default: no table may hold any.</param>
    /// <param name="ignoreTables">
    /// Tables that may, e.g. the migrations' journal: <c>schema.table</c>, or <c>table</c> in any schema.
    /// </param>
    /// <param name="because">The reason, as everywhere in FluentAssertions.</param>
    public static async Task<AndConstraint<DatabaseAssertions>> HaveNoLeftoverRowsAsync(
        this DatabaseAssertions should, CancellationToken cancellationToken, RowBaseline? baseline = null,
        IReadOnlyCollection<string>? ignoreTables = null, string because = "", params object[] becauseArgs)
    {
        var now = await RowBaseline.OfAsync(should.Subject, cancellationToken);
        var before = (baseline ?? RowBaseline.Empty).Rows;
        var findings = new List<string>();
        foreach (var (table, rows) in now.Rows.Where(table =>
            ignoreTables?.Any(ignored => ignored == table.Key || table.Key.EndsWith("." + ignored, StringComparison.Ordinal)) != true))
        {
            var more = rows - before.GetValueOrDefault(table);
            if (more <= 0) continue;
            findings.Add($"{table} holds {rows}, {more} more than the {before.GetValueOrDefault(table)} of the baseline:");
            findings.AddRange((await RowBaseline.SampleAsync(should.Subject, table, Math.Min(more, Shown), cancellationToken))
                .Select(row => "  " + row));
        }

        Fail(findings, "{context:the database} to have no leftover rows", because, becauseArgs);
        return new(should);
    }

    /// <summary>
    /// No session is connected but those of this process's own pool of the lease, which is emptied: a session
    /// that is open then was forgotten.
    /// A session takes a moment to end, so this waits.
    /// </summary>
    /// <param name="within">How long sessions may take to end. Default: 5 s.</param>
    /// <param name="because">The reason, as everywhere in FluentAssertions.</param>
    public static async Task<AndConstraint<DatabaseAssertions>> HaveNoOpenConnectionsAsync(
        this DatabaseAssertions should, CancellationToken cancellationToken, EventuallyOptions? within = null, string because = "")
    {
        NpgsqlConnection.ClearPool(new NpgsqlConnection(should.Subject.ConnectionString));
        var settings = new NpgsqlConnectionStringBuilder(should.Subject.ConnectionString) { Pooling = false };
        await using var connection = new NpgsqlConnection(settings.ConnectionString);
        await connection.OpenAsync(cancellationToken);
        await Eventually.SatisfiesAsync(
            stop => OpenAsync(connection, stop),
            sessions => Fail(sessions, "the database to have no open connections but ours", because, []),
            $"no session is connected to the database {settings.Database}", within ?? TimeSpan.FromSeconds(5), cancellationToken);
        return new(should);
    }

    /// <summary>The key space holds no keys. The failure names the first, with type and time to live.</summary>
    /// <param name="pattern">
    /// Which keys may not be there, as Redis writes patterns, behind the prefix of a lease that has one. Default: all of the lease.
    /// </param>
    /// <param name="because">The reason, as everywhere in FluentAssertions.</param>
    public static async Task<AndConstraint<KeySpaceAssertions>> HaveNoKeysAsync(this KeySpaceAssertions should,
        CancellationToken cancellationToken, string pattern = "*", string because = "", params object[] becauseArgs)
    {
        var lease = should.Subject;
        await using var redis = await ConnectionMultiplexer.ConnectAsync(lease.ConnectionString).WaitAsync(cancellationToken);
        var database = redis.GetDatabase(lease.Database);
        var findings = new List<string>();
        var count = 0;
        await foreach (var key in redis.GetServer(lease.Host, lease.Port).KeysAsync(lease.Database, lease.KeyPrefix + pattern)
            .WithCancellation(cancellationToken))
        {
            if (++count > Shown) continue;
            var (type, left) = (await database.KeyTypeAsync(key), await database.KeyTimeToLiveAsync(key));
            findings.Add(
                $"{key}, a {type.ToString().ToLowerInvariant()}, {(left is { } time ? $"expires in {Text.Span(time)}" : "never expires")}");
        }

        if (count > Shown) findings.Add($"and {count - Shown} more");
        Fail(findings, "{context:the key space} to have no keys", because, becauseArgs);
        return new(should);
    }

    private static async Task<IReadOnlyList<string>> OpenAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var sessions = new List<string>();
        await using var command = new NpgsqlCommand(Sessions, connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken)) sessions.Add(reader.GetString(0));
        return sessions;
    }

    private static void Fail(IReadOnlyCollection<string> findings, string wanted, string because, object[] becauseArgs) =>
        Execute.Assertion.BecauseOf(because, becauseArgs).ForCondition(findings.Count == 0)
            .FailWith($"Expected {wanted}{{reason}}, but:\n{Text.Raw(Text.Indent(string.Join('\n', findings)))}");
}
