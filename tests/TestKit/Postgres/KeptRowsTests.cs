using ChainBridge.TestKit;
using ChainBridge.TestKit.Assertions;
using ChainBridge.Tests.TestKit.Infrastructure;
using FluentAssertions;
using Xunit;
using static ChainBridge.Tests.TestKit.Postgres.Databases;

namespace ChainBridge.Tests.TestKit.Postgres;

/// <summary>Rows that a DELETE does not reach never get to the next test: their database is dropped.</summary>
public sealed class KeptRowsTests(TestEnvironment environment)
{
    private const string Refuse = "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;";
    private const string Audit = "CREATE TABLE audit (what text); CREATE FUNCTION watch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        + "INSERT INTO audit VALUES (TG_OP); RETURN NULL; END $$;";

    private const string Tenants = """
        CREATE TABLE orders (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, tenant int NOT NULL, item text);
        ALTER TABLE orders ENABLE ROW LEVEL SECURITY;
        ALTER TABLE orders FORCE ROW LEVEL SECURITY;
        CREATE POLICY own_rows ON orders USING (tenant = nullif(current_setting('app.tenant', true), '')::int);
        """;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(Refuse + "CREATE TRIGGER keep BEFORE DELETE ON things FOR EACH ROW EXECUTE FUNCTION refuse(); ALTER TABLE things ENABLE "
        + "ALWAYS TRIGGER keep", "INSERT INTO things VALUES (7)")]
    [InlineData("CREATE RULE keep AS ON DELETE TO things DO INSTEAD NOTHING; ALTER TABLE things ENABLE ALWAYS RULE keep",
        "INSERT INTO things VALUES (7)")]
    [InlineData(Audit + "CREATE TRIGGER watched AFTER DELETE ON things FOR EACH ROW EXECUTE FUNCTION watch(); ALTER TABLE things ENABLE "
        + "ALWAYS TRIGGER watched", "INSERT INTO things VALUES (7)")]
    [InlineData(Audit + "CREATE CONSTRAINT TRIGGER watched AFTER DELETE ON things DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE "
        + "FUNCTION watch(); ALTER TABLE things ENABLE ALWAYS TRIGGER watched", "INSERT INTO things VALUES (7)")]
    [InlineData("INSERT INTO kinds VALUES ('road'); CREATE FUNCTION shout() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.name "
        + "= upper(NEW.name); RETURN NEW; END $$; CREATE TRIGGER loud BEFORE INSERT ON kinds FOR EACH ROW EXECUTE FUNCTION shout(); "
        + "ALTER TABLE kinds ENABLE ALWAYS TRIGGER loud", "DELETE FROM kinds")]
    public async Task Rows_that_a_trigger_or_a_rule_keeps_or_changes_are_not_handed_on(string schema, string writes)
    {
        var migrations = Script("CREATE TABLE things (id int); CREATE TABLE kinds (name text);" + schema);
        string first, before;
        await using (var lease = await LeaseAsync(migrations))
        {
            (first, before) = (lease.Database, await RowsAsync(lease));
            await lease.ExecuteAsync(writes);
            (await RowsAsync(lease)).Should().NotBe(before);
        }

        await using var next = await LeaseAsync(migrations);
        next.Database.Should().NotBe(first);
        (await RowsAsync(next)).Should().Be(before);
        (await environment.Postgres.TemplateAsync(migrations)).Resets.Retired.Should().ContainSingle(why => why.StartsWith(first));
    }

    [Theory]
    [InlineData(Tenants, null, "INSERT INTO orders (tenant, item) VALUES (1, 'tea')", 0)]
    [InlineData(Tenants, "SELECT set_config('app.tenant', '1', false); INSERT INTO orders (tenant, item) VALUES (1, 'seed')",
        "DELETE FROM orders", 1)]
    [InlineData("CREATE TABLE orders (tenant int, item text); ALTER TABLE orders ENABLE ROW LEVEL SECURITY; ALTER TABLE "
        + "orders FORCE ROW LEVEL SECURITY; CREATE POLICY blind ON orders FOR SELECT USING (current_setting('app.tenant', true) = '1'); "
        + "CREATE POLICY writes ON orders FOR INSERT WITH CHECK (true)", null, "INSERT INTO orders VALUES (2, 'tea')", 0)]
    public async Task Rows_that_row_security_hides_from_the_reset_are_not_handed_on(string schema, string? seed, string write, int expected)
    {
        await using var server = await environment.Postgres.LeaseAsync(MigrationSet.Empty, Unscoped, Stop);
        Assert.SkipWhen(!await server.IsSuperuserAsync(), "the role that this test is about can only be made by a superuser");
        await using var run = await server.RunOfPlainUserAsync("tenant_" + Guid.NewGuid().ToString("N")[..12]);
        var migrations = MigrationSet.FromScripts([new("001_tenants", schema),
            .. seed is null ? (MigrationScript[])[] : [new("002_seed", seed)], new("003_any", $"SELECT '{Guid.NewGuid()}'")]);
        await using (var lease = await run.LeaseAsync(migrations, Unscoped with { Isolation = Isolation.Reset }, Stop))
        {
            await AsTenantAsync(lease, write);
            var count = () => RowBaseline.OfAsync(lease, Stop);
            (await count.Should().ThrowAsync<LeaseException>()).WithMessage("*public.orders*row-level security*BYPASSRLS*");
            var learn = () => FastReset.ForAsync(lease, Stop);
            (await learn.Should().ThrowAsync<LeaseException>()).WithMessage("*row-level security*BYPASSRLS*Isolation.Clone*");
        }

        await using var next = await run.LeaseAsync(migrations, Unscoped with { Isolation = Isolation.Reset }, Stop);
        (await AsTenantAsync(next, "SELECT count(*) FROM orders")).Should().Be(expected);
    }

    private static async Task<string> RowsAsync(DatabaseLease lease)
    {
        await using var connection = await lease.OpenAsync(Stop);
        return (string)(await connection.AskAsync(
            "SELECT concat((SELECT string_agg(t::text, ',') FROM things t), '/', (SELECT string_agg(k::text, ',') FROM kinds k))"))!;
    }

    private static async Task<long> AsTenantAsync(DatabaseLease lease, string sql)
    {
        await using var connection = await lease.OpenAsync(Stop);
        await connection.ExecuteAsync("SET app.tenant = '1'");
        return Convert.ToInt64(await connection.AskAsync(sql) ?? 0L, System.Globalization.CultureInfo.InvariantCulture);
    }

    private Task<DatabaseLease> LeaseAsync(MigrationSet migrations) =>
        environment.Postgres.LeaseAsync(migrations, Unscoped with { Isolation = Isolation.Reset }, Stop);
}
