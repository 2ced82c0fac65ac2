using ChainBridge.TestKit;
using ChainBridge.Tests.TestKit.Infrastructure;
using FluentAssertions;
using Npgsql;
using Xunit;

namespace ChainBridge.Tests.TestKit.Postgres;

[Database]
[EveryProvider]
public sealed class IsolationTests(TestEnvironment environment)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Leases_asked_for_at_once_share_one_template_and_see_nothing_of_each_other()
    {
        var built = 0;
        var migrations = new MigrationSet(Guid.NewGuid().ToString(), async (connectionString, stop) =>
        {
            Interlocked.Increment(ref built);
            await ExecuteAsync(connectionString, "CREATE TABLE things (name text)", stop);
        });
        var counts = await Task.WhenAll(Enumerable.Range(0, 8).Select(async number =>
        {
            await using var database = await environment.Postgres.LeaseAsync(migrations, Databases.Unscoped, Stop);
            await ExecuteAsync(database.ConnectionString, $"INSERT INTO things VALUES ('{number}')", Stop);
            return await CountAsync(database, "SELECT count(*) FROM things");
        }));
        counts.Should().OnlyContain(count => count == 1);
        built.Should().Be(1);
    }

    [Fact]
    public async Task A_lease_that_was_given_back_is_dropped_though_a_session_is_connected()
    {
        var database = await environment.Postgres.LeaseAsync(MigrationSet.Empty, Databases.Unscoped, Stop);
        await using var left = await database.OpenAsync(Stop);
        await database.DisposeAsync();
        await using var other = await environment.Postgres.LeaseAsync(MigrationSet.Empty, Databases.Unscoped, Stop);
        (await CountAsync(other, $"SELECT count(*) FROM pg_database WHERE datname = '{database.Database}'")).Should().Be(0);
    }

    [Fact]
    public async Task Migrations_that_fail_are_named_with_the_reason()
    {
        var broken = new MigrationSet("broken-" + Guid.NewGuid(),
            (connectionString, stop) => ExecuteAsync(connectionString, "CREATE TABLE x (id no_such_type)", stop));
        var lease = () => environment.Postgres.LeaseAsync(broken, Stop);
        (await lease.Should().ThrowAsync<InvalidOperationException>()).WithMessage("*broken-*no_such_type*");
    }

    [Fact]
    public async Task A_reset_empties_the_tables_restarts_identities_and_keeps_what_is_to_stay()
    {
        await using var database = await environment.Postgres.LeaseAsync(MigrationSet.Empty, Databases.Unscoped, Stop);
        await ExecuteAsync(database.ConnectionString, "CREATE TABLE seed (id int); INSERT INTO seed VALUES (1); CREATE TABLE rows (id int "
            + "GENERATED ALWAYS AS IDENTITY, name text); INSERT INTO rows (name) VALUES ('a'), ('b')", Stop);
        var reset = await DatabaseReset.ForAsync(database, ["seed"], Stop);
        await reset.ResetAsync(Stop);
        (await CountAsync(database, "SELECT count(*) FROM rows")).Should().Be(0);
        (await CountAsync(database, "SELECT count(*) FROM seed")).Should().Be(1);
        await ExecuteAsync(database.ConnectionString, "INSERT INTO rows (name) VALUES ('c')", Stop);
        (await CountAsync(database, "SELECT max(id)::bigint FROM rows")).Should().Be(1);
    }

    private static async Task ExecuteAsync(string connectionString, string sql, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static async Task<long> CountAsync(DatabaseLease database, string sql)
    {
        await using var connection = await database.OpenAsync(Stop);
        await using var command = new NpgsqlCommand(sql, connection);
        return (long)(await command.ExecuteScalarAsync(Stop))!;
    }
}
