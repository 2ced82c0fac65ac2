using System.Diagnostics;
using System.Globalization;
using ChainBridge.TestKit;
using ChainBridge.TestKit.Load;
using ChainBridge.Tests.Integration.Infrastructure;
using FluentAssertions;
using Npgsql;
using Xunit;

namespace ChainBridge.Tests.Performance;

/// <summary>
/// What grows under a steady load: memory and connections. In the suite it takes seconds and looks at the connections only;
/// <c>make soak</c> lets it run for CHAINBRIDGE_SOAK_SECONDS and looks at the slope of the memory too.
/// </summary>
[Performance]
[Collection(Loads.OneAtATime)]
public sealed class SoakTests(TestEnvironment environment, ITestOutputHelper output)
{
    private const int InTheSuite = 4, LongEnoughForASlope = 120;
    private const double MostMegabytesAMinute = 8;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_steady_load_lets_neither_memory_nor_connections_grow()
    {
        var seconds = int.Parse(Environment.GetEnvironmentVariable("CHAINBRIDGE_SOAK_SECONDS")
            ?? $"{InTheSuite}", CultureInfo.InvariantCulture);
        await using var stack = await Stack.WithDatabasesAsync(environment, Stop);
        var scoring = await stack.StartChainIQProcessAsync();
        var plan = HttpScenario.PostJson("score/shipment", Loads.Json(Shipments.Named("S-${n}")))
            .At(100, scoring.BaseAddress, "soak", "p99 <= 1s", "errors <= 0.01%") with
            {
                Shape = ArrivalRates.Constant(100, TimeSpan.FromSeconds(seconds)).Poisson(), WarmUp = TimeSpan.FromSeconds(2),
            };
        var load = PerformanceTest.RunAsync(plan, Stop);
        var (memory, connections) = (new List<(double Minutes, double Megabytes)>(), new List<long>());
        var began = Stopwatch.StartNew();
        using var every = new PeriodicTimer(TimeSpan.FromSeconds(1));
        while (!load.IsCompleted && await every.WaitForNextTickAsync(Stop))
        {
            memory.Add((began.Elapsed.TotalMinutes, await MegabytesAsync(scoring)));
            connections.Add(await ConnectionsAsync(stack));
        }

        await load;
        // The first quarter is caches and pools that fill.
        var settled = memory.Skip(memory.Count / 4).ToList();
        output.WriteLine($"{seconds} s: memory {settled[0].Megabytes:0} to {settled[^1].Megabytes:0} MB, slope {Slope(settled):0.0} MB a "
            + $"minute; "
            + $"connections to PostgreSQL at most {connections.Max()}");
        connections.Max().Should().BeLessThanOrEqualTo(30, "that is the size of the service's pool");
        if (seconds >= LongEnoughForASlope) Slope(settled).Should()
            .BeLessThan(MostMegabytesAMinute, "a service that keeps what it served dies of it");
    }

    [Fact]
    public void A_memory_that_grows_has_a_slope() =>
        Slope([.. Enumerable.Range(0, 60).Select(i => (i / 60.0, 100 + (20 * i / 60.0) + (i % 3)))]).Should().BeApproximately(20, 1);

    /// <summary>The working set, as the service says itself.</summary>
    private static async Task<double> MegabytesAsync(ServiceUnderTest service)
    {
        const string Metric = "process_working_set_bytes ";
        var line = (await service.Client.GetStringAsync("metrics", Stop)).Split('\n')
            .First(line => line.StartsWith(Metric, StringComparison.Ordinal));
        return double.Parse(line[Metric.Length..], CultureInfo.InvariantCulture) / 1e6;
    }

    private static async Task<long> ConnectionsAsync(Stack stack)
    {
        await using var source = NpgsqlDataSource.Create(stack.IqDatabase.ConnectionString + ";Pooling=false");
        await using var count =
            source.CreateCommand("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()");
        return (long)(await count.ExecuteScalarAsync(Stop))!;
    }

    /// <summary>Theil–Sen: the median of the slopes between all pairs, which a single collection does not move.</summary>
    private static double Slope(List<(double X, double Y)> points)
    {
        var slopes = points.SelectMany((one, i) => points.Skip(i + 1).Select(other => (other.Y - one.Y) / (other.X - one.X))).Order()
            .ToList();
        return slopes.Count == 0 ? 0 : slopes[slopes.Count / 2];
    }
}
