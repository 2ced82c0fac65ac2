using ChainBridge.TestKit;
using ChainBridge.Tests.TestKit.Infrastructure;
using FluentAssertions;
using Npgsql;
using Xunit;
using static ChainBridge.Tests.TestKit.Postgres.Databases;

namespace ChainBridge.Tests.TestKit.Postgres;

/// <summary>A transaction that is rolled back fires no deferred constraint by itself: they are asked at the end of a passed test.</summary>
public sealed class DeferredConstraintTests(TestEnvironment environment)
{
    private const string Schema = """
        CREATE TABLE customers (id int PRIMARY KEY);
        CREATE TABLE orders (
            id int PRIMARY KEY,
            customer int NOT NULL REFERENCES customers DEFERRABLE INITIALLY DEFERRED
        );
        CREATE TABLE seats (
            place int CONSTRAINT one_each UNIQUE DEFERRABLE INITIALLY DEFERRED,
            guest text
        );
        CREATE FUNCTION refuse_negative() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF NEW.id < 0 THEN RAISE EXCEPTION 'negative order'; END IF;
            RETURN NULL;
        END $$;
        CREATE CONSTRAINT TRIGGER no_negative AFTER INSERT ON orders DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
            EXECUTE FUNCTION refuse_negative();
        CREATE TABLE bookings (during int4range, CONSTRAINT no_overlap EXCLUDE USING gist (during WITH &&) DEFERRABLE INITIALLY DEFERRED);
        """;

    private readonly MigrationSet _migrations = Script(Schema);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("INSERT INTO orders VALUES (1, 99)", "orders_customer_fkey of orders*23503: insert or update on table*")]
    [InlineData("INSERT INTO seats VALUES (1, 'Ada'), (1, 'Bob')", "one_each of seats*23505: duplicate key")]
    [InlineData("INSERT INTO customers VALUES (1); INSERT INTO orders VALUES (-1, 1)", "no_negative*P0001: negative order")]
    [InlineData("INSERT INTO bookings VALUES ('[1,5)'), ('[3,9)')", "no_overlap of bookings*23P01")]
    [InlineData("SET LOCAL search_path = pg_catalog; INSERT INTO public.orders VALUES (1, 99)", "orders_customer_fkey of orders*23503")]
    public async Task A_passed_test_whose_rows_a_deferred_constraint_forbids_fails_with_the_name_of_the_constraint(
        string sql, string expected)
    {
        var lease = await LeaseAsync();
        await lease.Connection.ExecuteAsync(sql);
        var end = async () => await lease.DisposeAsync();
        (await end.Should().ThrowAsync<LeaseException>()).WithMessage($"{expected}*SET CONSTRAINTS ALL IMMEDIATE*");

        await using var next = await LeaseAsync();
        next.Database.Should().Be(lease.Database, "the rows were rolled back all the same");
        (await next.Connection.CountAsync("SELECT (SELECT count(*) FROM orders) + (SELECT count(*) FROM customers) + (SELECT count(*) "
            + "FROM seats) + (SELECT count(*) FROM bookings)")).Should().Be(0);
    }

    [Theory]
    [InlineData("INSERT INTO orders VALUES (1, 7); INSERT INTO customers VALUES (7)")]
    [InlineData("INSERT INTO seats VALUES (1, 'Ada'), (1, 'Bob'); UPDATE seats SET place = 2 WHERE guest = 'Bob'")]
    public async Task Rows_that_are_in_order_when_the_test_ends_pass(string sql)
    {
        await using var lease = await LeaseAsync();
        await lease.Connection.ExecuteAsync(sql);
    }

    [Fact]
    public async Task A_test_that_expected_an_error_of_its_SQL_has_nothing_to_commit_and_passes()
    {
        await using var lease = await LeaseAsync();
        await lease.Connection.ExecuteAsync("INSERT INTO orders VALUES (1, 99)");
        var fails = () => lease.Connection.ExecuteAsync("SELECT 1/0");
        await fails.Should().ThrowAsync<PostgresException>();
    }

    [Fact]
    public async Task The_constraints_of_a_failed_test_are_not_asked()
    {
        var scope = NewScope();
        var lease = await environment.Postgres.LeaseAsync(_migrations, Of(scope) with { Isolation = Isolation.Transaction }, Stop);
        await lease.Connection.ExecuteAsync("INSERT INTO orders VALUES (1, 99)");
        await scope.EndAsync(new TestEnding(Failed: true), Stop);
    }

    private Task<DatabaseLease> LeaseAsync() =>
        environment.Postgres.LeaseAsync(_migrations, Unscoped with { Isolation = Isolation.Transaction }, Stop);
}
