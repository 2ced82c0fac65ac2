using System.Globalization;
using System.Runtime.CompilerServices;
using static ChainBridge.Bench.Sampler;

namespace ChainBridge.Bench.Release;

/// <summary>Deployments and rollbacks on a host of the lab, over SSH, while its public door has 300 requests a second.</summary>
internal static class DeployRows
{
    private const int Runs = 5;
    private static readonly TimeSpan AroundASwitch = TimeSpan.FromSeconds(1);

    /// <summary>How long a release is observed where the manifest does not say it.</summary>
    private static readonly TimeSpan ByDefault = TimeSpan.FromSeconds(10);

    /// <summary>Deployments, and as many rollbacks; fewer for a look (<c>RELEASE_ROUNDS=2</c>).</summary>
    private static int Rounds => Environment.GetEnvironmentVariable("RELEASE_ROUNDS") is { Length: > 0 } text
        ? int.Parse(text, CultureInfo.InvariantCulture)
        : 20;

    public static async IAsyncEnumerable<Row> MeasureAsync(string root, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var host = await LabHost.OpenAsync(root, cancellationToken);
        var stack = new LabStack(root, host);
        await stack.CreateAsync(cancellationToken);
        try
        {
            if (ReleaseSet.Has("near"))
            {
                var under = await UnderTrafficAsync(host, stack, "near", Rounds, cancellationToken);
                yield return under.Failed with { Alternative = await PlainAsync(host, cancellationToken) };
                foreach (var row in under.Others) yield return row;
            }

            foreach (var strategy in new[] { "rolling", "canary" }.Where(ReleaseSet.Has))
            {
                var rounds = Math.Min(Rounds, Runs);
                yield return (await UnderTrafficAsync(host, stack, strategy, rounds, cancellationToken)).Failed with
                {
                    Measure = Format($"the same, {strategy}, {rounds} and {rounds}"),
                };
                await stack.RunAsync(strategy, 0, cancellationToken, "down", "--volumes");
            }

            if (ReleaseSet.Has("back")) yield return await TakenBackAsync(stack, cancellationToken);
            if (ReleaseSet.Has("unchanged"))
                foreach (var row in await UnchangedAsync(stack, cancellationToken)) yield return row;
            if (!ReleaseSet.Has("far")) yield break;
            foreach (var row in await FarAsync(stack, cancellationToken)) yield return row;
            stack.Observe = ByDefault;
            foreach (var row in await FarAsync(stack, cancellationToken)) yield return row;
        }
        finally
        {
            foreach (var environment in LabStack.Environments)
                await stack.RunAsync(environment, 0, CancellationToken.None, "down", "--volumes");
        }
    }

    private static async Task<Flow> NextAsync(LabStack stack, string environment, CancellationToken cancellationToken)
    {
        await stack.ChangeAsync(broken: false, cancellationToken);
        return await stack.RunAsync(environment, 0, cancellationToken, "deploy");
    }

    private static async Task<(Row Failed, IReadOnlyList<Row> Others)> UnderTrafficAsync(
        LabHost host, LabStack stack, string environment, int rounds, CancellationToken cancellationToken)
    {
        await NextAsync(stack, environment, cancellationToken);
        var flows = new List<Flow>();
        await using var traffic = await Traffic.BeginAsync(host, LabStack.Door(environment), cancellationToken);
        for (var round = 1; round <= rounds; round++)
        {
            flows.Add(await NextAsync(stack, environment, cancellationToken));
            flows.Add(await stack.RunAsync(environment, 0, cancellationToken, "rollback"));
            var (deployed, back) = (flows[^2].Took.TotalSeconds, flows[^1].Took.TotalSeconds);
            Say($"{environment}, round {round} of {rounds}: deployed in {deployed:0.0} s, rolled back in {back:0.0} s");
        }

        var report = await traffic.EndAsync(cancellationToken);
        Say($"{report.Sent} requests, {report.Failed} failed {string.Join("; ", report.Failures)}");
        var switches = flows.SelectMany(flow => flow.Switches).ToList();
        bool Near(QuickAnswer answer, DateTimeOffset at) => (answer.Due - at).Duration() <= AroundASwitch;
        var steady = report.Quick.Where(answer => !switches.Exists(at => Near(answer, at)))
            .Select(answer => answer.Milliseconds).Order().ToList();
        var p99 = steady[(int)(steady.Count * 0.99)];
        var gaps = switches.ConvertAll(at => report.Quick.Where(answer => Near(answer, at)).Max(answer => answer.Milliseconds) - p99);
        var own = flows.ConvertAll(flow => 100 * flow.Cpu / flow.Took);
        var failed = new Row(Format($"failed requests in {rounds} deployments and {rounds} rollbacks, beside docker compose up -d"), "",
            report.Failed, null, null, "0", report.Failed == 0, 1);
        return (failed,
        [
            new("the longest answer within 1 s of a switch, above the p99 of the rest", "ms", Median(gaps), null, null, "≤ 50 ms",
                Median(gaps) <= 50, gaps.Count),
            new("the same, the worst of all switches", "ms", gaps.Max(), null, null, "", true, gaps.Count),
            new("the runner's own processor time in a deployment or rollback", "%", Median(own), null, null, "≤ 5 %", Median(own) <= 5,
                own.Count),
        ]);
    }

    /// <summary>Requests that fail while plain compose changes between two releases of the same images, as often.</summary>
    private static async Task<double> PlainAsync(LabHost host, CancellationToken cancellationToken)
    {
        var releases = await ReleasesAsync(host, cancellationToken);
        var file = Path.Combine(host.Folder, "repository", "plain.yml");
        Task UpAsync(int number) => host.DockerAsync(cancellationToken, ["compose", "-f", file, "up", "-d", "--wait"],
            ("FRONT", releases[number % 2]), ("MIDDLE", releases[number % 2]), ("BACK", releases[number % 2]));
        try
        {
            await UpAsync(0);
            await using var traffic = await Traffic.BeginAsync(host, new("http://127.0.0.1:18701/"), cancellationToken);
            for (var change = 1; change <= 2 * Rounds; change++) await UpAsync(change);
            var report = await traffic.EndAsync(cancellationToken);
            Say($"plain compose: {report.Sent} requests, {report.Failed} failed");
            return report.Failed;
        }
        finally
        {
            await host.DockerAsync(CancellationToken.None, ["compose", "-f", file, "down"],
                ("FRONT", releases[0]), ("MIDDLE", releases[0]), ("BACK", releases[0]));
        }
    }

    /// <summary>The front's images of the two newest releases on the host, by id.</summary>
    private static async Task<IReadOnlyList<string>> ReleasesAsync(LabHost host, CancellationToken cancellationToken)
    {
        var images = await host.DockerAsync(cancellationToken,
            ["image", "ls", "--no-trunc", "--format", "{{.ID}} {{.Repository}}"]);
        var ids = images.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => line.EndsWith("front", StringComparison.Ordinal))
            .Select(line => line.Split(' ')[0]).Distinct().Take(2).ToList();
        return ids.Count == 2 ? ids : throw new InvalidOperationException($"two releases are needed on the lab's host; it has:\n{images}");
    }

    /// <summary>From the verdict of the public smoke run to the edge's answer that the old release has the traffic.</summary>
    private static async Task<Row> TakenBackAsync(LabStack stack, CancellationToken cancellationToken)
    {
        await NextAsync(stack, "near", cancellationToken);
        var times = new List<double>();
        for (var run = 0; run < Runs; run++)
        {
            await stack.ChangeAsync(broken: true, cancellationToken);
            var flow = await stack.RunAsync("near", 11, cancellationToken, "deploy");
            var verdict = flow.Steps.First(step => step is { Name: "smokePublic", Failed: true }).At;
            times.Add((flow.Switches.First(at => at > verdict) - verdict).TotalMilliseconds);
        }

        await stack.ChangeAsync(broken: false, cancellationToken);
        return new("failed verdict to all traffic at the old release", "ms", Median(times), null, null, "≤ 1000 ms",
            Median(times) <= 1000, Runs);
    }

    private static async Task<IReadOnlyList<Row>> UnchangedAsync(LabStack stack, CancellationToken cancellationToken)
    {
        await NextAsync(stack, "near", cancellationToken);
        var (own, compiling) = (new List<double>(), new List<double>());
        var (native, portable) = await MediansAsync(Runs, async stop => Taken(await stack.RunAsync("near", 0, stop, "deploy"), own),
            async stop => Taken(await stack.RunPortableAsync("near", 0, stop, "deploy"), compiling), cancellationToken);
        return
        [
            new("deploy of an unchanged release over SSH, 1 s of it observation, beside the runner for any machine", "s", native, portable,
                native / portable, "≤ 6 s", native <= 6, Runs),
            new("the runner's own processor time in that, beside the same", "s", Median(own), Median(compiling),
                Median(own) / Median(compiling), "", true, Runs),
        ];
    }

    private static double Taken(Flow flow, List<double> processor)
    {
        processor.Add(flow.Cpu.TotalSeconds);
        return flow.Took.TotalSeconds;
    }

    private static async Task<IReadOnlyList<Row>> FarAsync(LabStack stack, CancellationToken cancellationToken)
    {
        var own = new List<double>();
        var (far, near) = await MediansAsync(Runs, async stop => (await NextAsync(stack, "far", stop)).Took.TotalSeconds,
            async stop =>
            {
                var flow = await NextAsync(stack, "near", stop);
                own.Add(100 * flow.Cpu / flow.Took);
                return flow.Took.TotalSeconds;
            }, cancellationToken);
        var observed = Format($"{stack.Observe.TotalSeconds} s of it observation");
        return
        [
            new(Format($"deploy of a new release to a host 50 ms away, beside one 0 ms away, {observed}"), "s", far, near, far / near,
                "≤ 1.5 ×", far <= 1.5 * near, Runs),
            new(Format($"the runner's own processor time in that to the host 0 ms away, {observed}"), "%", Median(own), null, null,
                "≤ 5 %", Median(own) <= 5, own.Count),
        ];
    }

    private static string Format(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static void Say(FormattableString text) => Console.WriteLine($"  {Format(text)}");
}
