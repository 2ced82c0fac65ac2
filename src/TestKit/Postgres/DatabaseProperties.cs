namespace ChainBridge.TestKit.Postgres;

/// <summary>
/// What a database has that CREATE DATABASE … TEMPLATE leaves behind, because the server keeps it beside the database and not in it:
/// its owner, settings (also those of a role in it), grants, limit of connections and comment.
/// </summary>
/// <param name="Orders">What gives another database the same, each cut where that database's name goes.</param>
internal sealed record DatabaseProperties(IReadOnlyList<(string Before, string After)> Orders)
{
    private const char Cut = '\u0001';

    public static DatabaseProperties None { get; } = new([]);

    /// <summary>Reads them of a template.</summary>
    public static async Task<DatabaseProperties> OfAsync(PostgresAdmin admin, string template, CancellationToken cancellationToken) =>
        new([.. (await admin.ReadAsync($"reading the properties of {template}", Query(template), cancellationToken))
            .Select(order => order.Split(Cut)).Select(parts => (parts[0], parts[1]))]);

    /// <summary>Gives them to a clone.</summary>
    public async Task ApplyAsync(PostgresAdmin admin, string database, CancellationToken cancellationToken)
    {
        if (Orders.Count == 0) return;
        await admin.ExecuteAsync($"giving {database} the settings, grants and comment of its template",
            string.Join(";\n", Orders.Select(order => order.Before + database + order.After)), cancellationToken);
    }

    /// <summary>
    /// The owner comes first, because grants are made in the owner's name. A list such as search_path is kept as it was written, names in
    /// quotes where they need them, and each name is given as a string of its own.
    /// </summary>
    private static string Query(string template) => $$"""
        WITH t AS (SELECT * FROM pg_database WHERE datname = '{{template}}'),
        settings AS (
            SELECT setrole, split_part(setting, '=', 1) AS name, substr(setting, strpos(setting, '=') + 1) AS value
            FROM pg_db_role_setting s JOIN t ON s.setdatabase = t.oid, unnest(setconfig) setting),
        grants AS (
            SELECT grantee, is_grantable, string_agg(privilege_type, ', ') AS privileges
            FROM t, aclexplode(datacl) GROUP BY grantee, is_grantable)
        SELECT text FROM (
            SELECT 0 AS place, format(E'ALTER DATABASE \x01 OWNER TO %I', pg_get_userbyid(datdba)) AS text FROM t
                WHERE datdba <> (SELECT oid FROM pg_roles WHERE rolname = current_user)
            UNION ALL
            SELECT 1, format(E'ALTER %sDATABASE \x01 SET %I TO %s',
                CASE WHEN setrole <> 0 THEN format('ROLE %I IN ', pg_get_userbyid(setrole)) END, name,
                CASE WHEN name IN ('search_path', 'temp_tablespaces', 'local_preload_libraries', 'session_preload_libraries')
                    THEN coalesce((SELECT string_agg(quote_literal(coalesce(replace(part[1], '""', '"'), part[2])), ', ')
                        FROM regexp_matches(value, '"((?:[^"]|"")*)"|([^", ]+)', 'g') part), '''''')
                    ELSE quote_literal(value) END)
            FROM settings
            UNION ALL
            SELECT 2, format(E'REVOKE ALL ON DATABASE \x01 FROM PUBLIC, %I', pg_get_userbyid(datdba)) FROM t WHERE datacl IS NOT NULL
            UNION ALL
            SELECT 3, format(E'GRANT %s ON DATABASE \x01 TO %s%s', privileges,
                CASE WHEN grantee = 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(grantee)) END,
                CASE WHEN is_grantable THEN ' WITH GRANT OPTION' END) FROM grants
            UNION ALL
            SELECT 4, format(E'ALTER DATABASE \x01 CONNECTION LIMIT %s', datconnlimit) FROM t WHERE datconnlimit <> -1
            UNION ALL
            SELECT 5, format(E'COMMENT ON DATABASE \x01 IS %L', {{TemplateMark.CommentOf("shobj_description(oid, 'pg_database')")}}) FROM t
                WHERE {{TemplateMark.CommentOf("shobj_description(oid, 'pg_database')")}} <> ''
        ) orders ORDER BY place
        """;
}
