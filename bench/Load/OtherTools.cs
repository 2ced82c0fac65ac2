using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using ChainBridge.Bench.LoadServers;

namespace ChainBridge.Bench.Load;

/// <summary>The generators beside ours; eng/bench.sh installs them.</summary>
internal static partial class OtherTools
{
    public const int Connections = 64, Seconds = 5;

    /// <summary>Requests a second of wrk, with as many threads as there are cores.</summary>
    public static async Task<double> WrkAsync(Uri target, CancellationToken cancellationToken) => Rate(await OutputAsync(cancellationToken,
        "wrk", $"-t{Math.Min(Environment.ProcessorCount, 4)}", $"-c{Connections}", $"-d{Seconds}s", $"{target}"));

    /// <summary>Requests a second of hey.</summary>
    public static async Task<double> HeyAsync(Uri target, CancellationToken cancellationToken) => Rate(await OutputAsync(cancellationToken,
        "hey", "-c", $"{Connections}", "-z", $"{Seconds}s", $"{target}"));

    /// <summary>The p95 that hey reports for 1,000 requests a second, in milliseconds.</summary>
    public static async Task<double> HeyP95Async(Uri target, int seconds, CancellationToken cancellationToken)
    {
        var output = await OutputAsync(cancellationToken, "hey", "-c", "50", "-q", "20", "-z", $"{seconds}s", $"{target}");
        return P95().Match(output) is { Success: true } match
            ? 1000 * double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture)
            : throw new InvalidOperationException($"hey says no p95:\n{output}");
    }

    /// <summary>Requests a second of autocannon.</summary>
    public static async Task<double> AutocannonAsync(string root, Uri target, CancellationToken cancellationToken)
    {
        var program = Path.Combine(root, ".chainbridge", "autocannon", "node_modules", "autocannon", "autocannon.js");
        var output = await OutputAsync(cancellationToken, "node", program, "-c", $"{Connections}", "-d", $"{Seconds}", "-j", $"{target}");
        using var json = JsonDocument.Parse(output);
        return json.RootElement.GetProperty("requests").GetProperty("average").GetDouble();
    }

    private static double Rate(string output) => RequestsPerSecond().Match(output) is { Success: true } match
        ? double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture)
        : throw new InvalidOperationException($"no requests per second in:\n{output}");

    private static async Task<string> OutputAsync(CancellationToken cancellationToken, string program, params string[] arguments) =>
        (await Programs.RunAsync(new(program, arguments), cancellationToken)).Output;

    [GeneratedRegex(@"Requests/sec:\s+([0-9.]+)")]
    private static partial Regex RequestsPerSecond();

    [GeneratedRegex(@"95% in ([0-9.]+) secs")]
    private static partial Regex P95();
}
