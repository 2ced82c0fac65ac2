using System.Diagnostics;
using ChainBridge.TestKit;

namespace ChainBridge.Bench.TestKit;

/// <summary>
/// 500 tests that each write 3 of 30 tables: ours on as many databases as there are cores, each set back after a test, beside Respawn on
/// one database, one test after the other.
/// </summary>
internal static class SuiteRows
{
    private const int Tests = 500;
    private const int Runs = 5;
    private const int AtOnce = 2;

    public static async Task<IReadOnlyList<Row>> MeasureAsync(CancellationToken cancellationToken)
    {
        await using var environment = Shop.Environment();
        await using var database = await environment.Postgres.LeaseAsync(Shop.Migrations, new LeaseOptions { Isolation = Isolation.Clone },
            cancellationToken);
        var respawn = await Shop.RespawnAsync(database, cancellationToken);
        var (ours, theirs) = await Sampler.MediansAsync(Runs,
            async stop =>
            {
                var began = Stopwatch.GetTimestamp();
                await Parallel.ForAsync(0, Tests, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = stop },
                    async (_, token) =>
                    {
                        await using var lease = await environment.Postgres.LeaseAsync(Shop.Migrations,
                            new LeaseOptions { Isolation = Isolation.Reset }, token);
                        await Shop.ExecuteAsync(lease.ConnectionString, Shop.Writes, token);
                    });
                return Stopwatch.GetElapsedTime(began).TotalMilliseconds;
            },
            async stop =>
            {
                var began = Stopwatch.GetTimestamp();
                for (var test = 0; test < Tests; test++)
                {
                    await Shop.ExecuteAsync(database.ConnectionString, Shop.Writes, stop);
                    await respawn(stop);
                }

                return Stopwatch.GetElapsedTime(began).TotalMilliseconds;
            }, cancellationToken);
        return [new($"{Tests} tests that each write 3 of 30 tables, {AtOnce} at once", "ms", ours, theirs, ours / theirs, "≤ 0.25 ×",
            ours <= 0.25 * theirs, Runs)];
    }
}
