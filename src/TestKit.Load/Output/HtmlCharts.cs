namespace ChainBridge.TestKit.Load.Output;

/// <summary>The charts of a result.</summary>
internal static class HtmlCharts
{
    private const string Green = "#2e8b57", Blue = "#3b6fd4", Orange = "#d98324", Red = "#c8403a", Grey = "#8a8f98";

    /// <summary>Rate of completions and failures, and what was begun, over the time of the run.</summary>
    public static string Rates(LoadMeasurement measured, IReadOnlyList<Mark> marks)
    {
        var windows = Whole(measured);
        var highest = windows.Count == 0 ? 1
            : windows.Max(window => Math.Max(window.Begun, Math.Max(Iterations(window), Failures(window))) / window.For.TotalSeconds);
        var chart = new SvgChart("Rate", "per second", Length(measured), 0, SvgChart.Nice(highest));
        chart.Line("begun", Grey, windows.Select(window => (Middle(window), window.Begun / window.For.TotalSeconds)));
        chart.Line("completed", Green, windows.Select(window => (Middle(window), Iterations(window) / window.For.TotalSeconds)));
        chart.Line("failed", Red, windows.Select(window => (Middle(window), Failures(window) / window.For.TotalSeconds)));
        Put(chart, measured, marks);
        return chart.Draw(Seconds(measured));
    }

    /// <summary>Percentiles of each window over the time of the run.</summary>
    public static string Timeline(LoadPlan plan, LoadMeasurement measured, IReadOnlyList<Mark> marks)
    {
        var windows = Whole(measured).Select(window => (Window: window, Latency: Of(window))).Where(one => one.Latency.Count > 0).ToList();
        var times = windows.Select(one => (At: Middle(one.Window), one.Latency)).ToList();
        double Ms((double At, Latencies Latency) one, double percent) => one.Latency.Percentile(percent).TotalMilliseconds;
        var limits = plan.Limits.Where(limit => limit is { IsTime: true, Tolerance: null, Step: null }).ToList();
        var chart = new SvgChart("Latency from the intended start", "ms, logarithmic", Length(measured),
            times.Count == 0 ? 0.1 : times.Min(one => Ms(one, 50)) / 1.5,
            Math.Max(times.Count == 0 ? 1 : times.Max(one => one.Latency.Max.TotalMilliseconds),
                limits.Select(limit => limit.Bound).DefaultIfEmpty(0).Max()) * 1.2, logarithmic: true);
        foreach (var limit in limits) chart.Limit(limit.Bound, limit.ToString());
        chart.Line("max", Grey, times.Select(one => (one.At, one.Latency.Max.TotalMilliseconds)));
        chart.Line("p99", Red, times.Select(one => (one.At, Ms(one, 99))));
        chart.Line("p95", Orange, times.Select(one => (one.At, Ms(one, 95))));
        chart.Line("p50", Blue, times.Select(one => (one.At, Ms(one, 50))));
        Put(chart, measured, marks);
        return chart.Draw(Seconds(measured));
    }

    /// <summary>Latency by percentile, the horizontal axis by nines.</summary>
    public static string Curve(StepMeasure step)
    {
        const int Nines = 4, Parts = 20;
        var points = Enumerable.Range(0, (Nines * Parts) + 1).Select(part => (double)part / Parts).ToList();
        static double Percent(double nines) => 100 * (1 - Math.Pow(10, -nines));
        double Ms(Latencies times, double nines) => times.Percentile(Percent(nines)).TotalMilliseconds;
        var chart = new SvgChart($"Percentiles: {step.Name}", "ms, logarithmic; the axis counts nines", Nines,
            Math.Max(0.001, Math.Min(Ms(step.Latency, 0), Ms(step.Service, 0)) / 1.2), step.Latency.Max.TotalMilliseconds * 1.2,
                logarithmic: true);
        chart.Line("service", Grey, points.Select(nines => (nines, Ms(step.Service, nines))));
        chart.Line("latency", Blue, points.Select(nines => (nines, Ms(step.Latency, nines))));
        return chart.Draw([(0, "0 %"), (0.301, "50 %"), (1, "90 %"), (2, "99 %"), (3, "99.9 %"), (4, "99.99 %")]);
    }

    /// <summary>How often each latency came; the horizontal axis is logarithmic.</summary>
    public static string Histogram(StepMeasure step)
    {
        const int Bars = 90;
        var values = step.Latency.Values().ToList();
        if (values.Count == 0) return "";
        var (low, high) = (Math.Log(Math.Max(1, values[0].Time.TotalMicroseconds)),
            Math.Log(Math.Max(2, values[^1].Time.TotalMicroseconds * 1.01)));
        var counts = new double[Bars];
        foreach (var (time, count) in values)
            counts[Math.Clamp((int)((Math.Log(Math.Max(1, time.TotalMicroseconds)) - low) / Math.Max(1e-9, high - low) * Bars), 0,
                Bars - 1)] += count;
        var chart = new SvgChart($"Histogram: {step.Name}", "samples; the axis is logarithmic", Bars, 0, SvgChart.Nice(counts.Max()));
        chart.Bars("samples", Green, counts.Select((count, bar) => ((double)bar, (double)bar + 1, count)));
        return chart.Draw(Enumerable.Range(0, 7).Select(part => (part * Bars / 6.0,
            $"{Figures.Milliseconds(TimeSpan.FromMicroseconds(Math.Exp(low + ((high - low) * part / 6))))} ms")));
    }

    /// <summary>A window too short to make a rate of is left out.</summary>
    private static List<LoadWindow> Whole(LoadMeasurement measured) =>
        measured.Windows.FindAll(window => window.For.TotalMilliseconds > 200);

    private static long Iterations(LoadWindow window) => window.Whole?.Latency.Count ?? window.Succeeded;

    private static long Failures(LoadWindow window) => window.Whole?.Failed ?? window.Failed;

    private static Latencies Of(LoadWindow window)
    {
        if (window.Whole is { } whole) return whole.Latency;
        var sum = new Latencies();
        foreach (var step in window.Steps) sum.Add(step.Latency);
        return sum.Packed();
    }

    private static void Put(SvgChart chart, LoadMeasurement measured, IReadOnlyList<Mark> marks)
    {
        var within = marks.Where(mark => mark.At >= measured.StartedAt && mark.At <= measured.StartedAt
            + TimeSpan.FromSeconds(Length(measured)));
        foreach (var (mark, row) in within.Select((mark, row) => (mark, row)))
            chart.Mark((mark.At - measured.StartedAt).TotalSeconds, mark.Text, row);
    }

    private static double Middle(LoadWindow window) => (window.At + (window.For / 2)).TotalSeconds;

    private static double Length(LoadMeasurement measured) =>
        Math.Max(0.001, measured.Windows.Count == 0 ? measured.Elapsed.TotalSeconds
            : (measured.Windows[^1].At + measured.Windows[^1].For).TotalSeconds);

    private static IEnumerable<(double X, string Text)> Seconds(LoadMeasurement measured) =>
        Enumerable.Range(0, 9).Select(part => (Length(measured) * part / 8, $"{Figures.Number(Length(measured) * part / 8, "0.#")} s"));
}
