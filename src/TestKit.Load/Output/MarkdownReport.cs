using System.Text;

namespace ChainBridge.TestKit.Load.Output;

/// <summary>The result as Markdown, for a pull request or the summary of a CI step.</summary>
internal static class MarkdownReport
{
    public static string Write(LoadResult result)
    {
        var (measured, text) = (result.Measurement, new StringBuilder());
        text.Append($"## Load: {result.Plan.Name}: {Figures.Word(result.Verdict)}\n\n{Escape(result.Reason)}\n\n");
        text.Append($"{result.Plan.Shape}; {measured.Elapsed.TotalSeconds:0.0} s measured from {measured.StartedAt:yyyy-MM-dd HH:mm:ss} "
            + $"UTC");
        text.Append(measured.EndedEarly is { } early ? $"; ended early: {Escape(early)}\n\n" : "\n\n");
        text.Append("| limit | measured | verdict |\n|---|---:|---|\n");
        foreach (var limit in result.Limits)
            text.Append($"| `{limit.Limit}` | {Escape(limit.Actual)} | {Figures.Word(limit.Verdict)} |\n");
        text.Append("\n| step | done | failed | per second | p50 ms | p95 ms | p99 ms | max ms | p99 service ms |\n"
            + "|---|---:|---:|---:|---:|---:|---:|---:|---:|\n");
        foreach (var step in measured.Steps)
            text.Append($"| {Escape(step.Name)} | {step.Latency.Count} | {step.Failed.Count} | {Figures.Rate(measured.Throughput(step))} "
                + $"| {Times(step.Latency, 50, 95, 99)} | {Figures.Milliseconds(step.Latency.Max)} | {Times(step.Service, 99)} |\n");
        text.Append($"\nArrivals: {measured.Due} due, {measured.Late} late, {measured.Dropped} dropped, {measured.Unfinished} unfinished; "
            + $"lag p99 {Figures.Milliseconds(measured.Lag.Percentile(99))} ms.\n");
        foreach (var kind in measured.Steps.SelectMany(step => step.Errors.Keys).Distinct())
            text.Append($"\n- {measured.FailedAs(kind)} × {Escape(kind)}");
        foreach (var generator in measured.Generators) text.Append($"\n- {Escape(Of(generator))}");
        return text.Append('\n').ToString();
    }

    /// <summary>A generator and its machine, in a line.</summary>
    public static string Of(GeneratorHealth generator) =>
        $"generator {generator.Number} on {generator.Host}: {Figures.Number(generator.CpuCores, "0.00")} cores, "
        + $"{Figures.Number(generator.PeakMegabytes, "0")} MB"
        + (generator.Machine is { } machine
            ? $"; machine: {machine.Fingerprint}, {Figures.Percent(machine.Busy)} busy, {Figures.Percent(machine.Steal)} steal, "
                + $"{Figures.Percent(machine.OthersBefore)} before, "
                + (machine.Others is { } others ? $"{Figures.Percent(others)} by others, " : "")
                + (machine.Pressure is { } pressure ? $"{Figures.Percent(pressure)} pressure, " : "")
                + $"calibration {Figures.Number(machine.Calibration, "0")}"
            : "");

    private static string Times(Latencies times, params double[] percents) =>
        string.Join(" | ", percents.Select(percent => Figures.Milliseconds(times.Percentile(percent))));

    private static string Escape(string text) => text.Replace("|", "\\|", StringComparison.Ordinal).ReplaceLineEndings(" ");
}
