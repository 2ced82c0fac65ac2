using ChainBridge.TestKit.Load;

namespace ChainBridge.Bench.LoadServers;

/// <summary>
/// Servers and generators of other projects: the same schedule from each generator in turn, and what each reports.
/// </summary>
internal static class LoadServersSet
{
    private const string Nginx = "nginx";
    private const int Users = 64;

    public static async Task<IReadOnlyList<Row>> MeasureAsync(string root, CancellationToken cancellationToken)
    {
        var (table, lates) = (new Table(), new List<double>());
        await WebServersAsync(table, lates, root, cancellationToken);
        lates.AddRange(await StoresRows.MeasureAsync(table, root, cancellationToken));

        var worst = lates.DefaultIfEmpty().Max();
        return
        [
            new("arrivals late by more than 1 ms, the worst of all servers", "%", worst, null, null, "≤ 1 %", worst <= 1, Length.Runs),
            .. table.Rows,
        ];
    }

    private static async Task WebServersAsync(Table table, List<double> lates, string root, CancellationToken cancellationToken)
    {
        (string Name, Func<Task<WebServer>> StartAsync)[] servers =
        [
            (Nginx, () => WebServer.NginxAsync(root, cancellationToken)),
            ("kestrel", () => WebServer.KestrelAsync(cancellationToken)),
            ("node", () => WebServer.NodeAsync(root, cancellationToken)),
            ("uvicorn", () => WebServer.UvicornAsync(root, cancellationToken)),
            ("python", () => WebServer.PythonAsync(cancellationToken)),
        ];
        foreach (var (name, startAsync) in servers.Where(server => Length.Has(server.Name)))
        {
            await using var server = await startAsync();
            table.Begin(name);
            foreach (var door in server.Doors)
            {
                var title = $"{door.Server}, {door.Words}";
                foreach (var rate in door.Rates)
                    lates.Add(await InTurnAsync(table, title, $"{rate}/s", Ours.Plan(door, ArrivalRates.Constant(rate, Length.Time)),
                        Generators.At(root, door, rate), cancellationToken));
                if (name == Nginx)
                    await InTurnAsync(table, title, $"{Users} at once", Ours.Plan(door, UserCounts.Constant(Users, Length.Time)),
                        [Generators.Closed(door, Users)], cancellationToken);
            }

            await table.EndAsync(root, cancellationToken);
        }
    }

    /// <summary>Runs ours and the others in turn, several times; answers how late ours was, in percent.</summary>
    public static async Task<double> InTurnAsync(
        Table table, string server, string load, LoadPlan plan, IReadOnlyList<Generators.Asked> others, CancellationToken cancellationToken)
    {
        var (ours, theirs) = (new List<Ours.Run>(), others.Select(_ => new List<Figures>()).ToList());
        for (var run = 0; run < Length.Runs; run++)
        {
            ours.Add(await Ours.MeasureAsync(plan, cancellationToken));
            table.Saw(ours[^1].Others);
            for (var i = 0; i < others.Count; i++) theirs[i].Add(await others[i].RunAsync(cancellationToken));
        }

        var open = plan.Shape is not UserCounts;
        var late = Sampler.Median(ours.ConvertAll(run => run.Late));
        List<(string, Figures)> sides = [("ours", Figures.Median(ours.ConvertAll(run => run.Latency)))];
        if (open) sides.Add(("ours, service time", Figures.Median(ours.ConvertAll(run => run.Service))));
        sides.AddRange(others.Select((other, i) => (other.Name, Figures.Median(theirs[i]))));
        table.Add(server, load, sides, open ? late : null, ours.Find(run => run.Verdict == LoadVerdict.Inconclusive)?.Reason);
        return open ? late : 0;
    }
}
