using ChainBridge.TestKit;
using ChainBridge.Tests.TestKit.Infrastructure;
using FluentAssertions;
using Xunit;
using static ChainBridge.Tests.TestKit.Postgres.Databases;

namespace ChainBridge.Tests.TestKit.Postgres;

/// <summary>Migrations that create roles: those belong to the server, which all sets share.</summary>
[EveryProvider]
public sealed class ServerRoleTests(TestEnvironment environment)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_second_set_that_creates_the_same_role_fails_with_how_to_write_it_and_that_works()
    {
        var role = $"cb_reader_{Guid.NewGuid():N}";
        await using var first = await environment.Postgres.LeaseAsync(MigrationFiles.Of("roles/set-a", "shop_reader", role),
            Unscoped, Stop);
        var second = () => environment.Postgres.LeaseAsync(MigrationFiles.Of("roles/set-b", "shop_reader", role), Unscoped, Stop);
        var message = (await second.Should().ThrowAsync<MigrationException>()).Which.Message;
        message.Should().Contain("Roles belong to the server, not to the database");
        var advice = message.Split('\n')[^1].Trim();
        advice.Should().StartWith($"DO $$ BEGIN CREATE ROLE {role} NOLOGIN; EXCEPTION");
        await using var works = await environment.Postgres.LeaseAsync(MigrationSet.FromScripts(new("001_roles",
            advice + $" CREATE TABLE orders (id int); GRANT SELECT ON orders TO {role};")), Unscoped, Stop);
        (await works.CountAsync($"SELECT count(*) FROM pg_roles WHERE rolname = '{role}'")).Should().Be(1, "it is the first set's still");
    }

    [Fact]
    public async Task Migrations_that_failed_after_creating_a_role_run_once_they_are_mended()
    {
        var role = $"cb_Writer \"{Guid.NewGuid():N}";
        var quoted = $"\"{role.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
        var broken = MigrationFiles.Of("roles/broken-then-mended", "shop_writer", quoted);
        await FluentActions.Awaiting(() => environment.Postgres.LeaseAsync(broken, Unscoped, Stop))
            .Should().ThrowAsync<MigrationException>().WithMessage("*no_such_type*");
        var mended = MigrationSet.FromScripts(new("001_roles",
            $"CREATE ROLE {quoted} NOLOGIN;\nCREATE TABLE orders (id int PRIMARY KEY, kind text);\nGRANT INSERT ON orders TO {quoted};"));
        await using var lease = await environment.Postgres.LeaseAsync(mended, Unscoped, Stop);
        (await lease.CountAsync("SELECT count(kind) FROM orders")).Should().Be(0);
    }

    [Fact]
    public async Task A_role_that_was_there_before_the_failed_migrations_stays()
    {
        var role = $"cb_theirs_{Guid.NewGuid():N}";
        await using var server = await environment.Postgres.LeaseAsync(MigrationSet.Empty, Unscoped, Stop);
        await server.ExecuteAsync($"CREATE ROLE {role}");
        var migrations = Script($"DO $$ BEGIN CREATE ROLE {role}; EXCEPTION WHEN duplicate_object THEN NULL; END $$; SELECT 1/0;");
        await FluentActions.Awaiting(() => environment.Postgres.LeaseAsync(migrations, Unscoped, Stop))
            .Should().ThrowAsync<MigrationException>();
        (await server.CountAsync($"SELECT count(*) FROM pg_roles WHERE rolname = '{role}'")).Should().Be(1);
        await server.ExecuteAsync($"DROP ROLE {role}");
    }

    [Theory]
    [InlineData("CREATE USER {0} PASSWORD 'hush'; CREATE USER {0} PASSWORD 'hush';",
        "Roles belong to the server*CREATE USER {0} PASSWORD '…'; EXCEPTION WHEN duplicate_object*")]
    [InlineData("DO $$ BEGIN CREATE ROLE {0}; CREATE ROLE {0}; END $$;",
        "Roles belong to the server*EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL*")]
    [InlineData("CREATE TABLE a (id int); ALTER TABLE a OWNER TO {0};", "Roles belong to the server*--no-owner*CREATE ROLE \"{0}\"*")]
    [InlineData("SET SESSION AUTHORIZATION {0};", "Roles belong to the server*CREATE ROLE \"{0}\"*")]
    [InlineData("CREATE DATABASE {0}; CREATE DATABASE {0};", "Databases belong to the server*")]
    public async Task A_role_that_the_server_lacks_is_named_with_what_to_write(string sql, string message)
    {
        var name = $"cb_{Guid.NewGuid():N}";
        var lease = () => environment.Postgres.LeaseAsync(Script(sql.Replace("{0}", name, StringComparison.Ordinal)), Unscoped, Stop);
        var failure = (await lease.Should().ThrowAsync<MigrationException>()).Which.Message;
        failure.Should().NotContain("hush").And.Match("*" + message.Replace("{0}", name, StringComparison.Ordinal));
        await using var server = await environment.Postgres.LeaseAsync(MigrationSet.Empty, Unscoped, Stop);
        await server.ExecuteAsync($"DROP DATABASE IF EXISTS {name}");
        (await server.CountAsync($"SELECT count(*) FROM pg_roles WHERE rolname = '{name}'"))
            .Should().Be(0, "a role that failed migrations created goes with them");
    }
}
