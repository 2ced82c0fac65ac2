using ChainBridge.Tests.TestKit.Infrastructure;
using ChainBridge.TestKit;
using ChainBridge.TestKit.Postgres;
using FluentAssertions;
using Npgsql;
using Xunit;
using static ChainBridge.Tests.TestKit.Postgres.Databases;

namespace ChainBridge.Tests.TestKit.Postgres;

/// <summary>
/// What migrations give the database itself, which PostgreSQL keeps beside it and does not copy: tests find it in every way of isolation.
/// </summary>
[EveryProvider]
public sealed class DatabasePropertiesTests(TestEnvironment environment)
{
    private const string Comment = "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = current_database()";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(Isolation.Clone)]
    [InlineData(Isolation.Reset)]
    [InlineData(Isolation.Transaction)]
    public async Task Settings_grants_and_comment_of_the_template_are_carried_over(Isolation isolation)
    {
        // Twice: a database that was set back, or whose transaction was rolled back, has them still.
        for (var time = 0; time < 2; time++)
        {
            await using var lease = await environment.Postgres.LeaseAsync(MigrationFiles.Of("settings"),
                Unscoped with { Isolation = isolation }, Stop);
            await using var opened = isolation == Isolation.Transaction ? null : await lease.OpenAsync(Stop);
            var connection = opened ?? lease.Connection;
            (await connection.AskAsync("SHOW search_path")).Should().Be("app, public");
            (await connection.AskAsync("SHOW timezone")).Should().Be("Asia/Tokyo");
            (await connection.CountAsync("SELECT count(*) FROM orders")).Should().Be(0);
            (await connection.AskAsync("SELECT has_database_privilege('public', current_database(), 'TEMP')")).Should().Be(false);
            (await connection.AskAsync(Comment)).Should().Be("the shop");
            await connection.ExecuteAsync("INSERT INTO orders VALUES (1)");
        }
    }

    [Fact]
    public async Task Owner_limit_and_what_belongs_to_roles_are_carried_over_with_every_quote()
    {
        await using var server = await environment.Postgres.LeaseAsync(MigrationSet.Empty, Unscoped, Stop);
        var (owner, reader) = ($"cb Owner {Guid.NewGuid():N}", $"cb_reader_{Guid.NewGuid():N}");
        await server.ExecuteAsync($"""CREATE ROLE "{owner}"; CREATE ROLE {reader}""");
        string[] orders =
        [
            """ALTER DATABASE %1$I SET search_path TO "$user", "My ""Schema", public""", "ALTER DATABASE %1$I SET temp_tablespaces TO ''",
            "ALTER DATABASE %1$I SET application_name TO 'it''s \\ here'",
            $"ALTER ROLE {reader} IN DATABASE %1$I SET search_path TO ''",
            $"ALTER ROLE {reader} IN DATABASE %1$I SET statement_timeout TO '5s'",
            $"GRANT CREATE ON DATABASE %1$I TO {reader} WITH GRANT OPTION", "REVOKE CONNECT ON DATABASE %1$I FROM PUBLIC",
            "ALTER DATABASE %1$I CONNECTION LIMIT 17", "COMMENT ON DATABASE %1$I IS E'two\\n''lines'",
            $"""ALTER DATABASE %1$I OWNER TO "{owner}" """,
        ];
        var migrations = Script(
            $"DO $do$ BEGIN {string.Concat(orders.Select(order => $"EXECUTE format($x${order}$x$, current_database()); "))} END $do$");
        string template;
        await using (var lease = await environment.Postgres.LeaseAsync(migrations, Unscoped, Stop))
        {
            template = await DescriptionAsync(server, "%template\\_" + TemplateBuilder.Hash(migrations.Key));
            template.Should().Contain("17").And.Contain(owner).And.Contain("statement_timeout=5s").And.Contain("My \\\"\\\"Schema");
            (await DescriptionAsync(server, lease.Database)).Should().Be(template);
            await using var connection = await lease.OpenAsync(Stop);
            (await connection.AskAsync(Comment)).Should().Be("two\n'lines");
            (await connection.AskAsync("SHOW application_name")).Should().Be("it's \\ here");
        }

        await using var next = await environment.Postgres.LeaseAsync(MigrationSet.Empty, Unscoped, Stop);
        (await DescriptionAsync(server, next.Database)).Should().NotContain("17", "what one set made is not another's");
    }

    /// <summary>Owner, limit, grants and settings, without the name.</summary>
    private static async Task<string> DescriptionAsync(DatabaseLease server, string database)
    {
        await using var connection = await server.OpenAsync(Stop);
        await using var command = new NpgsqlCommand("""
            SELECT concat_ws(' ', pg_get_userbyid(datdba), datconnlimit,
                (SELECT string_agg(grant_::text, ' ' ORDER BY grant_::text) FROM unnest(datacl) grant_),
                (SELECT string_agg(concat(setrole::text, ' ', setconfig), ' ' ORDER BY setrole)
                    FROM pg_db_role_setting s WHERE s.setdatabase = d.oid))
            FROM pg_database d WHERE datname LIKE @name
            """, connection) { Parameters = { new("name", database) } };
        return (string)(await command.ExecuteScalarAsync(Stop))!;
    }
}
