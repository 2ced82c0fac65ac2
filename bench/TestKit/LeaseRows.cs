using System.Diagnostics;
using ChainBridge.TestKit;

namespace ChainBridge.Bench.TestKit;

/// <summary>
/// A lease from the warm pool beside CREATE DATABASE … TEMPLATE of the same template, in turn. The tests between two leases take long
/// enough for the pool to be filled.
/// </summary>
internal static class LeaseRows
{
    private const int Runs = 100;

    public static async Task<IReadOnlyList<Row>> MeasureAsync(CancellationToken cancellationToken)
    {
        await using var environment = Shop.Environment();
        var clone = new LeaseOptions { Isolation = Isolation.Clone };
        await environment.Postgres.WarmAsync(Shop.Migrations, cancellationToken);
        await using var home = await environment.Postgres.LeaseAsync(MigrationSet.Empty, clone, cancellationToken);
        var template = await NameOfTemplateAsync(home, cancellationToken);
        var (ours, theirs) = (new List<double>(), new List<double>());
        for (var run = -3; run < Runs; run++)
        {
            var began = Stopwatch.GetTimestamp();
            await using var lease = await environment.Postgres.LeaseAsync(Shop.Migrations, clone, cancellationToken);
            var took = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
            await Shop.ExecuteAsync(lease.ConnectionString, Shop.Writes, cancellationToken);
            var name = $"bench_{Guid.NewGuid():N}";
            // A connection of the pool is open already, as ours is.
            began = Stopwatch.GetTimestamp();
            await Shop.ExecuteAsync(home.ConnectionString, $"CREATE DATABASE {name} TEMPLATE {template}", cancellationToken);
            var took2 = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
            await Shop.ExecuteAsync(home.ConnectionString, $"DROP DATABASE {name}", cancellationToken);
            // The first ones are cold, and not counted.
            if (run < 0) continue;
            ours.Add(took);
            theirs.Add(took2);
        }

        return
        [
            Row("lease from the warm pool, 30 tables, p50", 50, 2),
            Row("lease from the warm pool, 30 tables, p95", 95, 5),
        ];

        Row Row(string measure, int percent, double limit)
        {
            var (mine, other) = (Shop.Percentile(ours, percent), Shop.Percentile(theirs, percent));
            return new(measure, "ms", mine, other, mine / other, $"≤ {limit} ms", mine <= limit, Runs);
        }
    }

    private static async Task<string> NameOfTemplateAsync(DatabaseLease home, CancellationToken cancellationToken)
    {
        await using var connection = await home.OpenAsync(cancellationToken);
        await using var command =
            new Npgsql.NpgsqlCommand("SELECT datname FROM pg_database WHERE datname LIKE '%template\\_%' AND NOT datallowconn", connection);
        return (string)(await command.ExecuteScalarAsync(cancellationToken))!;
    }
}
