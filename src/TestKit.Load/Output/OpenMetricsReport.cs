using System.Globalization;
using System.Text;

namespace ChainBridge.TestKit.Load.Output;

/// <summary>The result as OpenMetrics text, for a collector that reads files or a push gateway.</summary>
internal static class OpenMetricsReport
{
    public static string Write(LoadResult result)
    {
        var (measured, text) = (result.Measurement, new StringBuilder());
        var scenario = Escape(result.Plan.Name);
        text.Append("# TYPE chainbridge_load_latency_seconds summary\n# UNIT chainbridge_load_latency_seconds seconds\n"
            + "# HELP chainbridge_load_latency_seconds From the intended start, of successful steps.\n");
        foreach (var step in measured.Steps)
        {
            var labels = $"scenario=\"{scenario}\",step=\"{Escape(step.Name)}\"";
            foreach (var percent in Figures.Percentiles)
                text.Append($"chainbridge_load_latency_seconds{{{labels},quantile=\"{Number(percent / 100)}\"}} "
                    + $"{Number(step.Latency.Percentile(percent).TotalSeconds)}\n");
            text.Append($"chainbridge_load_latency_seconds_count{{{labels}}} {step.Latency.Count}\n");
            text.Append($"chainbridge_load_latency_seconds_sum{{{labels}}} "
                + $"{Number(step.Latency.Mean.TotalSeconds * step.Latency.Count)}\n");
        }

        text.Append("# TYPE chainbridge_load_errors counter\n# HELP chainbridge_load_errors Failed steps by kind.\n");
        foreach (var step in measured.Steps)
            foreach (var (kind, count) in step.Errors)
                text.Append($"chainbridge_load_errors_total{{scenario=\"{scenario}\",step=\"{Escape(step.Name)}\","
                    + $"kind=\"{Escape(kind)}\"}} {count}\n");
        Gauge(text, "throughput", "Successful iterations per second.", scenario, measured.Whole is { } whole ? measured.Throughput(whole)
            : 0);
        Gauge(text, "late_arrivals", "Arrivals begun late by the generator.", scenario, measured.Late);
        Gauge(text, "dropped_arrivals", "Arrivals not begun.", scenario, measured.Dropped);
        Gauge(text, "passed", "1 for a pass, 0 for a fail, 0.5 for inconclusive.", scenario, result.Verdict switch
        {
            LoadVerdict.Pass => 1, LoadVerdict.Fail => 0, _ => 0.5,
        });
        return text.Append("# EOF\n").ToString();
    }

    private static void Gauge(StringBuilder text, string name, string help, string scenario, double value) => text.Append(
        $"# TYPE chainbridge_load_{name} gauge\n# HELP chainbridge_load_{name} "
            + $"{help}\nchainbridge_load_{name}{{scenario=\"{scenario}\"}} {Number(value)}\n");

    private static string Number(double value) => value.ToString("0.#########", CultureInfo.InvariantCulture);

    private static string Escape(string text) => text.Replace("\\", "\\\\", StringComparison.Ordinal)
        .Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
}
