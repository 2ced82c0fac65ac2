using System.Text.Json;
using Npgsql;

namespace Tiny;

/// <summary>The database of <c>back</c>, and the arguments that move it: <c>migrate up | down --to N | status</c>.</summary>
internal sealed class Database(IConfiguration settings, Release release)
{
    public async Task<int> MigrateAsync(string[] arguments)
    {
        try
        {
            await using var connection = new NpgsqlConnection(Address(settings));
            await connection.OpenAsync();
            await RunAsync(connection, "CREATE TABLE IF NOT EXISTS steps (number int PRIMARY KEY)");
            var applied = await AppliedAsync(connection);
            switch (arguments)
            {
                case ["up"]:
                    foreach (var step in release.Steps.Where(step => step.Number > applied))
                        await RunAsync(connection, $"{step.Up}; INSERT INTO steps VALUES ({step.Number})");
                    return 0;
                case ["down", "--to", var target]:
                    foreach (var step in release.Steps.Where(step => step.Number > int.Parse(target) && step.Number <= applied).Reverse())
                        await RunAsync(connection,
                            $"{step.Down ?? throw new InvalidOperationException($"step {step.Number} has no way down")}; "
                                + $"DELETE FROM steps WHERE number = {step.Number}");
                    return 0;
                case ["status"]:
                    Console.WriteLine(JsonSerializer.Serialize(new
                    {
                        applied,
                        latest = release.Steps.Count,
                        reversible = release.Steps.Where(step => step.Number > applied).All(step => step.Down is not null)
                    }));
                    return 0;
                default:
                    await Console.Error.WriteLineAsync("usage: migrate up | migrate down --to N | migrate status");
                    return 2;
            }
        }
        catch (Exception failure) when (failure is NpgsqlException or InvalidOperationException)
        {
            await Console.Error.WriteLineAsync(failure.Message);
            return 1;
        }
    }

    /// <summary>The newest step applied; throws when the database does not answer.</summary>
    public async Task<int> StepAsync(CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(Address(settings));
        await connection.OpenAsync(cancellationToken);
        return await AppliedAsync(connection);
    }

    /// <summary>Reads a column of the second step; throws where a later step has taken it away.</summary>
    public async Task ReadPagesAsync(CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(Address(settings));
        await connection.OpenAsync(cancellationToken);
        await RunAsync(connection, "SELECT page FROM visits");
    }

    /// <summary>A query that takes its time, of many callers at once.</summary>
    public async Task AskSlowlyAsync(CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(Address(settings, most: 40));
        await connection.OpenAsync(cancellationToken);
        await RunAsync(connection, "SELECT pg_sleep(0.3)");
    }

    /// <summary>From now on <see cref="IsToldToDieAsync"/> answers true, also to processes started later.</summary>
    public async Task TellToDieAsync()
    {
        await using var connection = new NpgsqlConnection(Address(settings));
        await connection.OpenAsync();
        await RunAsync(connection, "CREATE TABLE IF NOT EXISTS told_to_die ()");
    }

    /// <summary>See <see cref="TellToDieAsync"/>.</summary>
    public async Task<bool> IsToldToDieAsync()
    {
        await using var connection = new NpgsqlConnection(Address(settings));
        await connection.OpenAsync();
        await using var told = new NpgsqlCommand("SELECT to_regclass('told_to_die') IS NOT NULL", connection);
        return (bool)(await told.ExecuteScalarAsync())!;
    }

    private static async Task<int> AppliedAsync(NpgsqlConnection connection)
    {
        await using var newest = new NpgsqlCommand("SELECT coalesce(max(number), 0) FROM steps", connection);
        return (int)(await newest.ExecuteScalarAsync())!;
    }

    private static async Task RunAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    private static string Address(IConfiguration settings, int most = 5) => new NpgsqlConnectionStringBuilder
    {
        Host = settings["Postgres:Host"], Port = int.Parse(settings["Postgres:Port"] ?? "5432"), Username = settings["Postgres:Username"],
        Password = settings["Postgres:Password"],
        Database = "postgres", Timeout = 30, MaxPoolSize = most,
    }.ConnectionString;
}
