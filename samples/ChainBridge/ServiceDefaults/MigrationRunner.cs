using DbUp;
using DbUp.Engine;
using Npgsql;

namespace ChainBridge.Samples.ServiceDefaults;

/// <summary>What <c>migrate status</c> prints.</summary>
/// <param name="Applied">Newest step applied; 0 for none.</param>
/// <param name="Latest">Newest step this release knows.</param>
/// <param name="Reversible">Whether every known step above <paramref name="Applied"/> can be undone.</param>
public sealed record MigrationStatus(int Applied, int Latest, bool Reversible);

/// <summary>Moves a service's database up with DbUp and down with the step's own script. Safe to run twice at once.</summary>
public sealed class MigrationRunner(string connectionString, IReadOnlyList<Migration> migrations)
{
    private const string Journal = "schema_versions";

    /// <summary>Any number, the same in every release: it names the lock that migrations of one database take.</summary>
    private const long LockKey = 7_205_759;

    /// <summary>The steps this release knows.</summary>
    public IReadOnlyList<Migration> Migrations => migrations;

    /// <summary>Creates the database when it is missing and applies every step not applied yet.</summary>
    /// <exception cref="InvalidOperationException">A step failed; names it and says what PostgreSQL said.</exception>
    public async Task UpAsync(CancellationToken cancellationToken)
    {
        await CreateDatabaseAsync(cancellationToken);
        await using var held = await LockAsync(cancellationToken);
        var result = DeployChanges.To.PostgresqlDatabase(connectionString)
            .WithScripts(migrations.Select(migration => new SqlScript(migration.Name, migration.Up)))
            .JournalToPostgresqlTable("public", Journal)
            .WithTransactionPerScript()
            .LogToNowhere()
            .Build().PerformUpgrade();
        if (!result.Successful)
            throw new InvalidOperationException($"migration {result.ErrorScript?.Name ?? "(none)"} failed: {result.Error.Message}",
                result.Error);
    }

    /// <summary>Undoes steps, newest first, until <paramref name="step"/> is the newest applied.</summary>
    /// <exception cref="InvalidOperationException">
    /// A step has no down script, or is unknown to this release; nothing is undone then.
    /// </exception>
    public async Task DownAsync(int step, CancellationToken cancellationToken)
    {
        await using var held = await LockAsync(cancellationToken);
        var applied = await AppliedAsync(held, cancellationToken);
        var undo = Enumerable.Range(step + 1, Math.Max(0, applied - step)).Reverse()
            .Select(number => migrations.FirstOrDefault(known => known.Step == number)
                ?? throw new InvalidOperationException(
                    $"step {number} is applied but unknown to this release: use the release that applied it")).ToList();
        if (undo.FirstOrDefault(migration => migration.Down is null) is { } stuck)
            throw new InvalidOperationException($"migration {stuck.Name} has no down script; nothing was undone");
        foreach (var migration in undo)
        {
            await using var transaction = await held.BeginTransactionAsync(cancellationToken);
            await using (var down = new NpgsqlCommand(migration.Down, held, transaction))
                await down.ExecuteNonQueryAsync(cancellationToken);
            await using (var forget = new NpgsqlCommand($"DELETE FROM {Journal} WHERE scriptname = $1", held, transaction)
            {
                Parameters = { new() { Value = migration.Name } }
            })
                await forget.ExecuteNonQueryAsync(cancellationToken);
            await transaction.CommitAsync(cancellationToken);
        }
    }

    /// <summary>Where the database stands; a database that does not exist stands at 0.</summary>
    public async Task<MigrationStatus> StatusAsync(CancellationToken cancellationToken)
    {
        var applied = 0;
        try
        {
            await using var connection = new NpgsqlConnection(connectionString);
            await connection.OpenAsync(cancellationToken);
            applied = await AppliedAsync(connection, cancellationToken);
        }
        catch (PostgresException missing) when (missing.SqlState == PostgresErrorCodes.InvalidCatalogName)
        {
            // Not created yet.
        }

        return new(applied, migrations.Count, migrations.Where(migration => migration.Step > applied)
            .All(migration => migration.Down is not null));
    }

    private static async Task<int> AppliedAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var exists = new NpgsqlCommand($"SELECT to_regclass('public.{Journal}') IS NOT NULL", connection);
        if (!(bool)(await exists.ExecuteScalarAsync(cancellationToken))!) return 0;
        await using var newest = new NpgsqlCommand($"SELECT coalesce(max(left(scriptname, 4)::int), 0) FROM {Journal}", connection);
        return (int)(await newest.ExecuteScalarAsync(cancellationToken))!;
    }

    private async Task CreateDatabaseAsync(CancellationToken cancellationToken)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString);
        var name = settings.Database!;
        settings.Database = "postgres";
        await using var connection = new NpgsqlConnection(settings.ConnectionString);
        await connection.OpenAsync(cancellationToken);
        await using var exists = new NpgsqlCommand("SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)",
            connection) { Parameters = { new() { Value = name } } };
        if ((bool)(await exists.ExecuteScalarAsync(cancellationToken))!) return;
        try
        {
            await using var create =
                new NpgsqlCommand($"CREATE DATABASE \"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"", connection);
            await create.ExecuteNonQueryAsync(cancellationToken);
        }
        catch (PostgresException raced) when (raced.SqlState is PostgresErrorCodes.DuplicateDatabase or PostgresErrorCodes.UniqueViolation)
        {
            // Another runner was faster.
        }
    }

    /// <summary>A connection that holds the migration lock until it is disposed.</summary>
    private async Task<NpgsqlConnection> LockAsync(CancellationToken cancellationToken)
    {
        var connection = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false, CommandTimeout = 60 }.ConnectionString);
        await connection.OpenAsync(cancellationToken);
        await using var take = new NpgsqlCommand("SELECT pg_advisory_lock($1)", connection) { Parameters = { new() { Value = LockKey } } };
        await take.ExecuteNonQueryAsync(cancellationToken);
        return connection;
    }
}
