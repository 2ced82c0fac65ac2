using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace ChainBridge.Bench.LoadServers;

/// <summary>Generators of other projects: how each is started, and how its report is read.</summary>
internal static partial class Generators
{
    /// <summary>Of those that do not make as many as they need.</summary>
    public const int Connections = 50;

    /// <summary>A generator, and what it is asked for in its own words.</summary>
    public sealed record Asked(string Name, Func<CancellationToken, Task<Figures>> RunAsync);

    /// <summary>Those that can keep a rate, for this way to speak.</summary>
    public static IReadOnlyList<Asked> At(string root, Door door, int rate) => door.Speech switch
    {
        Speech.Http11 or Speech.Http10 => [Autocannon(root, door, rate), Hey(door, rate)],
        Speech.Tls => [H2Load(door, rate), Hey(door, rate)],
        _ => [H2Load(door, rate), Hey(door, rate)],
    };

    /// <summary>As fast as it is answered, with this many connections (of HTTP/2: requests at once).</summary>
    public static Asked Closed(Door door, int users) => door.Speech == Speech.Http2
        ? new($"h2load -c1 -m{users}", stop => H2LoadAsync(door, ["-c", "1", "-m", $"{users}"], stop))
        : new($"wrk -c{users}", async stop => OfWrk((await Programs.RunAsync(new("wrk",
            ["-t1", $"-c{users}", $"-d{Length.Seconds}s", "--latency", $"{door.Address}"]), stop)).Output));

    private static Asked Autocannon(string root, Door door, int rate) => new($"autocannon -R {rate}", async stop =>
    {
        var (output, _) = await Programs.RunAsync(new("node",
            [Npm(root, "autocannon", "autocannon.js"), "-c", $"{Connections}", "-R", $"{rate}", "-d", $"{Length.Seconds}", "-j",
                $"{door.Address}"]), stop);
        using var json = JsonDocument.Parse(output);
        double Of(string part, string figure) => json.RootElement.GetProperty(part).GetProperty(figure).GetDouble();
        // It reports p90 and p97.5, and nothing between them.
        return new(Of("latency", "p50"), null, Of("latency", "p99"), Of("requests", "average"),
            json.RootElement.GetProperty("errors").GetInt64() + json.RootElement.GetProperty("non2xx").GetInt64());
    });

    private static Asked Hey(Door door, int rate) => new($"hey -q ({rate}/s)", async stop =>
    {
        // Its rate is of each worker, in whole requests.
        var workers = Math.Min(Connections, rate);
        string[] speech = door.Speech == Speech.Http2 ? ["-h2"] : [];
        var (output, _) = await Programs.RunAsync(new("hey",
            ["-c", $"{workers}", "-q", $"{rate / workers}", "-z", $"{Length.Seconds}s", .. speech, $"{door.Address}"]), stop);
        var failed = Sum(HeyStatuses().Matches(output)) + Sum(HeyErrors().Matches(output));
        // Of fewer than a hundred requests it has no p99.
        double? At(int percent) => output.Contains($"{percent}% in ", StringComparison.Ordinal)
            ? 1000 * Number(output, $@"{percent}% in ([0-9.]+) secs")
            : null;
        return new(1000 * Number(output, @"50% in ([0-9.]+) secs"), At(95), At(99), Number(output, @"Requests/sec:\s+([0-9.]+)"), failed);
    });

    /// <summary>One connection, as ours has with HTTP/2; as many as it may need with HTTP/1.1, each at its part of the rate.</summary>
    private static Asked H2Load(Door door, int rate) => door.Speech == Speech.Http2
        ? new($"h2load --rps {rate}", stop => H2LoadAsync(door, ["-c", "1", "-m", "100", "--rps", $"{rate}"], stop))
        : new($"h2load --rps ({rate}/s)", stop => H2LoadAsync(door,
            ["--npn-list", "http/1.1", "-c", $"{Connections}", "-m", "1", "--rps", $"{rate / Connections}"], stop));

    /// <summary>It writes a line for each request, from which the percentiles are taken: it reports none itself.</summary>
    private static async Task<Figures> H2LoadAsync(Door door, string[] load, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("bench-h2load-");
        try
        {
            var log = Path.Combine(folder.FullName, "requests");
            await Programs.RunAsync(new("h2load", ["-D", $"{Length.Seconds}", .. load, $"--log-file={log}", $"{door.Address}"]),
                cancellationToken);
            var (times, failed) = (new List<double>(), 0L);
            await foreach (var line in File.ReadLinesAsync(log, cancellationToken))
            {
                // When it began, status, and how long it took, in microseconds.
                var parts = line.Split('\t');
                if (parts[1] == "200") times.Add(double.Parse(parts[2], CultureInfo.InvariantCulture) / 1000);
                else failed++;
            }

            return Figures.OfTimes(times, Length.Time, failed);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static Figures OfWrk(string output)
    {
        double At(int percent)
        {
            var unit = Regex.Match(output, $@"{percent}%\s+[0-9.]+(\w+)").Groups[1].Value;
            return Number(output, $@"{percent}%\s+([0-9.]+)") * unit switch { "us" => 0.001, "ms" => 1, _ => 1000 };
        }

        return new(At(50), null, At(99), Number(output, @"Requests/sec:\s+([0-9.]+)"), Sum(WrkErrors().Matches(output)));
    }

    private static string Npm(string root, string package, string program) =>
        Path.Combine(root, ".chainbridge", package, "node_modules", package, program);

    /// <summary>The number that a pattern finds.</summary>
    internal static double Number(string output, string pattern) => Regex.Match(output, pattern) is { Success: true } match
        ? double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture)
        : throw new InvalidOperationException($"there is no '{pattern}' in what a generator wrote:\n{output}");

    private static long Sum(IEnumerable<Match> counts) =>
        counts.Sum(count => long.Parse(count.Groups[1].Value, CultureInfo.InvariantCulture));

    [GeneratedRegex(@"^\s*\[(?!200\])\d+\]\s+(\d+) responses", RegexOptions.Multiline)]
    private static partial Regex HeyStatuses();

    [GeneratedRegex(@"^\s*\[(\d+)\]\s+\D", RegexOptions.Multiline)]
    private static partial Regex HeyErrors();

    [GeneratedRegex(@"Non-2xx or 3xx responses: (\d+)")]
    private static partial Regex WrkErrors();
}
