using ChainBridge.TestKit;
using ChainBridge.Tests.TestKit.Infrastructure;
using FluentAssertions;
using Npgsql;
using Xunit;
using static ChainBridge.Tests.TestKit.Postgres.Databases;

namespace ChainBridge.Tests.TestKit.Postgres;

/// <summary>Isolation by a transaction that is rolled back, and the attributes that choose a way.</summary>
[Isolation(Isolation.Transaction)]
public sealed class TransactionTests(TestEnvironment environment)
{
    private readonly MigrationSet _migrations = Script("CREATE TABLE things (id int)");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Rows_of_a_test_are_gone_for_the_next_one_on_the_same_connection()
    {
        string first;
        await using (var lease = await LeaseAsync())
        {
            first = lease.Database;
            await lease.Connection.ExecuteAsync(
                "INSERT INTO things VALUES (1); CREATE TEMP TABLE scratch (id int); SET statement_timeout = 60000");
        }

        await using var next = await LeaseAsync();
        next.Database.Should().Be(first);
        (await next.Connection.CountAsync("SELECT count(*) FROM things")).Should().Be(0);
        (await next.Connection.AskAsync("SELECT to_regclass('scratch')::text")).Should().Be(DBNull.Value);
        (await next.Connection.AskAsync("SHOW statement_timeout")).Should().Be("0");
    }

    [Fact]
    public async Task A_test_whose_SQL_failed_leaves_the_connection_usable()
    {
        await using (var lease = await LeaseAsync())
        {
            var fails = () => lease.Connection.ExecuteAsync("SELECT 1/0");
            await fails.Should().ThrowAsync<PostgresException>();
        }

        await using var next = await LeaseAsync();
        (await next.Connection.CountAsync("SELECT count(*) FROM things")).Should().Be(0);
    }

    [Theory]
    [InlineData("COMMIT", "committed")]
    [InlineData("ROLLBACK; INSERT INTO things VALUES (2)", "rolled back")]
    public async Task A_test_that_ends_the_transaction_itself_fails_and_no_other_test_gets_its_rows(string sql, string what)
    {
        var lease = await LeaseAsync();
        await lease.Connection.ExecuteAsync($"INSERT INTO things VALUES (1); {sql}");
        var end = async () => await lease.DisposeAsync();
        (await end.Should().ThrowAsync<LeaseException>()).WithMessage($"the test {what} the transaction*Isolation.Reset*");
        await using var next = await LeaseAsync();
        next.Database.Should().NotBe(lease.Database);
        (await next.Connection.CountAsync("SELECT count(*) FROM things")).Should().Be(0);
    }

    [Fact]
    public async Task A_second_transaction_and_a_second_connection_are_refused()
    {
        await using var lease = await LeaseAsync();
        var nested = async () => await lease.Connection.BeginTransactionAsync(Stop);
        (await nested.Should().ThrowAsync<InvalidOperationException>()).WithMessage("*transaction is already in progress*");
        lease.Invoking(it => it.ConnectionString)
            .Should().Throw<LeaseException>().WithMessage("*has one connection*Isolation.Reset or Isolation.Clone*");
        var another = async () =>
        {
            await using var second = new NpgsqlConnection(
                new NpgsqlConnectionStringBuilder(lease.Connection.ConnectionString) { Password = lease.Password }.ConnectionString);
            await second.OpenAsync(Stop);
        };
        (await another.Should().ThrowAsync<PostgresException>()).WithMessage("*not currently accepting connections*");
    }

    [Fact]
    public async Task The_class_chooses_by_its_attribute()
    {
        await using var lease = await LeaseAsync();
        lease.Isolation.Should().Be(Isolation.Transaction);
    }

    [Fact]
    [Isolation(Isolation.Reset)]
    public async Task The_method_s_attribute_comes_before_the_class_s()
    {
        await using var lease = await LeaseAsync();
        lease.Isolation.Should().Be(Isolation.Reset);
        lease.Invoking(it => it.Connection).Should().Throw<LeaseException>().WithMessage("*Isolation.Reset has no connection of its own*");
    }

    [Fact]
    public async Task The_option_comes_before_every_attribute()
    {
        await using var lease = await environment.Postgres.LeaseAsync(_migrations, Unscoped with { Isolation = Isolation.Clone }, Stop);
        lease.Isolation.Should().Be(Isolation.Clone);
    }

    private Task<DatabaseLease> LeaseAsync() => environment.Postgres.LeaseAsync(_migrations, Unscoped, Stop);
}
