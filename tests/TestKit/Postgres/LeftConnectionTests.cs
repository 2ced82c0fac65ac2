using ChainBridge.TestKit;
using ChainBridge.Tests.TestKit.Infrastructure;
using FluentAssertions;
using Npgsql;
using Xunit;
using static ChainBridge.Tests.TestKit.Postgres.Databases;

namespace ChainBridge.Tests.TestKit.Postgres;

/// <summary>
/// What a passed test left open does not reach into the next one's database, and the next one does not meet what was ended.
/// </summary>
public sealed class LeftConnectionTests(TestEnvironment environment)
{
    private const string Insert = "INSERT INTO things (name) VALUES ('x')";

    private readonly MigrationSet _migrations = Script("CREATE TABLE things (id int GENERATED ALWAYS AS IDENTITY, name text)");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_connection_that_a_passed_test_left_open_is_refused_in_the_next_test()
    {
        var first = await LeaseAsync();
        await using var left = await first.OpenAsync(Stop);
        await left.ExecuteAsync(Insert);
        await first.DisposeAsync();

        await using var second = await LeaseAsync();
        second.Database.Should().Be(first.Database, "it was set back, not dropped");
        var write = () => left.ExecuteAsync(Insert);
        await write.Should().ThrowAsync<NpgsqlException>();
        (await second.CountAsync("SELECT count(*) FROM things")).Should().Be(0);
    }

    [Fact]
    public async Task A_pool_kept_from_test_to_test_hands_out_no_connection_that_was_ended()
    {
        var sources = new Dictionary<string, NpgsqlDataSource>();
        for (var test = 0; test < 3; test++)
        {
            await using var lease = await LeaseAsync();
            // The test's own: one per connection string, as an object mapper keeps them.
            if (!sources.TryGetValue(lease.ConnectionString, out var source))
                source = sources[lease.ConnectionString] = NpgsqlDataSource.Create(lease.ConnectionString);
            await using (var command = source.CreateCommand(Insert)) await command.ExecuteNonQueryAsync(Stop);
            // Put together from the lease's parts: the same for every test.
            await ExecuteAsync(new NpgsqlConnectionStringBuilder
            {
                Host = lease.Host,
                Port = lease.Port,
                Username = lease.Username,
                Password = lease.Password,
                Database = lease.Database
            }.ConnectionString, Insert);
            (await lease.CountAsync("SELECT max(id) FROM things")).Should().Be(2);
        }

        foreach (var source in sources.Values) await source.DisposeAsync();
    }

    [Fact]
    public async Task A_session_that_holds_locks_is_not_waited_for_and_its_database_goes()
    {
        var first = await LeaseAsync();
        await using var left = await first.OpenAsync(Stop);
        await left.ExecuteAsync("BEGIN; LOCK TABLE things IN ACCESS EXCLUSIVE MODE");
        await first.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(60), Stop);

        await using var second = await LeaseAsync();
        second.Database.Should().NotBe(first.Database);
        var write = () => left.ExecuteAsync(Insert);
        await write.Should().ThrowAsync<NpgsqlException>();
    }

    private Task<DatabaseLease> LeaseAsync() =>
        environment.Postgres.LeaseAsync(_migrations, Unscoped with { Isolation = Isolation.Reset }, Stop);
}
