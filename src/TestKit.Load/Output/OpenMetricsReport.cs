using System.Globalization;
using System.Text;

namespace ChainBridge.TestKit.Load.Output;

/// <summary>
/// The result as OpenMetrics text, for a collector that reads files or a push gateway. Steps and the iterations that they are in are
/// metrics apart: with both as one a sum would count a failure twice.
/// </summary>
internal static class OpenMetricsReport
{
    public static string Write(LoadResult result)
    {
        var (measured, text) = (result.Measurement, new StringBuilder());
        var scenario = Escape(result.Plan.Name);
        var steps = measured.Steps.FindAll(step => step.Name != StepMeasure.Iteration)
            .ConvertAll(step => ($"scenario=\"{scenario}\",step=\"{Escape(step.Name)}\"", step));
        // Of a scenario of one request the request is the iteration.
        List<(string, StepMeasure)> iterations = measured.Steps.Find(step => step.Name == StepMeasure.Iteration) is { } iteration
            ? [($"scenario=\"{scenario}\"", iteration)]
            : measured.Steps.Count == 1 ? [($"scenario=\"{scenario}\"", measured.Steps[0])] : [];
        Times(text, "latency", "From the intended start, of successful steps.", steps);
        Times(text, "iteration_latency", "From the intended start, of successful iterations.", iterations);
        Errors(text, "errors", "Failed steps by kind.", steps);
        Errors(text, "iteration_errors", "Failed iterations by the kind of their first failure.", iterations);
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

    private static void Times(StringBuilder text, string name, string help, List<(string Labels, StepMeasure Measure)> rows)
    {
        var metric = $"chainbridge_load_{name}_seconds";
        text.Append($"# TYPE {metric} summary\n# UNIT {metric} seconds\n# HELP {metric} {help}\n");
        foreach (var (labels, row) in rows)
        {
            foreach (var percent in Figures.Percentiles)
                text.Append($"{metric}{{{labels},quantile=\"{Number(percent / 100)}\"}} "
                    + $"{Number(row.Latency.Percentile(percent).TotalSeconds)}\n");
            text.Append($"{metric}_count{{{labels}}} {row.Latency.Count}\n");
            text.Append($"{metric}_sum{{{labels}}} {Number(row.Latency.Mean.TotalSeconds * row.Latency.Count)}\n");
        }
    }

    private static void Errors(StringBuilder text, string name, string help, List<(string Labels, StepMeasure Measure)> rows)
    {
        text.Append($"# TYPE chainbridge_load_{name} counter\n# HELP chainbridge_load_{name} {help}\n");
        foreach (var (labels, row) in rows)
            foreach (var (kind, count) in row.Errors)
                text.Append($"chainbridge_load_{name}_total{{{labels},kind=\"{Escape(kind)}\"}} {count}\n");
    }

    private static void Gauge(StringBuilder text, string name, string help, string scenario, double value) => text.Append(
        $"# TYPE chainbridge_load_{name} gauge\n# HELP chainbridge_load_{name} "
            + $"{help}\nchainbridge_load_{name}{{scenario=\"{scenario}\"}} {Number(value)}\n");

    private static string Number(double value) => value.ToString("0.#########", CultureInfo.InvariantCulture);

    private static string Escape(string text) => text.Replace("\\", "\\\\", StringComparison.Ordinal)
        .Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
}
