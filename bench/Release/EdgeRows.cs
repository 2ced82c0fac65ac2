using System.Runtime.CompilerServices;
using ChainBridge.Bench.Load;
using ChainBridge.TestKit.Load;
using static ChainBridge.Bench.Sampler;

namespace ChainBridge.Bench.Release;

/// <summary>What the edge costs: beside no proxy at all, beside YARP alone, and beside nginx, on one "hello" in turn.</summary>
internal static class EdgeRows
{
    private const int Runs = 5, Rate = 1_000, OpenConnections = 1_000;

    public static async IAsyncEnumerable<Row> MeasureAsync(string root, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var hello = await ServerProcess.StartAsync([LoadChildren.Hello], cancellationToken);
        await using var edge = await Proxy.EdgeAsync(root, hello.Address, cancellationToken);
        await using var yarp = await ServerProcess.StartAsync([YarpChild.Name, $"{hello.Address}"], cancellationToken);
        await using var nginx = await Proxy.NginxAsync(root, hello.Address, cancellationToken);

        var (through, direct) = await MediansAsync(Runs, stop => P99Async(edge.Address, stop), stop => P99Async(hello.Address, stop),
            cancellationToken);
        yield return new("edge: p99 at 1,000/s, beside the same without it", "ms", through, direct, through / direct, "≤ 1 ms more",
            through - direct <= 1, Runs);
        var (ours, ofYarp, ofNginx) = (new List<double>(), new List<double>(), new List<double>());
        for (var run = -1; run < Runs; run++)
        {
            foreach (var (address, rates) in new[] { (edge.Address, ours), (yarp.Address, ofYarp), (nginx.Address, ofNginx) })
                if (await OtherTools.WrkAsync(address, cancellationToken) is var rate && run >= 0) rates.Add(rate);
        }

        var (edgeRate, yarpRate, nginxRate) = (Median(ours), Median(ofYarp), Median(ofNginx));
        yield return new("edge: 64 connections as fast as it answers, beside YARP alone", "/s", edgeRate, yarpRate, edgeRate / yarpRate,
            "≥ 0.8 ×", edgeRate >= 0.8 * yarpRate, Runs);
        yield return new("the same, beside nginx", "/s", edgeRate, nginxRate, edgeRate / nginxRate, "≥ 0.5 ×",
            edgeRate >= 0.5 * nginxRate, Runs);
        var memory = await MemoryAsync(root, hello.Address, cancellationToken);
        yield return new("edge: memory with 1,000 open connections", "MB", memory, null, null, "≤ 120 MB", memory <= 120, 1);
    }

    /// <summary>From when each arrival was due, over 5 s.</summary>
    private static async Task<double> P99Async(Uri target, CancellationToken cancellationToken)
    {
        var plan = new LoadPlan("bench", HttpScenario.Get("/"), ArrivalRates.Constant(Rate, TimeSpan.FromSeconds(5)))
        {
            Target = target, WarmUp = TimeSpan.FromSeconds(2), EndEarly = false,
        };
        var measured = await LoadEngine.Process(TimeProvider.System).RunAsync(plan, null, cancellationToken);
        return measured.Whole is { Latency.Count: > 0, Failed.Count: 0 } whole
            ? whole.Latency.Percentile(99).TotalMilliseconds
            : throw new InvalidOperationException($"requests to {target} failed: {measured.Broken}");
    }

    /// <summary>An edge of its own, so that what it did before is not in it; each connection has had an answer.</summary>
    private static async Task<double> MemoryAsync(string root, Uri hello, CancellationToken cancellationToken)
    {
        await using var edge = await Proxy.EdgeAsync(root, hello, cancellationToken);
        var clients = Enumerable.Range(0, OpenConnections).Select(_ => new HttpClient(new SocketsHttpHandler { UseProxy = false })
        {
            BaseAddress = edge.Address,
        }).ToList();
        try
        {
            foreach (var some in clients.Chunk(50))
                await Task.WhenAll(some.Select(client => client.GetStringAsync(edge.Address, cancellationToken)));
            return await edge.MegabytesAsync(cancellationToken);
        }
        finally
        {
            clients.ForEach(client => client.Dispose());
        }
    }
}
