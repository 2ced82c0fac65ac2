using System.Globalization;
using ChainBridge.LocalServers;
using ChainBridge.TestKit.Load;

namespace ChainBridge.Bench.LoadServers;

/// <summary>Redis beside redis-benchmark, and PostgreSQL beside pgbench, whose schedule is an open model too.</summary>
internal static class StoresRows
{
    /// <summary>As many as redis-benchmark has by default.</summary>
    private const int Clients = 50;

    /// <summary>So many that a rate is kept while one of them waits.</summary>
    private const int Sessions = 10;

    private const int RedisRequestsASecond = 50_000;
    private static readonly int[] Rates = [1_000, 3_000];

    /// <summary>Adds their lines; answers how late ours was in each, in percent.</summary>
    public static async Task<IReadOnlyList<double>> MeasureAsync(Table table, string root, CancellationToken cancellationToken)
    {
        var lates = new List<double>();
        if (Length.Has("redis"))
        {
            await using var redis = await LocalRedis.StartAsync(1, TimeProvider.System, cancellationToken);
            var told = await Programs.VersionAsync("redis-server", ["--version"], cancellationToken);
            var name = $"Redis {told.Split("v=")[1].Split(' ')[0]}, GET";
            table.Begin("redis");
            LoadPlan Plan(LoadShape shape) =>
                Ours.Plan(ScenarioType.Of<RedisGet>(), shape, (RedisGet.Address, $"{redis.Host}:{redis.Port}"));
            foreach (var rate in Rates)
                lates.Add(await LoadServersSet.InTurnAsync(table, name, $"{rate}/s", Plan(ArrivalRates.Constant(rate, Length.Time)), [],
                    cancellationToken));
            await LoadServersSet.InTurnAsync(table, name, $"{Clients} at once", Plan(UserCounts.Constant(Clients, Length.Time)),
                [new($"redis-benchmark -c{Clients}", stop => RedisBenchmarkAsync(redis, stop))], cancellationToken);
            await table.EndAsync(root, cancellationToken);
        }

        if (!Length.Has("postgresql")) return lates;
        var folder = ServerPrograms.PostgresFolder();
        await using var postgres = await LocalPostgres.StartAsync(folder, TimeProvider.System, cancellationToken);
        var pgbench = Path.Combine(folder, "pgbench");
        string[] where = ["-h", postgres.Host, "-p", $"{postgres.Port}", "-U", postgres.Username];
        await Programs.RunAsync(new(pgbench, [.. where, "-i", "-q", "-s", "1", LocalPostgres.SpareDatabase]), cancellationToken);
        var version = (await Programs.VersionAsync(pgbench, ["--version"], cancellationToken)).Split(' ')[2];
        table.Begin("postgresql");
        foreach (var rate in Rates)
        {
            var connection = $"Host={postgres.Host};Port={postgres.Port};Username={postgres.Username};"
                + $"Database={LocalPostgres.SpareDatabase};Maximum Pool Size={Sessions};Max Auto Prepare=4;Auto Prepare Min Usages=1";
            lates.Add(await LoadServersSet.InTurnAsync(table, $"PostgreSQL {version}, pgbench's SELECT", $"{rate}/s, Poisson",
                Ours.Plan(ScenarioType.Of<SelectBalance>(), ArrivalRates.Constant(rate, Length.Time).Poisson(),
                    (SelectBalance.Database, connection)),
                [new($"pgbench -S -R {rate}", stop => PgbenchAsync(pgbench, where, rate, stop))], cancellationToken));
        }

        await table.EndAsync(root, cancellationToken);
        return lates;
    }

    private static async Task<Figures> RedisBenchmarkAsync(LocalRedis redis, CancellationToken cancellationToken)
    {
        var (output, _) = await Programs.RunAsync(new("redis-benchmark",
            ["-h", redis.Host, "-p", $"{redis.Port}", "-c", $"{Clients}", "-n", $"{RedisRequestsASecond * Length.Seconds}", "-t", "get",
                "--csv"]), cancellationToken);
        // "test","rps","avg_latency_ms","min_latency_ms","p50_latency_ms","p95_latency_ms","p99_latency_ms","max_latency_ms"
        var values = output.Split('\n').First(line => line.StartsWith("\"GET\"", StringComparison.Ordinal)).Split(',')
            .Skip(1).Select(value => double.Parse(value.Trim('"', '\r'), CultureInfo.InvariantCulture)).ToList();
        return new(values[3], values[4], values[5], values[0], 0);
    }

    /// <summary>Its log has the time of each transaction from when it was due, and how late it was begun.</summary>
    private static async Task<Figures> PgbenchAsync(string program, string[] where, int rate, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("bench-pgbench-");
        try
        {
            await Programs.RunAsync(new(program, [.. where, "-S", "-M", "prepared", "-n", "-c", $"{Sessions}", "-j", "1", "-R", $"{rate}",
                "-T", $"{Length.Seconds}", "-l", "--log-prefix=times", LocalPostgres.SpareDatabase]) { WorkingDirectory = folder.FullName },
                cancellationToken);
            // client, transaction, microseconds, script, second, microsecond, lag
            var times = folder.GetFiles("times*").SelectMany(file => File.ReadLines(file.FullName))
                .Select(line => double.Parse(line.Split(' ')[2], CultureInfo.InvariantCulture) / 1000).ToList();
            return Figures.OfTimes(times, Length.Time, 0);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
