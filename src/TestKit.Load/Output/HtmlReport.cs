using System.Net;
using System.Text;

namespace ChainBridge.TestKit.Load.Output;

/// <summary>The result as one page that opens from disk: no script, no other file, no network.</summary>
internal static class HtmlReport
{
    private const string Style = """
        :root{color-scheme:light dark;--ink:#1c2230;--soft:#667085;--line:#dfe3ea;--paper:#fff;--card:#f7f8fa;
          --pass:#2e8b57;--fail:#c8403a;--inconclusive:#b7791f}
        @media(prefers-color-scheme:dark){:root{--ink:#e6e9ef;--soft:#98a2b3;--line:#333b49;--paper:#14181f;--card:#1b212b}}
        body{font:15px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--paper);max-width:1020px;margin:2rem auto;padding:0 1rem}
        h1{font-size:1.5rem;margin:0}h2{font-size:1.1rem;margin:2rem 0 .5rem}.soft{color:var(--soft)}
        .verdict{display:inline-block;color:#fff;border-radius:4px;padding:.1rem .6rem;font-weight:600;
          text-transform:uppercase;font-size:.8rem}
        .pass{background:var(--pass)}.fail{background:var(--fail)}.inconclusive{background:var(--inconclusive)}
        .figures{display:flex;flex-wrap:wrap;gap:.75rem;margin:1rem 0}
        .figures div{background:var(--card);border:1px solid var(--line);border-radius:6px;padding:.5rem .9rem}
        .figures b{display:block;font-size:1.25rem}table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
        th,td{text-align:right;padding:.3rem .5rem;border-bottom:1px solid var(--line)}th:first-child,td:first-child{text-align:left}
        svg{width:100%;height:auto;margin:.4rem 0;background:var(--card);border:1px solid var(--line);border-radius:6px}
        svg text{font:11px system-ui,sans-serif;fill:var(--soft)}svg .title{font-size:13px;font-weight:600;fill:var(--ink)}
        svg .unit{font-weight:400;fill:var(--soft)}
        .grid{stroke:var(--line);stroke-width:1}line.mark{stroke:#8250df;stroke-dasharray:3 3}svg text.mark{fill:#8250df}
        line.limit{stroke:var(--fail);stroke-dasharray:6 4}svg text.limit{fill:var(--fail)}
        """;

    public static string Write(LoadResult result, IReadOnlyList<Mark> marks)
    {
        var (measured, page) = (result.Measurement, new StringBuilder());
        var verdict = Figures.Word(result.Verdict);
        page.Append($"<!doctype html><html lang='en'><head><meta charset='utf-8'><meta name='viewport' content='width=device-width'>"
            + $"<title>Load: {Text(result.Plan.Name)}: {verdict}</title><style>{Style}</style></head><body>");
        page.Append($"<h1>{Text(result.Plan.Name)} <span class='verdict {verdict}'>{verdict}</span></h1><p>{Text(result.Reason)}</p>");
        page.Append($"<p class='soft'>{Text(result.Plan.Shape.ToString())} on "
            + $"{Text(result.Plan.Target?.ToString() ?? "a scenario in C#")}; "
            + $"{measured.StartedAt:yyyy-MM-dd HH:mm:ss} "
                + $"UTC{(measured.EndedEarly is { } early ? $"; ended early: {Text(early)}" : "")}</p>");
        Tiles(page, measured);
        Limits(page, result);
        page.Append("<h2>Over the run</h2>").Append(HtmlCharts.Rates(measured, marks))
            .Append(HtmlCharts.Timeline(result.Plan, measured, marks));
        page.Append("<h2>Steps</h2>");
        Steps(page, measured);
        foreach (var step in measured.Steps.Where(step => step.Latency.Count > 0))
            page.Append(HtmlCharts.Curve(step)).Append(HtmlCharts.Histogram(step));
        Evidence(page, result);
        return page.Append("</body></html>\n").ToString();
    }

    private static void Tiles(StringBuilder page, LoadMeasurement measured)
    {
        if (measured.Whole is not { } whole) return;
        (string Name, string Value)[] tiles =
        [
            ("completed", $"{whole.Latency.Count}"), ("per second", Figures.Rate(measured.Throughput(whole))),
            ("p50", Figures.Milliseconds(whole.Latency.Percentile(50)) + " ms"),
                ("p95", Figures.Milliseconds(whole.Latency.Percentile(95)) + " ms"),
            ("p99", Figures.Milliseconds(whole.Latency.Percentile(99)) + " ms"), ("max", Figures.Milliseconds(whole.Latency.Max) + " ms"),
            ("errors", Figures.Percent(whole.ErrorRate)),
                ("late by the generator", measured.Due == 0 ? "0 %" : Figures.Percent((double)measured.Late / measured.Due)),
        ];
        page.Append("<div class='figures'>");
        foreach (var (name, value) in tiles) page.Append($"<div><b>{value}</b><span class='soft'>{name}</span></div>");
        page.Append("</div>");
    }

    private static void Limits(StringBuilder page, LoadResult result)
    {
        page.Append("<h2>Limits</h2><table><tr><th>limit<th>measured<th>verdict</tr>");
        foreach (var limit in result.Limits)
            page.Append($"<tr><td>{Text(limit.Limit.ToString())}<td>{Text(limit.Actual)}<td><span class='verdict "
                + $"{Figures.Word(limit.Verdict)}'>"
                + $"{Figures.Word(limit.Verdict)}</span></tr>");
        page.Append("</table>");
    }

    private static void Steps(StringBuilder page, LoadMeasurement measured)
    {
        page.Append("<table><tr><th>step<th>done<th>failed<th>per s<th>p50 ms<th>p90<th>p95<th>p99<th>p99.9<th>max<th>p99 service</tr>");
        foreach (var step in measured.Steps)
            page.Append($"<tr><td>{Text(step.Name)}<td>{step.Latency.Count}<td>{step.Failed.Count}"
                + $"<td>{Figures.Rate(measured.Throughput(step))}"
                + string.Concat(new[] { 50, 90, 95, 99, 99.9 }.Select(percent =>
                    $"<td>{Figures.Milliseconds(step.Latency.Percentile(percent))}"))
                + $"<td>{Figures.Milliseconds(step.Latency.Max)}<td>{Figures.Milliseconds(step.Service.Percentile(99))}</tr>");
        page.Append("</table>");
    }

    private static void Evidence(StringBuilder page, LoadResult result)
    {
        var measured = result.Measurement;
        page.Append("<h2>Evidence</h2><ul>");
        foreach (var doubt in result.Doubts) page.Append($"<li>{Text(doubt)}");
        foreach (var step in measured.Steps)
            foreach (var (kind, count) in step.Errors) page.Append($"<li>{Text(step.Name)}: {count} × {Text(kind)}");
        page.Append($"<li>{measured.Due} arrivals due, {measured.Begun} begun, {measured.Late} late, {measured.Dropped} dropped, "
            + $"{measured.Unfinished} unfinished; lag of the generator: p50 {Figures.Milliseconds(measured.Lag.Percentile(50))} ms, "
            + $"p99 {Figures.Milliseconds(measured.Lag.Percentile(99))} ms");
        foreach (var generator in measured.Generators) page.Append($"<li>{Text(MarkdownReport.Of(generator))}");
        page.Append("</ul>");
    }

    private static string Text(string text) => WebUtility.HtmlEncode(text);
}
