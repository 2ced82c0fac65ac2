using ChainBridge.TestKit;
using ChainBridge.Tests.TestKit.Infrastructure;
using FluentAssertions;
using Xunit;
using static ChainBridge.Tests.TestKit.Postgres.Databases;

namespace ChainBridge.Tests.TestKit.Postgres;

/// <summary>Migrations that other tools wrote: dumps of pg_dump, folders of Flyway and golang-migrate, files of goose.</summary>
public sealed class MigrationFileTests(TestEnvironment environment)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("pg_dump")]
    [InlineData("pg_dump-of-older")]
    [InlineData("pg_dump-with-rows")]
    public async Task A_dump_runs_and_the_next_script_begins_with_the_session_s_defaults(string folder)
    {
        await using var lease = await environment.Postgres.LeaseAsync(MigrationFiles.Of(folder), Unscoped, Stop);
        // What the second script made without naming a schema.
        (await lease.CountAsync("SELECT count(*) FROM public.orders o LEFT JOIN public.customers c ON c.id = o.customer"))
            .Should().Be(folder == "pg_dump-with-rows" ? 2 : 0);
    }

    [Fact]
    public async Task Rows_of_a_dump_arrive_as_they_were_and_its_sequences_stand_where_they_stood()
    {
        await using var lease = await environment.Postgres.LeaseAsync(MigrationFiles.Of("pg_dump-with-rows"), Unscoped, Stop);
        await using var connection = await lease.OpenAsync(Stop);
        (await connection.AskAsync(
            "SELECT string_agg(concat_ws('|', id, kind, name, coalesce(notes, 'NULL')), E'\\n' ORDER BY id) FROM app.products"))
            .Should().Be("1|tea|Assam|two\nlines;\tand a tab\n2|coffee|Größe; \\. 1|NULL\n3|tea|-- no comment|\\restrict\n4|tea|empty|");
        (await connection.CountAsync("INSERT INTO orders (product, amount) VALUES (1, 1) RETURNING id")).Should().Be(3);
        (await connection.AskAsync("SELECT app.total()::text")).Should().Be("6.5");
    }

    [Theory]
    [InlineData("SET search_path = app; CREATE TEMP TABLE scratch (id int); SET SESSION AUTHORIZATION {0};")]
    [InlineData("BEGIN; SET ROLE {0}; COMMIT; SET default_transaction_read_only = on; SELECT set_config('search_path', 'app', false);")]
    public async Task Settings_and_roles_of_a_script_end_with_it(string settings)
    {
        await using var server = await environment.Postgres.LeaseAsync(MigrationSet.Empty, Unscoped, Stop);
        var role = $"cb_{Guid.NewGuid():N}";
        await server.ExecuteAsync($"CREATE ROLE {role}");
        var migrations = MigrationSet.FromScripts(
            new("001_app", "CREATE SCHEMA app; " + settings.Replace("{0}", role, StringComparison.Ordinal)),
            new("002_things", "CREATE TABLE things AS SELECT current_user::text AS who, to_regclass('scratch') IS NULL AS alone"));
        await using (var lease = await environment.Postgres.LeaseAsync(migrations, Unscoped, Stop))
            (await lease.CountAsync($"SELECT count(*) FROM public.things WHERE alone AND who <> '{role}'")).Should().Be(1);
        await server.ExecuteAsync($"DROP ROLE {role}");
    }

    [Theory]
    [InlineData("CREATE TABLE a (id int);\n\\connect shop\n", 2,
        "*failed in line 2: \\connect is an order to psql*without --create*2 | \\connect shop*")]
    [InlineData("BEGIN;\nCREATE TABLE a (id int);\n", 2, "*it leaves its transaction open*COMMIT*")]
    [InlineData("CREATE TABLE a (id int);\nCOPY a FROM stdin;\n1\n2\nthree\n\\.\nSELECT 1;", 5,
        "*failed in line 5: 22P02*COPY a, line 3*5 | three*")]
    [InlineData("SELECT 1;\n-- +goose Down\nDROP TABLE a;", 0, "migration 1 '001' cannot be run: line 2:*no '-- +goose Up'*")]
    public async Task A_migration_that_cannot_be_run_is_refused_with_its_line(string sql, int line, string message)
    {
        var lease = () => environment.Postgres.LeaseAsync(MigrationSet.FromScripts(new("001", sql)), Unscoped, Stop);
        (await lease.Should().ThrowAsync<MigrationException>()).WithMessage(message).Which.Line.Should().Be(line);
    }

    [Fact]
    public async Task Nothing_of_a_set_is_run_when_a_later_line_of_it_cannot_be()
    {
        var name = $"cb_{Guid.NewGuid():N}";
        var migrations = MigrationSet.FromScripts(new("001", $"CREATE DATABASE {name};"),
            new("002_dump", $"SELECT 1;\n\\connect {name}\n"));
        var lease = () => environment.Postgres.LeaseAsync(migrations, Unscoped, Stop);
        (await lease.Should().ThrowAsync<MigrationException>()).WithMessage("migration 2 '002_dump' failed in line 2: \\connect*");
        await using var server = await environment.Postgres.LeaseAsync(MigrationSet.Empty, Unscoped, Stop);
        (await ExistsAsync(server, name)).Should().BeFalse();
    }

    [Fact]
    public async Task A_folder_of_Flyway_is_run_in_its_order()
    {
        await using var lease = await environment.Postgres.LeaseAsync(MigrationFiles.Of("flyway"), Unscoped, Stop);
        (await lease.CountAsync("SELECT count(*) FROM order_totals")).Should().Be(1);
        (await lease.CountAsync("SELECT count(item) + count(total) FROM orders")).Should().Be(0);
    }

    [Theory]
    [InlineData("golang-migrate")]
    [InlineData("goose")]
    public async Task The_ways_back_of_a_folder_are_not_run(string folder)
    {
        await using var lease = await environment.Postgres.LeaseAsync(MigrationFiles.Of(folder), Unscoped, Stop);
        (await lease.CountAsync("SELECT count(note) FROM orders")).Should().Be(0);
    }
}
