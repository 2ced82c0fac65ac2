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
    /// <summary>The catalogs in which a change of the schema shows, each with the condition that leaves out what is the server's own.</summary>
    private static readonly (string Table, string Ours)[] Catalogs =
    [
        ("pg_attribute", "attrelid >= 16384"), ("pg_attrdef", "true"), ("pg_constraint", "oid >= 16384"), ("pg_index", "indexrelid >= 16384"), ("pg_trigger", "true"),
        ("pg_rewrite", "oid >= 16384"), ("pg_proc", "oid >= 16384"), ("pg_type", "oid >= 16384"), ("pg_enum", "true"), ("pg_namespace", "nspname !~ '^pg_'"), ("pg_extension", "true"),
        ("pg_policy", "true"), ("pg_inherits", "true"), ("pg_event_trigger", "true"), ("pg_default_acl", "true"), ("pg_operator", "oid >= 16384"),
        ("pg_cast", "oid >= 16384"), ("pg_collation", "oid >= 16384"), ("pg_statistic_ext", "true"), ("pg_publication", "true"), ("pg_foreign_server", "true"),
        ("pg_ts_config", "true"), ("pg_ts_dict", "true"), ("pg_am", "true"), ("pg_language", "true"), ("pg_foreign_data_wrapper", "true"), ("pg_conversion", "oid >= 16384"), ("pg_opclass", "oid >= 16384"),
        ("pg_database", "datname = current_database()"), ("pg_description", "objoid >= 16384"), ("pg_largeobject_metadata", "true"),
        ("pg_db_role_setting", "setdatabase = (SELECT oid FROM pg_database WHERE datname = current_database())"),
    ];

    /// <summary>The contents of large objects, which superusers may read.</summary>
    private static readonly (string Table, string Ours) Contents = ("pg_largeobject", "true");

    private const string Relations = """
        SELECT format('%I.%I', n.nspname, c.relname), c.relkind::text,
            (SELECT string_agg(format('%I', attname), ', ' ORDER BY attnum) FROM pg_attribute a WHERE attrelid = c.oid AND attnum > 0 AND NOT attisdropped AND attgenerated = '')
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relkind IN ('r', 'm', 'S') AND c.relpersistence <> 't' AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' ORDER BY 1
        """;

    /// <summary>Whoever else is connected; the function knows the database as <c>here</c>.</summary>
    private const string Others = "datid = here AND pid <> pg_backend_pid() AND backend_type = 'client backend'";

    /// <summary>Reads the schema, which rows are there and where its sequences stand.</summary>
    /// <param name="free">Whether the session fires no triggers: then foreign keys and triggers of the schema do not matter.</param>
    /// <exception cref="ResetImpossibleException">The schema has triggers that the session may not switch off, or large objects that it may not look into.</exception>
    public static async Task<ResetScript> LearnAsync(NpgsqlConnection connection, bool free, CancellationToken cancellationToken)
    {
        var relations = await ReadAsync(connection, Relations, row => new Relation(row.GetString(0), row.GetString(1)[0], row.IsDBNull(2) ? "" : row.GetString(2)), cancellationToken);
        if (!free && await IsBeyondAsync(connection, cancellationToken))
            throw new ResetImpossibleException("the fast reset can neither keep the schema's triggers from firing nor see changes of its large objects: the user needs to be a superuser or GRANT SET ON PARAMETER session_replication_role. Use Isolation.Clone without it");
        Relation[] tables = [.. relations.Where(relation => relation.Kind == 'r')], views = [.. relations.Where(relation => relation.Kind == 'm')], sequences = [.. relations.Where(relation => relation.Kind == 'S')];
        var counts = await CountsAsync(connection, [.. tables, .. views], cancellationToken);
        var values = sequences.Length == 0 ? [] : await ReadAsync(connection, string.Join(" UNION ALL ", sequences.Select((sequence, index) => $"SELECT {index} AS place, last_value, is_called FROM {sequence.Name}")) + " ORDER BY place", row => (Value: row.GetInt64(1), Called: row.GetBoolean(2)), cancellationToken);
        var seeds = tables.Where(table => counts[table.Name] > 0).Select((table, index) => new Seed(table, counts[table.Name], $"pg_temp.chainbridge_seed_{index}")).ToList();
        return new(string.Join('\n',
        [
            .. seeds.Select(seed => $"CREATE TEMP TABLE {seed.Copy["pg_temp.".Length..]} AS SELECT {seed.Table.Columns} FROM ONLY {seed.Table.Name};"),
            Shape(free),
            Function([.. tables.Where(table => counts[table.Name] == 0)], seeds, [.. views.Select(view => (view, counts[view.Name]))], [.. sequences.Zip(values)], free),
        ]));
    }

    private static string Function(IReadOnlyList<Relation> empty, IReadOnlyList<Seed> seeds, IReadOnlyList<(Relation View, long Count)> views, IReadOnlyList<(Relation Sequence, (long Value, bool Called) State)> sequences, bool free) => $"""
        CREATE FUNCTION pg_temp.chainbridge_reset(baseline xid, shape text, room bigint, spared int[], OUT verdict text, OUT mark text, OUT ended boolean) LANGUAGE plpgsql AS $chainbridge$
        DECLARE dirty text[]; seeds int[]; others int[]; here oid := (SELECT oid FROM pg_database WHERE datname = current_database());
        BEGIN
            SELECT 'somebody is still at work in it: ' || string_agg(format('process %s (application ''%s'', %s)', pid, application_name, state), ', ')
                    FILTER (WHERE state IS DISTINCT FROM 'idle' OR EXISTS (SELECT FROM pg_locks l WHERE l.locktype = 'advisory' AND l.pid = a.pid)),
                array_agg(pid) FILTER (WHERE pid <> ALL (spared))
                INTO verdict, others FROM pg_stat_activity a WHERE {Others};
            IF verdict IS NOT NULL THEN RETURN; END IF;
            ended := false;
            WHILE others IS NOT NULL LOOP
                IF clock_timestamp() > statement_timestamp() + interval '5 s' THEN verdict := 'its sessions do not end: process ' || array_to_string(others, ', '); RETURN; END IF;
                ended := true;
                PERFORM pg_terminate_backend(pid) FROM unnest(others) pid;
                PERFORM pg_sleep(0.001), pg_stat_clear_snapshot();
                SELECT array_agg(pid) INTO others FROM pg_stat_activity WHERE {Others} AND pid <> ALL (spared);
            END LOOP;
            IF EXISTS (SELECT FROM pg_prepared_xacts WHERE database = current_database()) THEN verdict := 'a prepared transaction is left in it'; RETURN; END IF;
            IF pg_temp.chainbridge_shape(baseline) <> shape THEN verdict := 'its schema, a comment, a setting or a large object was changed (temporary tables of a session that is still open count too)'; RETURN; END IF;
            {Lines(views.Select(view => $"IF {Changed(view.View, view.Count)} THEN verdict := 'the materialized view ' || {Literal(view.View.Name)} || ' was refreshed'; RETURN; END IF;"))}
            dirty := array_remove(ARRAY[{string.Join(", ", empty.Select(table => $"CASE WHEN EXISTS (SELECT FROM ONLY {table.Name}) THEN {Literal(table.Name)} END"))}]::text[], NULL);
            {Lines(seeds.Select((seed, index) => $"IF {Changed(seed.Table, seed.Count)} THEN dirty := dirty || {Literal(seed.Table.Name)}::text; seeds := seeds || {index}; END IF;"))}
            {(free || seeds.Count == 0 ? "" : $"IF seeds IS NOT NULL THEN seeds := ARRAY[{string.Join(", ", Enumerable.Range(0, seeds.Count))}]; dirty := (SELECT array_agg(DISTINCT name) FROM unnest(dirty || ARRAY[{string.Join(", ", seeds.Select(seed => Literal(seed.Table.Name)))}]) name); END IF;")}
            IF cardinality(dirty) > 0 THEN
                IF (SELECT max(pg_relation_size(name::regclass)) FROM unnest(dirty) name) > room THEN verdict := 'too much was written into it'; RETURN; END IF;
                -- One statement: foreign keys are looked at when it ends, so order and cycles do not matter.
                EXECUTE (SELECT 'WITH ' || string_agg(format('d%s AS (DELETE FROM ONLY %s)', place, name), ', ') || ' SELECT' FROM unnest(dirty) WITH ORDINALITY AS d(name, place));
            END IF;
            {(seeds.Count == 0 ? "" : $"IF seeds IS NOT NULL THEN EXECUTE (SELECT 'WITH ' || string_agg((ARRAY[{string.Join(", ", seeds.Select((seed, index) => Literal($"s{index} AS (INSERT INTO {seed.Table.Name} ({seed.Table.Columns}) OVERRIDING SYSTEM VALUE SELECT {seed.Table.Columns} FROM {seed.Copy})")))}])[place + 1], ', ') || ' SELECT' FROM unnest(seeds) place); END IF;")}
            {(sequences.Count == 0 ? "" : $"PERFORM setval(name, value, called) FROM ({string.Join(" UNION ALL ", sequences.Select(sequence => $"SELECT {Literal(sequence.Sequence.Name)}::regclass AS name, last_value, is_called, {Number(sequence.State.Value)}::bigint AS value, {sequence.State.Called} AS called FROM {sequence.Sequence.Name}"))}) s WHERE (last_value, is_called) IS DISTINCT FROM (value, called);")}
            mark := coalesce(pg_current_xact_id_if_assigned()::xid, baseline)::text;
        END $chainbridge$;
        """;

    /// <summary>Changes with every change of the schema: rows that went show in the count, rows that came or changed in their age. What TRUNCATE, ANALYZE and ALTER SEQUENCE … RESTART leave in the catalogs is no change.</summary>
    private static string Shape(bool free) => $"""
        CREATE FUNCTION pg_temp.chainbridge_shape(baseline xid) RETURNS text LANGUAGE plpgsql STABLE AS $chainbridge$ BEGIN RETURN concat_ws(' ',
            (SELECT sum(hashtext(concat_ws(' ', oid, relname, relnamespace, relowner, relpersistence, relnatts, relchecks, relrowsecurity, relforcerowsecurity, relreplident, reloptions, relacl, relispartition, CASE WHEN relkind = 'm' THEN relfilenode END))) FROM pg_class WHERE oid >= 16384 AND relkind <> 't' AND relpersistence <> 't'),
            (SELECT sum(hashtext(s::text)) FROM pg_sequence s),
            {string.Join(",\n    ", (free ? Catalogs.Append(Contents) : Catalogs).Select(catalog => $"(SELECT count(*) || '/' || count(*) FILTER (WHERE age(xmin) < age(baseline)) FROM {catalog.Table} WHERE {catalog.Ours})"))}); END $chainbridge$;
        """;

    private static string Changed(Relation relation, long count) => $"EXISTS (SELECT FROM ONLY {relation.Name} WHERE age(xmin) < age(baseline)) OR (SELECT count(*) FROM ONLY {relation.Name}) <> {Number(count)}";

    private static async Task<Dictionary<string, long>> CountsAsync(NpgsqlConnection connection, IReadOnlyList<Relation> relations, CancellationToken cancellationToken) => relations.Count == 0 ? []
        : (await ReadAsync(connection, string.Join(" UNION ALL ", relations.Select(relation => $"SELECT {Literal(relation.Name)}, count(*) FROM ONLY {relation.Name}")), row => (Name: row.GetString(0), Count: row.GetInt64(1)), cancellationToken)).ToDictionary(row => row.Name, row => row.Count);

    private static async Task<bool> IsBeyondAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        (await ReadAsync(connection, "SELECT EXISTS (SELECT FROM pg_trigger WHERE NOT tgisinternal) OR EXISTS (SELECT FROM pg_largeobject_metadata)", row => row.GetBoolean(0), cancellationToken))[0];

    private static async Task<List<T>> ReadAsync<T>(NpgsqlConnection connection, string sql, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken)
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

    private sealed record Relation(string Name, char Kind, string Columns);

    private sealed record Seed(Relation Table, long Count, string Copy);
}

/// <summary>A schema that its user cannot set back.</summary>
internal sealed class ResetImpossibleException(string message) : LeaseException(message);
