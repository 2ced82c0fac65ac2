using ChainBridge.TestKit;
using Npgsql;
using Xunit;
using Xunit.Sdk;

namespace ChainBridge.Tests.TestKit.Assertions;

/// <summary>Databases made of a few lines of SQL.</summary>
internal static class Databases
{
    public const string Shop = """
        CREATE TYPE mood AS ENUM ('calm', 'cross');
        CREATE DOMAIN euro AS numeric(12,2) CHECK (VALUE >= 0);
        CREATE TABLE customers (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL, mood mood NOT NULL DEFAULT 'calm');
        CREATE TABLE orders (id serial PRIMARY KEY, customer int NOT NULL REFERENCES customers ON DELETE CASCADE, total euro,
            twice numeric GENERATED ALWAYS AS (total * 2) STORED, CONSTRAINT small CHECK (total < 1000));
        CREATE INDEX orders_by_customer ON orders (customer) WHERE total > 0;
        CREATE VIEW big AS SELECT id, total FROM orders WHERE total > 100;
        CREATE MATERIALIZED VIEW totals AS SELECT customer, sum(total) AS total FROM orders GROUP BY customer;
        CREATE SEQUENCE tickets START 100 INCREMENT 5;
        CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            NEW.name = trim(NEW.name);
            RETURN NEW;
        END $$;
        CREATE TRIGGER touched BEFORE UPDATE ON customers FOR EACH ROW EXECUTE FUNCTION touch();
        CREATE SCHEMA archive;
        CREATE TABLE archive.orders (LIKE orders INCLUDING ALL);
        """;

    public static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static async Task<DatabaseLease> WithAsync(this TestEnvironment environment, params string[] sql)
    {
        var database = await environment.Postgres.LeaseAsync(MigrationSet.Empty, Stop);
        if (sql.Length > 0) await database.ExecuteAsync(string.Join('\n', sql));
        return database;
    }

    public static async Task ExecuteAsync(this DatabaseLease database, string sql)
    {
        await using var connection = await database.OpenAsync(Stop);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(Stop);
    }

    /// <summary>What the assertion failed with; fails when it passed.</summary>
    public static async Task<string> FailureAsync(Func<Task> assertion)
    {
        try
        {
            await assertion();
        }
        catch (XunitException failure)
        {
            return failure.Message;
        }

        throw new InvalidOperationException("the assertion passed, though what it asserts is wrong");
    }
}
