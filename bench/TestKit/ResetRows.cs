using System.Diagnostics;
using ChainBridge.TestKit;

namespace ChainBridge.Bench.TestKit;

/// <summary>One reset of 30 tables of which 3 hold rows: ours beside Respawn's, in turn, each on a database of its own.</summary>
internal static class ResetRows
{
    private const int Runs = 100;

    public static async Task<IReadOnlyList<Row>> MeasureAsync(CancellationToken cancellationToken)
    {
        await using var environment = Shop.Environment();
        var clone = new LeaseOptions { Isolation = Isolation.Clone };
        await using var mine = await environment.Postgres.LeaseAsync(Shop.Migrations, clone, cancellationToken);
        await using var other = await environment.Postgres.LeaseAsync(Shop.Migrations, clone, cancellationToken);
        await using var fast = await FastReset.ForAsync(mine, cancellationToken);
        var respawn = await Shop.RespawnAsync(other, cancellationToken);
        var (ours, theirs) = await Sampler.MediansAsync(Runs, stop => TimedAsync(mine, fast.ResetAsync, stop),
            stop => TimedAsync(other, respawn, stop), cancellationToken);
        return [new("reset of 30 tables, 3 dirty (beside Respawn)", "ms", ours, theirs, ours / theirs, "≤ 0.15 ×",
            ours <= 0.15 * theirs, Runs)];
    }

    private static async Task<double> TimedAsync(
        DatabaseLease database, Func<CancellationToken, Task> resetAsync, CancellationToken cancellationToken)
    {
        await Shop.ExecuteAsync(database.ConnectionString, Shop.Writes, cancellationToken);
        var began = Stopwatch.GetTimestamp();
        await resetAsync(cancellationToken);
        return Stopwatch.GetElapsedTime(began).TotalMilliseconds;
    }
}
