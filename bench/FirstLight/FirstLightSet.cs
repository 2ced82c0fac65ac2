using System.Diagnostics;
using System.Globalization;

namespace ChainBridge.Bench.FirstLight;

/// <summary>
/// The promises of the first release: how soon a test has its database, how long a deployment takes, how light the runner is.
/// </summary>
internal static class FirstLightSet
{
    private const int Runs = 5;

    /// <summary>Measures all of it. Without a Docker engine the container rows are left out, and said so.</summary>
    public static async Task<IReadOnlyList<Row>> MeasureAsync(string root, CancellationToken cancellationToken)
    {
        var engine = await Engine.AnswersAsync(cancellationToken);
        if (!engine) Console.WriteLine("first-light: no Docker engine answers, so the container rows are left out");
        var (self, runner, unit) = (Path.Combine(AppContext.BaseDirectory, "ChainBridge.Bench.dll"),
            Path.Combine(root, "src/DeployRunner/bin/Release/net10.0/deployrunner.dll"),
            Path.Combine(root, "tests/Unit/bin/Release/net10.0/ChainBridge.Tests.Unit.dll"));
        await Child.UntilExitAsync(Child.Start(root, "dotnet",
            ["build", "ChainBridge.Tests.sln", "-c", "Release", "-v", "quiet", "--nologo"]), 0, cancellationToken);
        Func<CancellationToken, Task<double>> Database(string child) =>
            stop => Child.UntilLineAsync(Child.Start(root, "dotnet", [self, "child", child]), line => line == Children.FirstAnswer, stop);

        var rows = new List<Row>();
        void Add(Row row)
        {
            rows.Add(row);
            Report.Show(row);
        }

        if (engine)
        {
            Say("native provider beside Testcontainers");
            var (native, first) = await Sampler.MediansAsync(Runs, Database("native"), Database("testcontainers"), cancellationToken);
            Add(Against("native: process start to first query, isolated database", "ms", native, first, "≤ 400 ms", native <= 400));
            Say("docker provider beside Testcontainers");
            var (docker, second) = await Sampler.MediansAsync(Runs, Database("docker"), Database("testcontainers"), cancellationToken);
            Add(Against("docker: the same, beside a plain Testcontainers start", "ms", docker, second, "≤ 1.00 × alternative",
                docker <= second));
        }
        else
        {
            Add(Alone("native: process start to first query, isolated database", "ms",
                await Sampler.MedianAsync(Runs, Database("native"), cancellationToken), 400));
        }

        Say("the runner's start");
        Add(Alone("deployrunner: process start to first line", "ms", await Sampler.MedianAsync(Runs,
            stop => Child.UntilLineAsync(Child.Start(root, "dotnet", [runner, "validate"]), _ => true, stop), cancellationToken), 300));
        Say("tests/Unit");
        Add(Alone("tests/Unit, whole", "s", await Sampler.MedianAsync(Runs,
            stop => Child.UntilExitAsync(Child.Start(root, "dotnet", [unit]), 0, stop), cancellationToken), 20));

        foreach (var (target, limit) in engine ? new[] { ("process", 25.0), ("compose", 60.0) } : [("process", 25.0)])
            foreach (var row in await StagingAsync(root, runner, target, limit, cancellationToken)) Add(row);
        return rows;
    }

    /// <summary>
    /// The staging job as <c>make staging</c> does it, on a port and in a state directory of its own; and what a
    /// deployment takes of memory.
    /// </summary>
    private static async Task<IReadOnlyList<Row>> StagingAsync(
        string root, string runner, string target, double limit, CancellationToken cancellationToken)
    {
        Say($"make staging on {target}");
        var state = Path.Combine(root, ".chainbridge", $"bench-{target}");
        (string, string)[] variables = [("CHAINBRIDGE_TARGET", target), ("CHAINBRIDGE_STATE", state),
            ("CHAINBRIDGE_PORT", target == "process" ? "18288" : "18289")];
        try
        {
            var seconds = await Sampler.MedianAsync(Runs, async stop =>
            {
                var taken = double.NaN;
                await Child.UntilLineAsync(Child.Start(root, "bash", ["eng/staging.sh"], variables), line => Taken(line, ref taken), stop);
                return taken;
            }, cancellationToken);
            var memory = await Sampler.MedianAsync(Runs,
                stop => Child.PeakMegabytesAsync(
                    Child.Start(root, "dotnet", [runner, "--environment", "staging", "deploy", "--skip-tests"], variables), stop),
                cancellationToken);
            return
            [
                Alone($"make staging on {target}: good release, bad release and rollback", "s", seconds, limit),
                Alone($"deployrunner deploy on {target}: peak memory", "MB", memory, 150),
            ];
        }
        finally
        {
            await Child.UntilExitAsync(Child.Start(root, "bash", ["eng/staging.sh", "down"], variables), 0, CancellationToken.None);
        }
    }

    /// <summary>The closing line of the staging job: <c>… 21.345 s for the good release, the broken one and its rollback</c>.</summary>
    private static bool Taken(string line, ref double seconds)
    {
        const string sign = " s for the good release, the broken one and its rollback";
        if (!line.EndsWith(sign, StringComparison.Ordinal)) return false;
        seconds = double.Parse(line[..^sign.Length].Split(' ')[^1], CultureInfo.InvariantCulture);
        return true;
    }

    private static void Say(string what) =>
        Console.WriteLine($"first-light: {what} ({Stopwatch.GetTimestamp() / Stopwatch.Frequency} s since boot, steal {Steal()} ticks)");

    /// <summary>Ticks the hypervisor took from this machine so far: a run with many of them is to be repeated.</summary>
    private static string Steal() =>
        File.Exists("/proc/stat") ? File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries)[8] : "unknown";

    private static Row Alone(string measure, string unit, double ours, double limit) =>
        new(measure, unit, ours, null, null, $"≤ {limit.ToString(CultureInfo.InvariantCulture)} {unit}", ours <= limit, Runs);

    private static Row Against(string measure, string unit, double ours, double alternative, string target, bool met) =>
        new(measure, unit, ours, alternative, ours / alternative, target, met, Runs);
}
