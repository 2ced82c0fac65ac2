using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;

namespace ChainBridge.TestKit.Load;

/// <summary>
/// One limit: <c>p99 &lt;= 250ms</c>, <c>score: p95 &lt;= 80ms</c>, <c>mean</c>, <c>max</c>, <c>errors &lt;= 0.1%</c>,
/// <c>errors(status 503) &lt;= 5%</c>, <c>throughput &gt;= 95/s</c>, <c>bytes &lt;= 10MB/s</c>, <c>dropped &lt;= 0</c>, or
/// against a baseline
/// <c>p99 &lt;= baseline + 10% + 5ms</c>, which is broken only when both are exceeded (<c>mean</c> and <c>max</c> are written likewise),
/// <c>throughput &gt;= baseline - 5%</c>, <c>bytes &lt;= baseline + 5%</c>, and <c>errors &lt;= baseline + 0.5%</c> (<c>dropped</c>
/// likewise): so many more of all.
/// </summary>
/// <param name="Step">Null for the whole scenario.</param>
/// <param name="Percent">Of a percentile, 0 to 100.</param>
/// <param name="Kind">Of an error; null for all.</param>
/// <param name="Bound">Milliseconds, a share from 0 to 1, or a number per second.</param>
[JsonConverter(typeof(LoadLimitConverter))]
public sealed partial record LoadLimit(string? Step, LoadMetric Metric, double Percent, string? Kind, double Bound)
{
    /// <summary>
    /// Against a baseline: by how much of it, from 0 on, it may be worse, and a share by how much of all; null for an absolute limit.
    /// </summary>
    public double? Tolerance { get; init; }

    /// <summary>Against a baseline: and by how many milliseconds.</summary>
    public double ToleranceMilliseconds { get; init; }

    /// <summary>Whether it is a time.</summary>
    public bool IsTime => Metric is LoadMetric.Percentile or LoadMetric.Mean or LoadMetric.Max;

    /// <summary>Whether it is a part of all requests or arrivals.</summary>
    public bool IsShare => Metric is LoadMetric.Errors or LoadMetric.Dropped;

    /// <summary>Whether more is better.</summary>
    public bool IsFloor => Metric == LoadMetric.Throughput;

    /// <summary>Of fewer samples than this a percentile is the longest of them, and says nothing of those it is about.</summary>
    internal long FewestSamples => Metric == LoadMetric.Percentile ? (long)Math.Ceiling((100 / (100 - Percent)) - 1e-6) : 1;

    /// <summary>Reads one.</summary>
    /// <exception cref="LoadPlanException">The text is none; the message says what one looks like.</exception>
    public static LoadLimit Parse(string text)
    {
        if (Form().Match(text) is not { Success: true } match) throw Bad(text, "it has not the form METRIC <= VALUE");
        var metric = match.Groups["metric"].Value.ToLowerInvariant();
        var (kind, step) = (Group(match, "kind"), Group(match, "step"));
        var limit = metric switch
        {
            "mean" => new LoadLimit(step, LoadMetric.Mean, 0, null, 0),
            "max" => new LoadLimit(step, LoadMetric.Max, 100, null, 0),
            "errors" => new LoadLimit(step, LoadMetric.Errors, 0, kind, 0),
            "throughput" => new LoadLimit(step, LoadMetric.Throughput, 0, null, 0),
            "bytes" => new LoadLimit(step, LoadMetric.Bytes, 0, null, 0),
            "dropped" => new LoadLimit(step, LoadMetric.Dropped, 0, null, 0),
            _ when metric[0] == 'p' && Number(metric[1..]) is > 0 and < 100 and var percent =>
                new LoadLimit(step, LoadMetric.Percentile, percent, null, 0),
            _ => throw Bad(text, $"'{metric}' is not known"),
        };
        if (kind is not null && limit.Metric != LoadMetric.Errors) throw Bad(text, "only errors have a kind in brackets");
        if (limit.IsFloor != (match.Groups["sign"].Value == ">=")) throw Bad(text, limit.IsFloor ? "throughput needs >="
            : $"{metric} needs <=");
        return limit.With(match.Groups["value"].Value.Trim(), text);
    }

    /// <summary>As it is written.</summary>
    public override string ToString() => (Step is null ? "" : $"{Step}: ") + MetricText + (IsFloor ? " >= " : " <= ") + BoundText;

    /// <summary>The metric as it is written.</summary>
    public string MetricText => Metric switch
    {
        LoadMetric.Percentile => "p" + Percent.ToString("0.####", CultureInfo.InvariantCulture),
        LoadMetric.Errors when Kind is not null => $"errors({Kind})",
        _ => Metric.ToString().ToLowerInvariant(),
    };

    /// <summary>A value of this metric as it is written.</summary>
    public string Show(double value) => Metric switch
    {
        _ when IsShare => Text(value * 100, "0.####") + "%",
        LoadMetric.Throughput => Text(value, "0.##") + "/s",
        LoadMetric.Bytes => Text(value, "0") + "B/s",
        _ => Text(value, value < 10 ? "0.###" : "0.#") + "ms",
    };

    private string BoundText => Tolerance is not { } share ? Show(Bound)
        : (IsFloor ? "baseline - " : "baseline + ") + Text(share * 100, "0.###") + "%"
            + (IsTime ? $" + {Text(ToleranceMilliseconds, "0.###")}ms" : "");

    private LoadLimit With(string value, string text)
    {
        if (value.StartsWith("baseline", StringComparison.OrdinalIgnoreCase))
        {
            var relative = Relative().Match(value);
            var (share, more) = (Number(relative.Groups["share"].Value), Number(relative.Groups["ms"].Value));
            if (share is null || relative.Groups["sign"].Value == "-" != IsFloor || more is not null != IsTime)
                throw Bad(text, IsTime ? "a baseline needs both tolerances: baseline + 10% + 5ms"
                    : IsFloor ? "write baseline - 5%"
                    : IsShare ? "write baseline + 0.5%: so many more of all"
                    : "write baseline + 5%");
            return this with { Tolerance = share / 100, ToleranceMilliseconds = more ?? 0 };
        }

        if (Value().Match(value) is not { Success: true } parts || Number(parts.Groups["number"].Value) is not { } number)
            throw Bad(text, $"'{value}' is no value");
        var factor = (Metric, parts.Groups["unit"].Value) switch
        {
            (LoadMetric.Percentile or LoadMetric.Mean or LoadMetric.Max, "ms") => 1,
            (LoadMetric.Percentile or LoadMetric.Mean or LoadMetric.Max, "us" or "µs") => 0.001,
            (LoadMetric.Percentile or LoadMetric.Mean or LoadMetric.Max, "s") => 1000,
            (LoadMetric.Errors or LoadMetric.Dropped, "%") => 0.01,
            (LoadMetric.Errors or LoadMetric.Dropped, "") when number == 0 => 0,
            (LoadMetric.Throughput, "/s") => 1,
            (LoadMetric.Bytes, "B/s") => 1,
            (LoadMetric.Bytes, "kB/s") => 1e3,
            (LoadMetric.Bytes, "MB/s") => 1e6,
            _ => throw Bad(text,
                $"'{value}' has not the unit of {MetricText}: ms, us or s for times, % for shares, /s for rates, MB/s for bytes"),
        };
        return this with { Bound = number * factor };
    }

    private static double? Number(string text) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static string? Group(Match match, string name) => match.Groups[name] is { Success: true, Value: var value } ? value.Trim()
        : null;

    private static string Text(double number, string format) => number.ToString(format, CultureInfo.InvariantCulture);

    private static LoadPlanException Bad(string text, string why) => new($"'{text}' is no limit: {why}. Limits look like p99 <= 250ms, "
        + "score: mean <= 20ms, errors <= 0.1%, errors(status 503) <= 5%, throughput >= 95/s, dropped <= 0, p95 <= baseline + 10% + 5ms");

    [GeneratedRegex(@"^\s*(?:(?<step>[^:]+):)?\s*(?<metric>[A-Za-z][A-Za-z0-9.]*)\s*(?:\((?<kind>[^)]+)\))?"
        + @"\s*(?<sign><=|>=)\s*(?<value>.+?)\s*$")]
    private static partial Regex Form();

    [GeneratedRegex(@"^(?<number>[0-9.]+)\s*(?<unit>[^\s0-9]*)$")]
    private static partial Regex Value();

    [GeneratedRegex(@"^baseline\s*(?<sign>[+-])\s*(?<share>[0-9.]+)\s*%(?:\s*\+\s*(?<ms>[0-9.]+)\s*ms)?$", RegexOptions.IgnoreCase)]
    private static partial Regex Relative();
}

/// <summary>A limit is written as its text.</summary>
internal sealed class LoadLimitConverter : JsonConverter<LoadLimit>
{
    public override LoadLimit Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        LoadLimit.Parse(reader.GetString() ?? "");

    public override void Write(Utf8JsonWriter writer, LoadLimit value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.ToString());
}
