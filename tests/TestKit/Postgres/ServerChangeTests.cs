using ChainBridge.LocalServers;
using ChainBridge.TestKit;
using ChainBridge.TestKit.Providers;
using FluentAssertions;
using Npgsql;
using Xunit;

using static ChainBridge.Tests.TestKit.Postgres.Databases;

namespace ChainBridge.Tests.TestKit.Postgres;

/// <summary>
/// What a test changes on the server reaches all others: it is named when the test ends, and taken back where that is safe.
/// </summary>
public sealed class ServerChangeTests
{
    private const string Anyone = "SELECT (SELECT count(*) FROM pg_roles WHERE rolname ~ '^app') + (SELECT count(*) "
        + "FROM pg_database WHERE datname = 'other') + (SELECT count(*) FROM pg_replication_origin) + (SELECT count(*) "
        + "FROM pg_db_role_setting) + (SELECT count(*) FROM pg_file_settings WHERE sourcefile ~ 'auto')";

    private readonly StringWriter _log = new();
    private readonly MigrationSet _migrations = Script("CREATE TABLE things (id int)");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Changes_of_a_test_on_the_server_are_named_and_taken_back_in_every_mode()
    {
        await using var local = await LocalPostgres.StartAsync(TimeProvider.System, Stop);
        var server = new PostgresServer(local.Host, local.Port, local.Username, "", local) { IsOurs = true };
        await using var leases = new PostgresLeases(() => Task.FromResult(server), new PostgresOptions(), _ => null,
            TimeProvider.System, _log);

        // A passed test that changes nothing logs nothing; building its template is no test's change either.
        await TestAsync(leases, Isolation.Clone);
        _log.ToString().Should().BeEmpty();

        foreach (var (isolation, sql, expected) in new[]
        {
            (Isolation.Clone, "CREATE ROLE app LOGIN", "role app (new)"),
            (Isolation.Reset, "CREATE ROLE app LOGIN", "role app (new)"),
            (Isolation.Transaction, "CREATE ROLE app LOGIN", "role app (new)"),
            (Isolation.Reset, "ALTER ROLE postgres SET work_mem = '1MB'", "setting postgres (new)"),
            (Isolation.Reset, "ALTER SYSTEM SET work_mem = '2MB'", "configuration work_mem (new)"),
            (Isolation.Clone, "CREATE DATABASE other", "database other (new)"),
            (Isolation.Clone, "SELECT pg_replication_origin_create('far')", "replication origin far (new)"),
        })
        {
            await TestAsync(leases, isolation, server, sql);
            NewLines().Should().Contain("'a test of a test' changed").And.Contain(expected).And.Contain("was undone");
            (await AskAsync(server, Anyone)).Should().Be(0, sql);
        }

        await TestAsync(leases, Isolation.Reset, server, "ALTER ROLE postgres CONNECTION LIMIT 70");
        NewLines().Should().Contain("role postgres (changed)").And.Contain("was left as it is");

        await OfTwoAtOnceAsync(leases, server);
        await OfAFixtureAsync(leases, server);
        await OfMigrationsAsync(leases);
    }

    private async Task OfTwoAtOnceAsync(PostgresLeases leases, PostgresServer server)
    {
        var (one, two) = (NewScope(), new TestScope("2", "its neighbour"));
        var lease = await leases.LeaseAsync(_migrations, Of(one), Stop);
        await leases.LeaseAsync(_migrations, Of(two), Stop);
        await lease.ExecuteAsync("CREATE ROLE app_two");
        await two.EndAsync(TestEnding.Passed, Stop);
        NewLines()
            .Should().Contain("one of 'a test of a test', 'its neighbour'").And.Contain("role app_two (new)").And.Contain("left as it is");
        await one.EndAsync(TestEnding.Passed, Stop);
        _log.ToString().Should().BeEmpty("it was reported already");
        await AskAsync(server, "DROP ROLE app_two");
        await TestAsync(leases, Isolation.Clone);
        NewLines().Should().Contain("role app_two (gone)");
    }

    /// <summary>Its role may be needed until its class ends.</summary>
    private async Task OfAFixtureAsync(PostgresLeases leases, PostgresServer server)
    {
        await using (var lease = await leases.LeaseAsync(_migrations, Unscoped, Stop)) await lease.ExecuteAsync("CREATE ROLE app_fixture");
        NewLines().Should().Contain("role app_fixture (new)").And.Contain("left as it is");
        (await AskAsync(server, Anyone)).Should().Be(1L);
    }

    private async Task OfMigrationsAsync(PostgresLeases leases)
    {
        await using (await leases.LeaseAsync(Script("CREATE ROLE app_migrated"), Unscoped, Stop))
        {
        }

        _log.ToString().Should().BeEmpty();
    }

    private async Task TestAsync(PostgresLeases leases, Isolation isolation, PostgresServer? server = null, string? sql = null)
    {
        var scope = NewScope();
        await leases.LeaseAsync(_migrations, Of(scope) with { Isolation = isolation }, Stop);
        if (server is not null && sql is not null) await AskAsync(server, sql);
        await scope.EndAsync(TestEnding.Passed, Stop);
    }

    /// <summary>What was logged since the last call.</summary>
    private string NewLines()
    {
        var lines = _log.ToString();
        _log.GetStringBuilder().Clear();
        return lines;
    }

    /// <summary>In the server's first database, as a test may do that holds a lease of any kind.</summary>
    private static async Task<object?> AskAsync(PostgresServer server, string sql)
    {
        await using var connection = new NpgsqlConnection(server.Settings("postgres").ConnectionString);
        await connection.OpenAsync(Stop);
        return await connection.AskAsync(sql);
    }
}
