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
        if (!ReleaseSet.Has("edge")) yield break;
        await using var hello = await ServerProcess.StartAsync([LoadChildren.Hello], cancellationToken);
        await using var edge = await Proxy.EdgeAsync(root, hello.Address, cancellationToken);
        await using var yarp = await ServerProcess.StartAsync([YarpChild.Name, $"{hello.Address}"], cancellationToken);
        await using var nginx = await Proxy.NginxAsync(root, hello.Address, cancellationToken);

        var (ofEdge, without, ofYarp) = await InTurnAsync(address => P99Async(address, cancellationToken),
            edge.Address, hello.Address, yarp.Address);
        yield return new("edge: p99 at 1,000/s, beside the same without it", "ms", ofEdge, without, ofEdge / without, "≤ 1 ms more",
            ofEdge - without <= 1, Runs);
        yield return new("the same, beside YARP alone", "ms", ofEdge, ofYarp, ofEdge / ofYarp, "", true, Runs);
        var (edgeRate, yarpRate, nginxRate) = await InTurnAsync(address => OtherTools.WrkAsync(address, cancellationToken),
            edge.Address, yarp.Address, nginx.Address);
        yield return new("edge: 64 connections as fast as it answers, beside YARP alone", "/s", edgeRate, yarpRate, edgeRate / yarpRate,
            "≥ 0.8 ×", edgeRate >= 0.8 * yarpRate, Runs);
        yield return new("the same, beside nginx", "/s", edgeRate, nginxRate, edgeRate / nginxRate, "≥ 0.5 ×",
            edgeRate >= 0.5 * nginxRate, Runs);
        var memory = await MemoryAsync(root, hello.Address, cancellationToken);
        yield return new("edge: memory with 1,000 open connections", "MB", memory, null, null, "≤ 120 MB", memory <= 120, 1);
    }

    /// <summary>The medians of three addresses, in turn; the first, cold run of each is not counted.</summary>
    private static async Task<(double, double, double)> InTurnAsync(Func<Uri, Task<double>> measure, Uri one, Uri two, Uri three)
    {
        var (first, second, third) = (new List<double>(), new List<double>(), new List<double>());
        for (var run = -1; run < Runs; run++)
        {
            foreach (var (address, figures) in new[] { (one, first), (two, second), (three, third) })
                if (await measure(address) is var figure && run >= 0) figures.Add(figure);
        }

        return (Median(first), Median(second), Median(third));
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
