namespace ChainBridge.TestKit.Load.Tool.Verbs;

/// <summary>What a run says at its end; the last line is the verdict and why.</summary>
internal static class Summary
{
    public static async Task WriteAsync(TextWriter to, LoadResult result)
    {
        var measured = result.Measurement;
        foreach (var step in measured.Steps)
            await to.WriteLineAsync($"{step.Name}: {step.Latency.Count} done, {step.Failed.Count} failed, "
                + $"{measured.Throughput(step):0.#}/s, "
                + $"p50 {Ms(step, 50)} ms, p95 {Ms(step, 95)} ms, p99 {Ms(step, 99)} ms, max {step.Latency.Max.TotalMilliseconds:0.0} ms");
        await to.WriteLineAsync($"arrivals: {measured.Due} due, {measured.Late} late, {measured.Dropped} dropped, {measured.Unfinished} "
            + $"unfinished");
        foreach (var limit in result.Limits)
            await to.WriteLineAsync($"{Word(limit.Verdict),-8}{limit.Limit}: {limit.Actual}");
        await to.WriteLineAsync($"{result.Verdict.ToString().ToUpperInvariant()} {result.Reason}");
    }

    private static string Word(LoadVerdict verdict) => verdict switch
    {
        LoadVerdict.Pass => "held", LoadVerdict.Fail => "BROKEN", _ => "unknown",
    };

    private static string Ms(StepMeasure step, double percent) => step.Latency.Percentile(percent).TotalMilliseconds.ToString(
        "0.000", System.Globalization.CultureInfo.InvariantCulture);
}
