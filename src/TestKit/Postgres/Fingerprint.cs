using Npgsql;

namespace ChainBridge.TestKit.Postgres;

/// <summary>
/// What a database owns besides its rows, as the tables of pg_catalog hold it. All of them are looked at, also those that a
/// later PostgreSQL brings; what is left out stands here with its reason.
/// </summary>
internal sealed record Fingerprint(IReadOnlyList<Fingerprint.Catalog> Catalogs)
{
    /// <summary>Tables in which a change is no change of the database.</summary>
    public static readonly (string Table, string Reason)[] LeftOut =
    [
        ("pg_statistic", "ANALYZE writes it, and autovacuum whenever it likes"),
        ("pg_statistic_ext_data", "ANALYZE writes it, and autovacuum whenever it likes"),
    ];

    /// <summary>
    /// Shared by all databases of the server: only the rows that are about this one, which the functions know as <c>here</c>. Other shared
    /// tables belong to <see cref="ServerState"/>.
    /// </summary>
    public static readonly (string Table, string Ours)[] Shared =
    [
        ("pg_database", "oid = here"), ("pg_db_role_setting", "setdatabase = here"), ("pg_shdepend", "dbid = here"),
        ("pg_subscription", "subdbid = here"),
        ("pg_shdescription", "objoid = here AND classoid = 'pg_catalog.pg_database'::pg_catalog.regclass"),
        ("pg_shseclabel", "objoid = here AND classoid = 'pg_catalog.pg_database'::pg_catalog.regclass"),
    ];

    /// <summary>
    /// Hundreds of rows come with the server and are no test's to change: looking at those too would double the time of a reset. So it is
    /// with pg_depend, whose index begins with the kind of object.
    /// </summary>
    public static readonly (string Table, string Ours)[] Large =
    [
        ("pg_proc", "oid >= 16384"), ("pg_type", "oid >= 16384"), ("pg_operator", "oid >= 16384"), ("pg_amop", "oid >= 16384"),
        ("pg_amproc", "oid >= 16384"),
        ("pg_collation", "oid >= 16384"), ("pg_cast", "oid >= 16384"), ("pg_opclass", "oid >= 16384"), ("pg_opfamily", "oid >= 16384"),
        ("pg_rewrite", "oid >= 16384"),
        ("pg_conversion", "oid >= 16384"), ("pg_constraint", "oid >= 16384"), ("pg_attribute", "attrelid >= 16384"),
        ("pg_index", "indexrelid >= 16384"),
        ("pg_aggregate", "aggfnoid >= 16384"), ("pg_init_privs", "objoid >= 16384"),
        // The schema public and the extension plpgsql come with the server and are changed like a team's own; the number of a large
        // object is its maker's choice.
        ("pg_description", "(objoid >= 16384 OR objoid = ANY (ARRAY(SELECT oid FROM pg_catalog.pg_namespace UNION ALL SELECT oid FROM "
            + "pg_catalog.pg_extension UNION ALL SELECT oid FROM pg_catalog.pg_largeobject_metadata)))"),
    ];

    /// <summary>
    /// TRUNCATE and ALTER SEQUENCE … RESTART write these rows anew without a change that a test could see: they are compared column by
    /// column before they count.
    /// </summary>
    private static readonly string[] Rewritten = ["pg_class", "pg_sequence"];

    private static readonly string[] Storage =
    [
        "relfilenode", "relpages", "reltuples", "relallvisible", "relallfrozen", "relfrozenxid", "relminmxid", "relhasindex", "relhasrules",
        "relhastriggers", "relhassubclass",
    ];

    private const string Tables = """
        SELECT c.relname, c.relisshared, pg_catalog.has_table_privilege(c.oid, 'SELECT'),
            ARRAY(SELECT a.attname::text FROM pg_catalog.pg_attribute a
                WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
                    AND pg_catalog.has_column_privilege(c.oid, a.attnum, 'SELECT') ORDER BY a.attnum),
            coalesce(pg_catalog.has_table_privilege(pg_catalog.to_regclass('pg_catalog.' || c.relname || 's'), 'SELECT'), false)
        FROM pg_catalog.pg_class c WHERE c.relnamespace = 'pg_catalog'::pg_catalog.regnamespace AND c.relkind = 'r' ORDER BY c.relname
        """;

    /// <summary>Reads which catalogs this server has, and which of them the user may read.</summary>
    public static async Task<Fingerprint> LearnAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(Tables, connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var catalogs = new List<Catalog>();
        while (await reader.ReadAsync(cancellationToken))
        {
            var (name, shared) = (reader.GetString(0), reader.GetBoolean(1));
            if (LeftOut.Any(left => left.Table == name) || (shared && Shared.All(own => own.Table != name))) continue;
            catalogs.Add(new(name, Ours(name), reader.GetBoolean(2), reader.GetFieldValue<string[]>(3), HasView: reader.GetBoolean(4)));
        }

        var kinds = string.Join(", ", catalogs.Where(catalog => catalog.Columns.Contains("oid"))
            .Select(catalog => $"'pg_catalog.{catalog.Table}'::pg_catalog.regclass"));
        return new([.. catalogs.Select(catalog =>
            catalog.Table == "pg_depend" ? catalog with { Ours = $"classid = ANY (ARRAY[{kinds}]::oid[]) AND objid >= 16384" } : catalog)]);
    }

    /// <summary>
    /// Makes <c>chainbridge_shape</c>, a word per catalog that differs after every change (rows that went show in
    /// the count, rows that came or changed are younger than the baseline), and <c>chainbridge_rewritten</c>, what counts of the rows that
    /// are written anew without a change.
    /// </summary>
    public string Functions()
    {
        const string slots =
            "(SELECT 'pg_replication_slots=' || count(*) FROM pg_replication_slots WHERE database = current_database())";
        var words = string.Join(",\n    ", Catalogs.Select(catalog => catalog.Word).OfType<string>().Append(slots));
        var classes = string.Join(", ", Catalogs.Single(catalog => catalog.Table == "pg_class").Columns.Except(Storage));
        return $"""
            CREATE FUNCTION pg_temp.chainbridge_shape(baseline xid) RETURNS text LANGUAGE plpgsql STABLE AS $chainbridge$
            DECLARE here oid := (SELECT oid FROM pg_database WHERE datname = current_database()); mark int := age(baseline);
            BEGIN RETURN concat_ws(' ',
                {words}); END $chainbridge$;
            CREATE FUNCTION pg_temp.chainbridge_rewritten() RETURNS text LANGUAGE plpgsql STABLE AS $chainbridge$
            BEGIN RETURN concat_ws(' ',
                (SELECT sum(hashtext(ROW({classes}, CASE WHEN relkind = 'm' THEN relfilenode END)::text))
                    FROM pg_class WHERE relpersistence <> 't'),
                (SELECT sum(hashtext(s::text)) FROM pg_sequence s)); END $chainbridge$;
            """;
    }

    /// <summary>SQL: the catalogs whose words differ between two shapes, as text; null where none does.</summary>
    public static string Differences(string now, string before) => $"""
        (SELECT string_agg(split_part(word, '=', 1), ', ')
            FROM unnest(string_to_array({now}, ' '), string_to_array({before}, ' ')) AS w(word, other) WHERE word IS DISTINCT FROM other)
        """;

    /// <summary>
    /// SQL: whether these names, as <see cref="Differences"/> gives them, are only catalogs whose rows are written anew without a change.
    /// </summary>
    public static string IsRewriting(string names) =>
        $"string_to_array({names}, ', ') <@ ARRAY[{string.Join(", ", Rewritten.Select(table => $"'{table}'"))}]";

    private static string Ours(string table) => table == "pg_namespace"
        ? "nspname !~ '^pg_(toast_)?temp_'"
        : Shared.Concat(Large).FirstOrDefault(known => known.Table == table).Ours ?? "true";

    /// <param name="Ours">Which rows count.</param>
    /// <param name="Readable">Whether the user may read all of it.</param>
    /// <param name="Columns">Those the user may read.</param>
    /// <param name="HasView">Whether the server shows it to every user as a view of the same name in the plural.</param>
    internal sealed record Catalog(string Table, string Ours, bool Readable, IReadOnlyList<string> Columns, bool HasView)
    {
        /// <summary>Null where the user may not see any of it.</summary>
        public string? Word =>
            Readable ? $"(SELECT '{Table}=' || count(*) || '/' || count(*) FILTER (WHERE age(xmin) < mark) FROM pg_catalog.{Table} "
                + $"WHERE {Ours})"
                : HasView ? $"(SELECT '{Table}=' || count(*) || '/' || coalesce(sum(hashtext(v::text)), 0) FROM pg_catalog.{Table}s v)"
                : Columns.Count > 0 ? $"(SELECT '{Table}=' || count(*) || '/' || "
                    + $"coalesce(sum(hashtext(ROW({string.Join(", ", Columns)})::text)), 0) FROM pg_catalog.{Table} WHERE {Ours})"
                : null;
    }
}
