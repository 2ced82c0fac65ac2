using ChainBridge.Tests.TestKit.Infrastructure;
using ChainBridge.TestKit;
using ChainBridge.TestKit.Postgres;
using FluentAssertions;
using Npgsql;
using Xunit;
using static ChainBridge.Tests.TestKit.Postgres.Databases;

namespace ChainBridge.Tests.TestKit.Postgres;

/// <summary>The reset sees every kind of object that a database can own, because it looks into every catalog that the server has.</summary>
public sealed class FingerprintTests(TestEnvironment environment)
{
    /// <summary>
    /// A row that stands in each catalog with nothing but what a row must have; null for those whose rows cannot be written by hand.
    /// </summary>
    private const string Rows = """
        SELECT c.relname::text, CASE WHEN bool_or(t.typname = 'pg_node_tree' AND a.attnotnull) THEN NULL ELSE
            format('INSERT INTO pg_catalog.%I (%s) VALUES (%s)', c.relname, string_agg(format('%I', attname), ', ' ORDER BY attnum)
                FILTER (WHERE attnotnull),
                string_agg(quote_literal(CASE WHEN a.attname = 'classid' THEN '1259' WHEN t.typname IN ('oidvector', 'int2vector') THEN ''
                    WHEN t.typcategory = 'A' THEN '{}' WHEN t.typcategory IN ('S', 'Z') THEN 'x' WHEN t.typcategory = 'B' THEN 'false'
                    ELSE '20000' END), ', ' ORDER BY attnum) FILTER (WHERE attnotnull)) END
        FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
            JOIN pg_type t ON t.oid = a.atttypid
        WHERE c.relnamespace = 'pg_catalog'::regnamespace AND c.relkind = 'r' AND NOT c.relisshared GROUP BY c.relname
        """;

    private const string Schema = """
        CREATE TABLE orders (id int DEFAULT 1, name text); CREATE VIEW names AS SELECT name FROM orders; CREATE SEQUENCE tickets;
        CREATE SCHEMA more; CREATE PUBLICATION news; CREATE FUNCTION sum_of(int, int) RETURNS int LANGUAGE sql AS 'SELECT $1 + $2';
        CREATE TEXT SEARCH CONFIGURATION words (COPY = simple);
        """;

    private const string ByPlainUsers = """
        ALTER SEQUENCE tickets OWNED BY orders.id
        ALTER PUBLICATION news ADD TABLE orders
        ALTER TEXT SEARCH CONFIGURATION words DROP MAPPING FOR email
        ALTER TEXT SEARCH CONFIGURATION words ALTER MAPPING FOR word WITH english_stem
        ALTER FUNCTION sum_of(int, int) DEPENDS ON EXTENSION plpgsql
        DO $$ BEGIN EXECUTE format('COMMENT ON DATABASE %I IS ''other''', current_database()); END $$
        DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET work_mem = ''1MB''', current_database()); END $$
        DO $$ BEGIN EXECUTE format('REVOKE TEMP ON DATABASE %I FROM PUBLIC', current_database()); END $$
        DO $$ BEGIN EXECUTE format('ALTER DATABASE %I CONNECTION LIMIT 7', current_database()); END $$
        COMMENT ON COLUMN orders.name IS 'of the order'
        COMMENT ON SCHEMA more IS 'other'
        GRANT USAGE ON SCHEMA more TO PUBLIC
        GRANT SELECT (name) ON orders TO PUBLIC
        ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO PUBLIC
        ALTER TABLE orders REPLICA IDENTITY FULL
        ALTER TABLE orders ALTER name SET STATISTICS 7
        ALTER TABLE orders ALTER name SET STORAGE EXTERNAL
        ALTER TABLE orders CLUSTER ON orders_key
        ALTER VIEW names SET (security_barrier = true)
        ALTER FUNCTION sum_of(int, int) COST 7
        ALTER STATISTICS counted SET STATISTICS 7
        ALTER SEQUENCE tickets CYCLE
        """;

    private const string BySuperusers = """
        CREATE SUBSCRIPTION paper CONNECTION 'dbname=none' PUBLICATION news WITH (connect = false)
        ALTER SUBSCRIPTION paper_before SET PUBLICATION others WITH (refresh = false)
        ALTER USER MAPPING FOR CURRENT_USER SERVER far OPTIONS (ADD password 'x')
        ALTER SERVER far OPTIONS (ADD host 'x')
        ALTER EXTENSION plpgsql ADD FUNCTION sum_of(int, int)
        ALTER TEXT SEARCH CONFIGURATION english ALTER MAPPING FOR word WITH simple
        COMMENT ON SCHEMA public IS 'other'
        COMMENT ON EXTENSION plpgsql IS 'other'
        COMMENT ON LARGE OBJECT 4711 IS 'other'
        SELECT lo_put(4711, 0, 'x')
        REVOKE SELECT ON pg_catalog.pg_roles FROM PUBLIC
        CREATE EVENT TRIGGER watched ON ddl_command_end EXECUTE FUNCTION on_command()
        CREATE CAST (text AS point) WITH INOUT
        CREATE TRANSFORM FOR point LANGUAGE sql (FROM SQL WITH FUNCTION prsd_lextype(internal))
        CREATE ACCESS METHOD heap2 TYPE TABLE HANDLER heap_tableam_handler
        CREATE LANGUAGE other HANDLER plpgsql_call_handler
        CREATE OPERATOR FAMILY numbers USING btree
        CREATE TEXT SEARCH PARSER mine (START = prsd_start, GETTOKEN = prsd_nexttoken, END = prsd_end, LEXTYPES = prsd_lextype)
        """;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_catalog_of_the_server_is_looked_at_or_left_out_with_a_reason()
    {
        await using var database = await LeaseAsync(Schema);
        Assert.SkipWhen(!await database.IsSuperuserAsync(), "only a superuser can write into catalogs, and this provider's user is none");
        await using var look = await Look.OpenAsync(database);
        var unseen = new List<string>();
        foreach (var (catalog, row) in await look.ReadAsync(Rows))
            if (!(await look.ChangesAsync(row ?? $"UPDATE pg_catalog.{catalog} SET oid = oid WHERE oid >= 16384")).Contains(catalog))
                unseen.Add(catalog);
        unseen.Should().BeEquivalentTo(Fingerprint.LeftOut.Select(left => left.Table),
            "a kind of object that PostgreSQL has and the fingerprint forgets goes to the next test unnoticed");
    }

    [Fact]
    public async Task Every_catalog_that_databases_share_belongs_to_the_database_or_to_the_server()
    {
        await using var database = await LeaseAsync(Schema);
        await using var connection = await database.OpenAsync(Stop);
        var shared = (string[])(await connection.AskAsync("SELECT array_agg(relname::text) FROM pg_class WHERE relnamespace = "
            + "'pg_catalog'::regnamespace AND relkind = 'r' AND relisshared"))!;
        shared.Should().NotBeEmpty();
        shared
            .Where(table => ServerState.LeftOut.All(left => left.Table != table)
                && ServerState.Line(table, "false")!.Contains("'row of ", StringComparison.Ordinal))
            .Should().BeEmpty("a kind that all databases share needs a name that people understand");
        ServerState.Line("pg_of_a_later_version", "false").Should().Contain("'row of pg_of_a_later_version'");
        Fingerprint.Shared.Select(own => own.Table).Should().BeSubsetOf(shared);
    }

    [Fact]
    public async Task Every_change_of_what_a_database_owns_is_seen()
    {
        await using var database = await LeaseAsync(Schema
            + "CREATE UNIQUE INDEX orders_key ON orders (id); CREATE STATISTICS counted ON id, name FROM orders;");
        var superuser = await database.IsSuperuserAsync();
        if (superuser)
            await database.ExecuteAsync("""
                CREATE SUBSCRIPTION paper_before CONNECTION 'dbname=none' PUBLICATION news WITH (connect = false);
                ALTER SUBSCRIPTION paper_before SET (slot_name = NONE);
                CREATE FOREIGN DATA WRAPPER wrapped; CREATE SERVER far FOREIGN DATA WRAPPER wrapped;
                CREATE USER MAPPING FOR CURRENT_USER SERVER far; SELECT lo_create(4711);
                CREATE FUNCTION on_command() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN END $$;
                """);
        await using var look = await Look.OpenAsync(database);
        var changes = Lines(ByPlainUsers).Concat(superuser ? Lines(BySuperusers) : []).ToList();
        if (superuser && look.Version >= 15) changes.Add("ALTER PUBLICATION news ADD TABLES IN SCHEMA more");
        var unseen = new List<string>();
        foreach (var change in changes)
            if ((await look.ChangesAsync(change)).Count == 0) unseen.Add(change);
        unseen.Should().BeEmpty();
        if (superuser) await database.ExecuteAsync("DROP SUBSCRIPTION paper_before");
    }

    [Fact]
    public async Task A_statement_that_leaves_everything_as_it_was_is_no_change()
    {
        await using var database = await LeaseAsync(Schema);
        await using var look = await Look.OpenAsync(database);
        foreach (var nothing in new[] { "INSERT INTO orders VALUES (2, 'x')", "ANALYZE", "SELECT nextval('tickets')" })
            (await look.ChangesAsync(nothing)).Should().BeEmpty(nothing);
    }

    [Fact]
    public async Task A_database_with_a_subscription_is_dropped_instead_of_handed_on()
    {
        var migrations = Script(Schema);
        var lease = await environment.Postgres.LeaseAsync(migrations, Unscoped with { Isolation = Isolation.Reset }, Stop);
        Assert.SkipWhen(!await lease.IsSuperuserAsync(), "only a superuser can subscribe, and this provider's user is none");
        await lease.ExecuteAsync("CREATE SUBSCRIPTION paper CONNECTION 'dbname=none' PUBLICATION news WITH (connect = false)");
        await lease.DisposeAsync();
        await using var other = await environment.Postgres.LeaseAsync(MigrationSet.Empty, Unscoped, Stop);
        (await ExistsAsync(other, lease.Database)).Should().BeFalse();
    }

    private static string[] Lines(string text) => text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private Task<DatabaseLease> LeaseAsync(string schema) => environment.Postgres.LeaseAsync(Script(schema), Unscoped, Stop);

    /// <summary>A session that makes a change, looks and takes the change back.</summary>
    private sealed class Look(NpgsqlConnection connection, string baseline, string before) : IAsyncDisposable
    {
        private const string Shape = "SELECT pg_temp.chainbridge_shape('{0}'::xid)";

        public int Version => connection.PostgreSqlVersion.Major;

        public static async Task<Look> OpenAsync(DatabaseLease database)
        {
            var connection = await database.OpenAsync(Stop);
            await connection.ExecuteAsync((await Fingerprint.LearnAsync(connection, Stop)).Functions());
            var baseline = (string)(await connection.AskAsync("SELECT pg_current_xact_id()::xid::text"))!;
            return new(connection, baseline, (string)(await connection.AskAsync(Shape.Replace("{0}", baseline)))!);
        }

        /// <summary>The catalogs in which the change shows.</summary>
        public async Task<IReadOnlyCollection<string>> ChangesAsync(string sql)
        {
            await connection.ExecuteAsync("BEGIN");
            try
            {
                await connection.ExecuteAsync(sql);
                var after = (string)(await connection.AskAsync(Shape.Replace("{0}", baseline)))!;
                return [.. after.Split(' ').Except(before.Split(' ')).Select(word => word.Split('=')[0])];
            }
            finally
            {
                await connection.ExecuteAsync("ROLLBACK");
            }
        }

        public async Task<List<(string Name, string? Sql)>> ReadAsync(string sql)
        {
            await using var command = new NpgsqlCommand(sql, connection);
            await using var reader = await command.ExecuteReaderAsync(Stop);
            var rows = new List<(string, string?)>();
            while (await reader.ReadAsync(Stop)) rows.Add((reader.GetString(0), reader.IsDBNull(1) ? null : reader.GetString(1)));
            return rows;
        }

        public ValueTask DisposeAsync() => connection.DisposeAsync();
    }
}
