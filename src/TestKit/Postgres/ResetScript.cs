using System.Globalization;
using Npgsql;

namespace ChainBridge.TestKit.Postgres;

/// <summary>
/// What sets one schema back to the state it was learned in: a function in the temporary schema of a session, so that the
/// database itself holds nothing of ours, and called in one round trip.
/// </summary>
/// <param name="Sql">Makes the function and the copies of the rows that are to stay; the same for all clones of a template.</param>
internal sealed record ResetScript(string Sql)
{
    private const string Relations = """
        SELECT format('%I.%I', n.nspname, c.relname), c.relkind::text,
            (SELECT string_agg(format('%I', attname), ', ' ORDER BY attnum) FROM pg_attribute a
                WHERE attrelid = c.oid AND attnum > 0 AND NOT attisdropped AND attgenerated = '')
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relkind IN ('r', 'm', 'S') AND c.relpersistence <> 't' AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
            ORDER BY 1
        """;

    /// <summary>Whether the schema has triggers or rules that fire also where a session has turned them off.</summary>
    private const string Firing = "SELECT EXISTS (SELECT FROM pg_trigger WHERE tgenabled IN ('A', 'R')) OR EXISTS (SELECT FROM pg_rewrite "
        + "WHERE ev_enabled IN ('A', 'R'))";

    /// <summary>All other connected sessions; the function knows the database as <c>here</c>.</summary>
    private const string Others = "datid = here AND pid <> pg_backend_pid() AND backend_type = 'client backend'";

    /// <summary>Reads the schema, which rows are there and where its sequences stand.</summary>
    /// <param name="free">Whether the session fires no triggers: then foreign keys and triggers of the schema do not matter.</param>
    /// <param name="serverState">SQL that returns the server's state, asked in the same round trip; null where it is not wanted.</param>
    /// <exception cref="ResetImpossibleException">
    /// The schema has triggers that the session may not switch off, large objects that it may not look into, or rows that it may not see.
    /// </exception>
    public static async Task<ResetScript> LearnAsync(
        NpgsqlConnection connection, bool free, string? serverState, CancellationToken cancellationToken)
    {
        var relations = await ReadAsync(connection, Relations,
            row => new Relation(row.GetString(0), row.GetString(1)[0], row.IsDBNull(2) ? "" : row.GetString(2)), cancellationToken);
        if (!free && await IsBeyondAsync(connection, cancellationToken))
            throw new ResetImpossibleException(
                "the fast reset can neither keep the schema's triggers from firing nor see changes of its large objects: the user needs to "
                    + "be a superuser or GRANT SET ON PARAMETER session_replication_role. Use Isolation.Clone without it");
        Relation[] tables = [.. relations.Where(relation => relation.Kind == 'r')], views = [.. relations.Where(
            relation => relation.Kind == 'm')], sequences = [.. relations.Where(relation => relation.Kind == 'S')];
        var counts = await CountsAsync(connection, [.. tables, .. views], cancellationToken);
        var fingerprint = await Fingerprint.LearnAsync(connection, cancellationToken);
        var firing = (await ReadAsync(connection, Firing, row => row.GetBoolean(0), cancellationToken))[0];
        var values = sequences.Length == 0 ? [] : await ReadAsync(connection, string.Join(" UNION ALL ", sequences.Select(
            (sequence, index) => $"SELECT {index} AS place, last_value, is_called FROM {sequence.Name}")) + " ORDER BY place", row =>
                (Value: row.GetInt64(1), Called: row.GetBoolean(2)), cancellationToken);
        var seeds = tables.Where(table => counts[table.Name] > 0)
            .Select((table, index) => new Seed(table, counts[table.Name], $"pg_temp.chainbridge_seed_{index}")).ToList();
        return new(string.Join('\n',
        [
            .. seeds.Select(seed =>
                $"CREATE TEMP TABLE {seed.Copy["pg_temp.".Length..]} AS SELECT {seed.Table.Columns} FROM ONLY {seed.Table.Name};"),
            fingerprint.Functions(),
            Function(new(
                [.. tables.Where(table => counts[table.Name] == 0)], seeds, [.. views.Select(view => (view, counts[view.Name]))],
                [.. sequences.Zip(values)], free, firing, serverState, connection.PostgreSqlVersion.Major >= FastReset.CountsSessions)),
        ]));
    }

    private static string Function(Schema schema)
    {
        var views = Lines(schema.Views.Select(view => $"IF {Changed(view.View, view.Count)} THEN verdict := "
            + $"'the materialized view ' || {Literal(view.View.Name)} || ' was refreshed'; RETURN; END IF;"));
        var filled = schema.Empty.Select(table => $"CASE WHEN EXISTS (SELECT FROM ONLY {table.Name}) THEN {Literal(table.Name)} END")
            .ToList();
        var seeds = Lines(schema.Seeds.Select((seed, index) => $"IF {Changed(seed.Table, seed.Count)} THEN "
            + $"dirty := dirty || {Literal(seed.Table.Name)}::text; seeds := seeds || {index}; END IF;"));
        var kept = filled.Concat(schema.Seeds.Select((seed, index) => Unlike(schema, seed, index)));
        return $"""
            CREATE FUNCTION pg_temp.chainbridge_reset(baseline xid, shape text, rewritten text, room bigint, spared int[], OUT verdict text,
                OUT mark text, OUT ended boolean, OUT sessions bigint, OUT server text) LANGUAGE plpgsql AS $chainbridge$
            DECLARE dirty text[]; seeds int[]; others int[]; looks text; changed text; touched boolean := false; kept text[];
                here oid := (SELECT oid FROM pg_database WHERE datname = current_database());
            BEGIN
                SELECT 'sessions are still at work in it: '
                    || string_agg(format('process %s (application ''%s'', %s)', pid, application_name, state), ', ')
                        FILTER (WHERE state IS DISTINCT FROM 'idle'
                            OR EXISTS (SELECT FROM pg_locks l WHERE l.locktype = 'advisory' AND l.pid = a.pid)),
                    array_agg(pid) FILTER (WHERE pid <> ALL (spared))
                    INTO verdict, others FROM pg_stat_activity a WHERE {Others};
                IF verdict IS NOT NULL THEN RETURN; END IF;
                ended := false;
                WHILE others IS NOT NULL LOOP
                    IF clock_timestamp() > statement_timestamp() + interval '5 s' THEN
                        verdict := 'its sessions do not end: process ' || array_to_string(others, ', '); RETURN;
                    END IF;
                    ended := true;
                    PERFORM pg_terminate_backend(pid) FROM unnest(others) pid;
                    PERFORM pg_sleep(0.001), pg_stat_clear_snapshot();
                    SELECT array_agg(pid) INTO others FROM pg_stat_activity WHERE {Others} AND pid <> ALL (spared);
                END LOOP;
                IF EXISTS (SELECT FROM pg_prepared_xacts WHERE database = current_database()) THEN
                    verdict := 'a prepared transaction is left in it'; RETURN;
                END IF;
                looks := pg_temp.chainbridge_shape(baseline);
                IF looks <> shape THEN
                    changed := {Fingerprint.Differences("looks", "shape")};
                    touched := {Fingerprint.IsRewriting("changed")} AND pg_temp.chainbridge_rewritten() = rewritten;
                    IF touched IS NOT TRUE THEN
                        verdict := 'what it owns besides rows was changed (seen in ' || changed
                            || '; temporary tables of a session that is still open count too)'; RETURN;
                    END IF;
                END IF;
                {views}
                dirty := array_remove(ARRAY[{string.Join(", ", filled)}]::text[], NULL);
                {seeds}
                {(schema.Free || schema.Seeds.Count == 0 ? "" : AllSeeds(schema))}
                IF cardinality(dirty) > 0 THEN
                    IF (SELECT max(pg_relation_size(name::regclass)) FROM unnest(dirty) name) > room THEN
                        verdict := 'too much was written into it'; RETURN;
                    END IF;
                    -- One statement: foreign keys are looked at when it ends, so order and cycles do not matter.
                    EXECUTE (SELECT 'WITH ' || string_agg(format('d%s AS (DELETE FROM ONLY %s)', place, name), ', ') || ' SELECT'
                        FROM unnest(dirty) WITH ORDINALITY AS d(name, place));
                END IF;
                {(schema.Seeds.Count == 0 ? "" : Restore(schema))}
                -- Deferred triggers fire now, not after the last look.
                IF cardinality(dirty) > 0 THEN SET CONSTRAINTS ALL IMMEDIATE; END IF;
                {(schema.Sequences.Count == 0 ? "" : Rewind(schema))}
                IF cardinality(dirty) > 0 THEN
                    -- A trigger or a rule that fires in every session may have kept rows, or made some.
                    kept := array_remove(ARRAY[{string.Join(", ", kept)}]::text[], NULL);
                    IF cardinality(kept) > 0 THEN
                        verdict := 'its rows do not go or do not come back (a trigger or a rule of the schema keeps or changes them): '
                            || array_to_string(kept, ', '); RETURN;
                    END IF;
                END IF;
                mark := CASE WHEN touched THEN pg_current_xact_id()::xid
                    ELSE coalesce(pg_current_xact_id_if_assigned()::xid, baseline) END::text;
                {(schema.CountsSessions ? "sessions := pg_stat_get_db_sessions(here);" : "")}
                {(schema.ServerState is { } state ? $"IF spared IS NOT NULL THEN server := ({state}); END IF;" : "")}
            END $chainbridge$;
            """;
    }

    /// <summary>Where one seed is to be restored, all are: foreign keys may tie them.</summary>
    private static string AllSeeds(Schema schema) =>
        $"IF seeds IS NOT NULL THEN seeds := ARRAY[{string.Join(", ", Enumerable.Range(0, schema.Seeds.Count))}]; "
        + "dirty := (SELECT array_agg(DISTINCT name) "
        + $"FROM unnest(dirty || ARRAY[{string.Join(", ", schema.Seeds.Select(seed => Literal(seed.Table.Name)))}]) name); END IF;";

    /// <summary>Seeds come back from their copies in one statement too.</summary>
    private static string Restore(Schema schema)
    {
        var inserts = schema.Seeds.Select((seed, index) => Literal($"s{index} AS (INSERT INTO {seed.Table.Name} ({seed.Table.Columns}) "
            + $"OVERRIDING SYSTEM VALUE SELECT {seed.Table.Columns} FROM {seed.Copy})"));
        return $"IF seeds IS NOT NULL THEN EXECUTE (SELECT 'WITH ' || string_agg((ARRAY[{string.Join(", ", inserts)}])[place + 1], ', ') "
            + "|| ' SELECT' FROM unnest(seeds) place); END IF;";
    }

    private static string Rewind(Schema schema)
    {
        var sequences = schema.Sequences.Select(sequence =>
            $"SELECT {Literal(sequence.Sequence.Name)}::regclass AS name, last_value, is_called, "
                + $"{Number(sequence.State.Value)}::bigint AS value, {sequence.State.Called} AS called FROM {sequence.Sequence.Name}");
        return $"PERFORM setval(name, value, called) FROM ({string.Join(" UNION ALL ", sequences)}) s "
            + "WHERE (last_value, is_called) IS DISTINCT FROM (value, called);";
    }

    /// <summary>
    /// Seeds that were restored are compared with their copies; where triggers fire all the same, the others are looked at once more.
    /// </summary>
    private static string Unlike(Schema schema, Seed seed, int index) =>
        $"CASE WHEN {index} = ANY (seeds) THEN CASE WHEN {Rows(seed, $"ONLY {seed.Table.Name}")} <> {Rows(seed, seed.Copy)} "
        + $"THEN {Literal(seed.Table.Name)} END"
        + $"{(schema.Firing ? $" WHEN {Changed(seed.Table, seed.Count)} THEN {Literal(seed.Table.Name)}" : "")} END";

    private static string Rows(Seed seed, string of) =>
        $"(SELECT count(*) || '/' || coalesce(sum(hashtext(ROW({seed.Table.Columns})::text)), 0) FROM {of})";

    private static string Changed(Relation relation, long count) => $"EXISTS (SELECT FROM ONLY {relation.Name} WHERE age(xmin) "
        + $"< age(baseline)) OR (SELECT count(*) FROM ONLY {relation.Name}) <> {Number(count)}";

    private static async Task<Dictionary<string, long>> CountsAsync(
        NpgsqlConnection connection, IReadOnlyList<Relation> relations, CancellationToken cancellationToken)
    {
        if (relations.Count == 0) return [];
        var sql = string.Join(" UNION ALL ",
            relations.Select(relation => $"SELECT {Literal(relation.Name)}, count(*) FROM ONLY {relation.Name}"));
        try
        {
            return (await ReadAsync(connection, sql, row => (Name: row.GetString(0), Count: row.GetInt64(1)), cancellationToken))
                .ToDictionary(row => row.Name, row => row.Count);
        }
        catch (PostgresException hidden) when (hidden.SqlState == PostgresErrorCodes.InsufficientPrivilege)
        {
            // With row_security off the server refuses what it would otherwise leave out without a word.
            throw new ResetImpossibleException($"the fast reset may not see every row of the schema ({hidden.SqlState}: "
                + $"{hidden.MessageText}): the user needs to be a superuser or to have BYPASSRLS. Use Isolation.Clone without it");
        }
    }

    private static async Task<bool> IsBeyondAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        (await ReadAsync(connection,
            "SELECT EXISTS (SELECT FROM pg_trigger WHERE NOT tgisinternal) OR EXISTS (SELECT FROM pg_largeobject_metadata)",
            row => row.GetBoolean(0), cancellationToken))[0];

    private static async Task<List<T>> ReadAsync<T>(
        NpgsqlConnection connection, string sql, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var rows = new List<T>();
        while (await reader.ReadAsync(cancellationToken)) rows.Add(read(reader));
        return rows;
    }

    private static string Lines(IEnumerable<string> statements) => string.Join("\n    ", statements);

    private static string Literal(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>What one function sets back.</summary>
    /// <param name="Firing">Whether it has triggers or rules that fire in every session.</param>
    private sealed record Schema(
        IReadOnlyList<Relation> Empty, IReadOnlyList<Seed> Seeds, IReadOnlyList<(Relation View, long Count)> Views,
        IReadOnlyList<(Relation Sequence, (long Value, bool Called) State)> Sequences,
        bool Free, bool Firing, string? ServerState, bool CountsSessions);

    private sealed record Relation(string Name, char Kind, string Columns);

    private sealed record Seed(Relation Table, long Count, string Copy);
}

/// <summary>A schema that its user cannot set back.</summary>
internal sealed class ResetImpossibleException(string message) : LeaseException(message);
