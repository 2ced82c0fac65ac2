using System.Text.Json;

namespace ChainBridge.TestKit.Load.Output;

/// <summary>The result as JSON: figures for programs. The histograms are in files of their own.</summary>
internal static class JsonReport
{
    public static string Write(LoadResult result)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteString("scenario", result.Plan.Name);
            json.WriteString("verdict", Figures.Word(result.Verdict));
            json.WriteString("reason", result.Reason);
            json.WriteString("startedAt", result.Measurement.StartedAt);
            json.WriteNumber("elapsedSeconds", result.Measurement.Elapsed.TotalSeconds);
            json.WriteString("load", result.Plan.Shape.ToString());
            if (result.Plan.Target is { } target) json.WriteString("target", target.ToString());
            if (result.Measurement.EndedEarly is { } early) json.WriteString("endedEarly", early);
            Limits(json, result);
            Arrivals(json, result.Measurement);
            json.WriteStartArray("steps");
            foreach (var step in result.Measurement.Steps) Step(json, result.Measurement, step);
            json.WriteEndArray();
            Windows(json, result.Measurement);
            json.WritePropertyName("generators");
            JsonSerializer.Serialize(json, result.Measurement.Generators, LoadJson.Default.ListGeneratorHealth);
            json.WriteEndObject();
        }

        return System.Text.Encoding.UTF8.GetString(bytes.ToArray()) + "\n";
    }

    private static void Limits(Utf8JsonWriter json, LoadResult result)
    {
        json.WriteStartArray("limits");
        foreach (var limit in result.Limits)
        {
            json.WriteStartObject();
            json.WriteString("limit", limit.Limit.ToString());
            json.WriteString("verdict", Figures.Word(limit.Verdict));
            json.WriteString("actual", limit.Actual);
            if (limit.Reason.Length > 0) json.WriteString("reason", limit.Reason);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("doubts");
        foreach (var doubt in result.Doubts) json.WriteStringValue(doubt);
        json.WriteEndArray();
    }

    private static void Arrivals(Utf8JsonWriter json, LoadMeasurement measured)
    {
        json.WriteStartObject("arrivals");
        json.WriteNumber("due", measured.Due);
        json.WriteNumber("begun", measured.Begun);
        json.WriteNumber("late", measured.Late);
        json.WriteNumber("dropped", measured.Dropped);
        json.WriteNumber("unfinished", measured.Unfinished);
        Times(json, "lagMilliseconds", measured.Lag);
        json.WriteEndObject();
    }

    private static void Step(Utf8JsonWriter json, LoadMeasurement measured, StepMeasure step)
    {
        json.WriteStartObject();
        json.WriteString("name", step.Name);
        json.WriteNumber("succeeded", step.Latency.Count);
        json.WriteNumber("failed", step.Failed.Count);
        json.WriteNumber("throughput", measured.Throughput(step));
        json.WriteNumber("bytesReceived", step.BytesReceived);
        json.WriteStartObject("errors");
        foreach (var (kind, count) in step.Errors) json.WriteNumber(kind, count);
        json.WriteEndObject();
        Times(json, "latencyMilliseconds", step.Latency);
        Times(json, "serviceMilliseconds", step.Service);
        json.WriteEndObject();
    }

    private static void Windows(Utf8JsonWriter json, LoadMeasurement measured)
    {
        json.WriteStartArray("windows");
        foreach (var window in measured.Windows)
        {
            json.WriteStartObject();
            json.WriteNumber("at", window.At.TotalSeconds);
            json.WriteNumber("for", window.For.TotalSeconds);
            json.WriteNumber("begun", window.Begun);
            json.WriteNumber("inFlight", window.InFlight);
            json.WriteNumber("succeeded", window.Succeeded);
            json.WriteNumber("failed", window.Failed);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Times(Utf8JsonWriter json, string name, Latencies times)
    {
        json.WriteStartObject(name);
        foreach (var percent in Figures.Percentiles)
            json.WriteNumber(Figures.PercentileName(percent), times.Percentile(percent).TotalMilliseconds);
        json.WriteNumber("mean", times.Mean.TotalMilliseconds);
        json.WriteNumber("max", times.Max.TotalMilliseconds);
        json.WriteEndObject();
    }
}
