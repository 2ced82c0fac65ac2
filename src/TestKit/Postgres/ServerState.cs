using Npgsql;

namespace ChainBridge.TestKit.Postgres;

/// <summary>The state that all databases of a server share, as SQL that returns it: a line each, of kind, name and state.</summary>
/// <param name="Hash">Differs after every change; cheap enough to be asked at each test's end.</param>
/// <param name="Lines">The lines themselves.</param>
internal sealed record ServerState(string Hash, string Lines)
{
    /// <summary>Shared tables that are not looked at.</summary>
    public static readonly (string Table, string Reason)[] LeftOut =
    [
        ("pg_shdepend", "it repeats owners and privileges that the other tables hold"),
        ("pg_subscription", "each row belongs to one database, whose fingerprint has it"),
    ];

    private const string Tables = """
        SELECT c.relname || CASE WHEN has_table_privilege(c.oid, 'SELECT') THEN '' ELSE '?' END
        FROM pg_catalog.pg_class c WHERE c.relnamespace = 'pg_catalog'::regnamespace AND c.relkind = 'r' AND c.relisshared
        UNION ALL SELECT 'pg_file_settings'
            WHERE has_table_privilege('pg_catalog.pg_file_settings', 'SELECT')
            AND has_function_privilege('pg_catalog.pg_show_all_file_settings()', 'EXECUTE')
            AND has_function_privilege('pg_catalog.pg_stat_file(text)', 'EXECUTE')
        ORDER BY 1
        """;

    /// <summary>Reads which shared tables this server has, and which of them the user may read.</summary>
    public static async Task<ServerState> LearnAsync(PostgresAdmin admin, CancellationToken cancellationToken)
    {
        var tables = await admin.ReadAsync("asking what the server's databases share", Tables, cancellationToken);
        var ours =
            $"(d.datname ~ '(^|_)(test|template|building|kept)_[0-9a-f]{{24,32}}$' OR d.datname = '{admin.Server.SpareDatabase ?? ""}')";
        string[] lines =
        [
            .. tables.Where(table => table != "pg_file_settings" && LeftOut.All(left => left.Table != table.TrimEnd('?')))
                .Select(table => Line(table, ours)).OfType<string>(),
            "SELECT 'replication slot', slot_name::text, concat_ws(' ', slot_type, plugin, database) "
                + "FROM pg_catalog.pg_replication_slots s LEFT JOIN pg_catalog.pg_database d ON d.datname = s.database WHERE NOT "
                + $"temporary AND (s.database IS NULL OR NOT {ours})",
        ];
        var configured = tables.Contains("pg_file_settings");
        string[] cheap = configured
            ? ["SELECT 'configuration', '', f.size || ' ' || f.modification FROM pg_catalog.pg_stat_file('postgresql.auto.conf') f"]
            : [];
        string[] whole = configured ? ["SELECT 'configuration', name, setting FROM pg_catalog.pg_file_settings WHERE sourcefile ~ "
            + "'postgresql[.]auto[.]conf$' AND name IS NOT NULL"] : [];
        var hash = "SELECT pg_catalog.md5(pg_catalog.string_agg(line, E'\\n' ORDER BY line)) FROM (SELECT pg_catalog.concat_ws(E'\\t', "
            + $"kind, name, state) AS line FROM ({string.Join(" UNION ALL ", [.. lines, .. cheap])}) AS l(kind, name, state)) AS t";
        return new(hash, "SELECT pg_catalog.concat_ws(E'\\t', kind, name, state) "
            + $"FROM ({string.Join(" UNION ALL ", [.. lines, .. whole])}) AS l(kind, name, state)");
    }

    /// <summary>Databases of tests are left out, with what belongs to them.</summary>
    /// <param name="table">With a <c>?</c> where the user may not read it.</param>
    /// <returns>Null where nothing of it can be seen.</returns>
    internal static string? Line(string table, string ours) => table switch
    {
        "pg_authid" => "SELECT 'role', rolname::text, r::text FROM pg_catalog.pg_authid r",
        "pg_authid?" => "SELECT 'role', rolname::text, r::text FROM pg_catalog.pg_roles r",
        "pg_auth_members" => "SELECT 'membership', pg_catalog.format('%s in %s', pg_catalog.pg_get_userbyid(member), "
            + "pg_catalog.pg_get_userbyid(roleid)), m::text FROM pg_catalog.pg_auth_members m",
        "pg_database" => "SELECT 'database', d.datname::text, ((pg_catalog.to_jsonb(d) - 'datfrozenxid') "
            + $"- 'datminmxid')::text FROM pg_catalog.pg_database d WHERE NOT {ours}",
        "pg_db_role_setting" =>
            "SELECT 'setting', CASE setrole WHEN 0 THEN 'ALL' ELSE pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(setrole)) "
                + "END || coalesce(' in ' || d.datname, ''), setconfig::text FROM pg_catalog.pg_db_role_setting s LEFT JOIN "
                + $"pg_catalog.pg_database d ON d.oid = setdatabase WHERE d.oid IS NULL OR NOT {ours}",
        "pg_tablespace" => "SELECT 'tablespace', spcname::text, t::text FROM pg_catalog.pg_tablespace t",
        "pg_parameter_acl" => "SELECT 'parameter', parname, p::text FROM pg_catalog.pg_parameter_acl p",
        "pg_replication_origin" => "SELECT 'replication origin', roname, o::text FROM pg_catalog.pg_replication_origin o",
        "pg_shdescription" => "SELECT 'comment', coalesce(pg_catalog.pg_describe_object(classoid, objoid, 0), ''), "
            + "description FROM pg_catalog.pg_shdescription WHERE classoid <> 'pg_catalog.pg_database'::regclass",
        "pg_shseclabel" => "SELECT 'security label', coalesce(pg_catalog.pg_describe_object(classoid, objoid, 0), ''), "
            + "s::text FROM pg_catalog.pg_shseclabel s WHERE classoid <> 'pg_catalog.pg_database'::regclass",
        // Of a later PostgreSQL.
        _ => table.EndsWith('?') ? null : $"SELECT 'row of {table}', t::text, '' FROM pg_catalog.{table} t",
    };
}

/// <summary>Something that the server's databases share, and that is not as it was.</summary>
/// <param name="Before">How it stood; null when it is new.</param>
/// <param name="After">How it stands; null when it is gone.</param>
internal sealed record ServerChange(string Kind, string Name, string? Before, string? After)
{
    /// <summary>What brings the earlier state back; null where that could harm more than it helps.</summary>
    public string? Undo => (Kind, Before, After) switch
    {
        ("database", null, _) => $"DROP DATABASE {Quoted} WITH (FORCE)",
        ("role", null, _) => $"DROP ROLE {Quoted}",
        ("replication origin", null, _) => $"SELECT pg_catalog.pg_replication_origin_drop({Literal(Name)})",
        ("replication slot", null, _) => $"SELECT pg_catalog.pg_drop_replication_slot({Literal(Name)})",
        // The name is quoted already, or ALL.
        ("setting", null, _) when !Name.Contains(" in ", StringComparison.Ordinal) => $"ALTER ROLE {Name} RESET ALL",
        ("configuration", null, _) => $"ALTER SYSTEM RESET {Quoted}",
        ("configuration", { } before, _) => $"ALTER SYSTEM SET {Quoted} = {Literal(before)}",
        _ => null,
    };

    private string Quoted => $"\"{Name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    /// <summary>Between two states, as lines; databases first, because roles may own them.</summary>
    public static IReadOnlyList<ServerChange> Between(IReadOnlyList<string> before, IReadOnlyList<string> after)
    {
        var (old, now) = (before.Select(Parts).ToLookup(line => line.Key, line => line.State), after.Select(Parts)
            .ToLookup(line => line.Key, line => line.State));
        return
        [
            .. old.Select(line => line.Key).Union(now.Select(line => line.Key)).Where(key => State(old, key) != State(now, key))
                .Select(key => new ServerChange(key.Kind, key.Name, State(old, key), State(now, key)))
                .OrderBy(change => change.Kind == "role").ThenBy(change => change.Kind, StringComparer.Ordinal)
                .ThenBy(change => change.Name, StringComparer.Ordinal),
        ];

        static ((string Kind, string Name) Key, string State) Parts(string line) =>
            line.Split('\t', 3) is { Length: 3 } parts ? ((parts[0], parts[1]), parts[2]) : ((line, ""), "");

        static string? State(ILookup<(string, string), string> lines, (string, string) key) =>
            lines.Contains(key) ? string.Join('\n', lines[key].Order(StringComparer.Ordinal)) : null;
    }

    /// <summary>Without its state, which may hold a password.</summary>
    public override string ToString() => $"{Kind} {Name} ({(Before is null ? "new" : After is null ? "gone" : "changed")})";

    private static string Literal(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";
}
