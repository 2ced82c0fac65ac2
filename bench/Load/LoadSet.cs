using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using ChainBridge.Bench.LoadServers;
using ChainBridge.TestKit.Load;
using static ChainBridge.Bench.Sampler;

namespace ChainBridge.Bench.Load;

/// <summary>The promises of the load engine, beside other generators, on one server in turn.</summary>
internal static class LoadSet
{
    private const int Runs = 5;
    private static readonly TimeSpan Short = TimeSpan.FromSeconds(OtherTools.Seconds);

    public static async Task<IReadOnlyList<Row>> MeasureAsync(string root, CancellationToken cancellationToken)
    {
        var rows = new List<Row>();
        void Add(IEnumerable<Row> more)
        {
            foreach (var row in more)
            {
                rows.Add(row);
                Report.Show(row);
            }
        }

        await using (var server = await ServerProcess.StartAsync([LoadChildren.Hello], cancellationToken))
        {
            Add(await ClosedAsync(root, server.Address, cancellationToken));
            Add(await OpenAsync("Kestrel", server.Address, cancellationToken));
            Add([await BeyondAsync(server.Address, 20_000, cancellationToken),
                await BeyondAsync(server.Address, 40_000, cancellationToken)]);
        }

        // What is the generator's of those times: this server has no pool of threads that an answer could wait for.
        await using (var server = await WebServer.NginxAsync(root, cancellationToken))
            Add(await OpenAsync("nginx", server.Doors[0].Address, cancellationToken));

        await using (var server = await ServerProcess.StartAsync([LoadChildren.Stalls], cancellationToken))
            Add(await StallAsync(server.Address, cancellationToken));
        Add([await MemoryAsync(cancellationToken), await StartAsync(cancellationToken)]);
        await SpeedPage.PutAsync(root, "load", Report.Lines(rows, $"{SpeedPage.Machine}; medians of {Runs} paired runs of "
            + $"{Short.TotalSeconds:0} s:"), cancellationToken);
        return rows;
    }

    /// <summary>64 connections that ask again as soon as they were answered, all four generators in turn.</summary>
    private static async Task<IReadOnlyList<Row>> ClosedAsync(string root, Uri target, CancellationToken cancellationToken)
    {
        (string Name, double Target, Func<Task<double>> Run)[] others =
        [
            ("wrk", 0.8, () => OtherTools.WrkAsync(target, cancellationToken)),
            ("autocannon", 2, () => OtherTools.AutocannonAsync(root, target, cancellationToken)),
            ("hey", 2.4, () => OtherTools.HeyAsync(target, cancellationToken)),
        ];
        var (ours, theirs) = (new List<double>(), others.Select(_ => new List<double>()).ToArray());
        for (var run = -1; run < Runs; run++)
        {
            var rate = await Measured(Plan(target, UserCounts.Constant(OtherTools.Connections, Short)), cancellationToken);
            if (run >= 0) ours.Add(rate.Throughput(rate.Whole!));
            for (var i = 0; i < others.Length; i++)
                if (await others[i].Run() is var other && run >= 0) theirs[i].Add(other);
        }

        return [.. others.Select((other, i) =>
            Compared($"closed model, 64 connections, beside {other.Name}", Median(ours), Median(theirs[i]), other.Target))];
    }

    private static Row Compared(string measure, double ours, double other, double target) =>
        new(measure, "/s", ours, other, ours / other, $"≥ {target} ×", ours >= target * other, Runs);

    private static async Task<IReadOnlyList<Row>> OpenAsync(string server, Uri target, CancellationToken cancellationToken)
    {
        var (p50, p99, cpu) = (new List<double>(), new List<double>(), new List<double>());
        for (var run = 0; run < Runs; run++)
        {
            var measured = await Measured(Plan(target, ArrivalRates.Constant(5_000, Short)), cancellationToken);
            p50.Add(measured.Whole!.Latency.Percentile(50).TotalMilliseconds);
            p99.Add(measured.Whole.Latency.Percentile(99).TotalMilliseconds);
            cpu.Add(measured.Generators[0].CpuCores);
        }

        return
        [
            new($"open model at 5,000/s, {server}: p50", "ms", Median(p50), null, null, "≤ 0.2 ms", Median(p50) <= 0.2, Runs),
            new($"the same, {server}: p99", "ms", Median(p99), null, null, "≤ 1 ms", Median(p99) <= 1, Runs),
            new($"the same, {server}: CPU of the generator", "core", Median(cpu), null, null, "≤ 0.3 core", Median(cpu) <= 0.3, Runs),
        ];
    }

    /// <summary>Arrivals late by more than 1 ms; more than 1 % of them must have made the run inconclusive.</summary>
    private static async Task<Row> BeyondAsync(Uri target, int rate, CancellationToken cancellationToken)
    {
        var (late, honest) = (new List<double>(), true);
        for (var run = 0; run < Runs; run++)
        {
            var plan = Plan(target, ArrivalRates.Constant(rate, Short));
            var result = LoadTest.Judge(plan, await Measured(plan, cancellationToken));
            var share = 100.0 * result.Measurement.Late / Math.Max(1, result.Measurement.Due);
            late.Add(share);
            honest &= result.Verdict != LoadVerdict.Pass || (share <= 1 && result.Measurement.Due >= rate * Short.TotalSeconds * 0.99);
            Console.WriteLine($"    {rate}/s: {result.Verdict}: {result.Reason}");
        }

        return new(FormattableString.Invariant($"open model at {rate:N0}/s: arrivals late by more than 1 ms"), "%", Median(late), null,
            null,
            "≤ 1 %, or inconclusive", honest, Runs);
    }

    private static async Task<IReadOnlyList<Row>> StallAsync(Uri target, CancellationToken cancellationToken)
    {
        // A tenth of the arrivals wait from 0 to 500 ms, evenly: one in twenty for more than 250, one in a hundred for more than 450.
        const double TrueP95 = 250, TrueP99 = 450, Within = 0.05;
        const int Seconds = 20;
        var (p95, p99) = (new List<double>(), new List<double>());
        for (var run = 0; run < Runs; run++)
        {
            var measured = await Measured(Plan(target, ArrivalRates.Constant(1_000, TimeSpan.FromSeconds(Seconds))), cancellationToken);
            p95.Add(measured.Whole!.Latency.Percentile(95).TotalMilliseconds);
            p99.Add(measured.Whole.Latency.Percentile(99).TotalMilliseconds);
        }

        var hey = await OtherTools.HeyP95Async(target, Seconds, cancellationToken);
        return
        [
            new("a stall of 500 ms every 5 s at 1,000/s: p95 (true 250; beside hey)", "ms", Median(p95), hey, Median(p95) / hey,
                "within 5 % of 250",
                Math.Abs(Median(p95) - TrueP95) <= Within * TrueP95, Runs),
            new("the same: p99 (true 450)", "ms", Median(p99), null, null, "within 5 % of 450",
                Math.Abs(Median(p99) - TrueP99) <= Within * TrueP99, Runs),
        ];
    }

    private static async Task<Row> MemoryAsync(CancellationToken cancellationToken)
    {
        var peak = await Child.PeakMegabytesAsync(new(Environment.ProcessPath!, ["child", LoadChildren.Memory]), cancellationToken);
        return new("a process that records 10 million samples and keeps their 2,000 windows: peak memory", "MB",
            peak, null, null, "≤ 60 MB", peak <= 60, 1);
    }

    /// <summary>From the call to the first connection at a server.</summary>
    private static async Task<Row> StartAsync(CancellationToken cancellationToken)
    {
        var times = new List<double>();
        for (var run = -1; run < Runs; run++)
        {
            using var listener = new TcpListener(IPAddress.Loopback, 0);
            listener.Start();
            var plan = Plan(new($"http://{listener.LocalEndpoint}/"), ArrivalRates.Constant(10, TimeSpan.FromSeconds(1))) with
            {
                WarmUp = TimeSpan.Zero, Drain = TimeSpan.FromMilliseconds(10),
            };
            var began = Stopwatch.GetTimestamp();
            var running = LoadEngine.Process(TimeProvider.System).RunAsync(plan, null, cancellationToken);
            using (await listener.AcceptSocketAsync(cancellationToken).AsTask().WaitAsync(TimeSpan.FromSeconds(30), cancellationToken))
                if (run >= 0) times.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
            await running;
        }

        return new("engine start to first request", "ms", Median(times), null, null, "≤ 200 ms", Median(times) <= 200, Runs);
    }

    private static LoadPlan Plan(Uri target, LoadShape shape) => new("bench", HttpScenario.Get("/"), shape)
    {
        Target = target, WarmUp = TimeSpan.FromSeconds(2), LateAfter = TimeSpan.FromMilliseconds(1), EndEarly = false,
    };

    private static Task<LoadMeasurement> Measured(LoadPlan plan, CancellationToken cancellationToken) =>
        LoadEngine.Process(TimeProvider.System).RunAsync(plan, null, cancellationToken);
}
