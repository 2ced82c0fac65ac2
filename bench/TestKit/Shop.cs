using ChainBridge.TestKit;
using Npgsql;
using Respawn;

namespace ChainBridge.Bench.TestKit;

/// <summary>A schema of 30 tables with identities and foreign keys, and a test's writes to three of them.</summary>
internal static class Shop
{
    public const int Tables = 30;

    /// <summary>What one test writes: three rows each in three tables.</summary>
    public const string Writes = "INSERT INTO t1 (name) VALUES ('a'), ('b'), ('c'); INSERT INTO t2 (parent, name) SELECT id, "
        + "'x' FROM t1 LIMIT 3; INSERT INTO t3 (parent, name) SELECT id, 'y' FROM t2 LIMIT 3";

    public static MigrationSet Migrations { get; } =
        MigrationSet.FromScripts(new MigrationScript("001_shop", string.Concat(Enumerable.Range(1, Tables).Select(table =>
            $"CREATE TABLE t{table} (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, "
                + $"{(table == 1 ? "" : $"parent bigint REFERENCES t{table - 1}, ")}name text NOT NULL, at timestamptz DEFAULT now());\n"
                + $"CREATE INDEX ON t{table} (name);\n"))));

    public static TestEnvironment Environment() => new();

    public static async Task ExecuteAsync(string connectionString, string sql, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Respawn as it comes, over the pool's connection; it restarts no identities, as ours does.</summary>
    public static async Task<Func<CancellationToken, Task>> RespawnAsync(DatabaseLease database, CancellationToken cancellationToken)
    {
        await using var first = await database.OpenAsync(cancellationToken);
        var respawner = await Respawner.CreateAsync(first,
            new RespawnerOptions { DbAdapter = DbAdapter.Postgres, SchemasToInclude = ["public"] });
        return async stop =>
        {
            await using var connection = await database.OpenAsync(stop);
            await respawner.ResetAsync(connection);
        };
    }

    /// <summary>Of samples in any order.</summary>
    public static double Percentile(List<double> samples, int percent)
    {
        samples.Sort();
        return samples[Math.Min(samples.Count - 1, samples.Count * percent / 100)];
    }
}
