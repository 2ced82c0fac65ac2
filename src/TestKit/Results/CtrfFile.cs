using System.Text.Json;
using ChainBridge.TestKit.Order;

namespace ChainBridge.TestKit.Results;

/// <summary>
/// A result file in the Common Test Report Format that says what xUnit's own cannot: which test is flaky, how often it was
/// tried, and where evidence and issue are. Written into the folder that <c>CHAINBRIDGE_CTRF</c> names.
/// </summary>
internal static class CtrfFile
{
    public const string Variable = "CHAINBRIDGE_CTRF";

    /// <summary>
    /// Writes it. An assembly of which nothing ran leaves no file: who reads the folder finds what ran, and no file at all
    /// when nothing did. But a shard that has none of the selected tests does, and says that it is one: so whoever judges
    /// all of them finds them complete.
    /// </summary>
    public static void Write(string folder, RunReport report)
    {
        Directory.CreateDirectory(folder);
        var path = Path.GetFullPath(Path.Combine(folder, report.Plan is { Shard: var shard } ? $"{report.Assembly}.{shard.Index}-of-{shard.Count}.ctrf.json" : $"{report.Assembly}.ctrf.json"));
        if (report.Tests.Count == 0 && report.Plan is not { Cases: > 0 })
        {
            File.Delete(path);
            return;
        }

        using var file = File.Create(path);
        using var json = new Utf8JsonWriter(file, new JsonWriterOptions { Indented = true });
        json.WriteStartObject();
        json.WriteString("reportFormat", "CTRF");
        json.WriteString("specVersion", "0.0.0");
        json.WriteStartObject("results");
        json.WriteStartObject("tool");
        json.WriteString("name", "ChainBridge.TestKit");
        json.WriteEndObject();
        Summary(json, report);
        json.WriteStartArray("tests");
        foreach (var test in report.Tests) Test(json, test);
        json.WriteEndArray();
        if (report.Plan is { } plan) Part(json, report.Assembly, plan);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void Part(Utf8JsonWriter json, string assembly, ShardPlan plan)
    {
        json.WriteStartObject("extra");
        json.WriteStartObject("shard");
        json.WriteString("of", assembly);
        json.WriteNumber("index", plan.Shard.Index);
        json.WriteNumber("count", plan.Shard.Count);
        json.WriteString("plan", plan.Mark);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void Summary(Utf8JsonWriter json, RunReport report)
    {
        json.WriteStartObject("summary");
        json.WriteNumber("tests", report.Tests.Count);
        json.WriteNumber("passed", report.Count(TestOutcome.Passed));
        json.WriteNumber("failed", report.Count(TestOutcome.Failed));
        json.WriteNumber("pending", 0);
        json.WriteNumber("skipped", report.Count(TestOutcome.Skipped));
        json.WriteNumber("other", 0);
        json.WriteNumber("flaky", report.Tests.Count(test => test.Flaky));
        json.WriteNumber("start", report.Start.ToUnixTimeMilliseconds());
        json.WriteNumber("stop", report.Stop.ToUnixTimeMilliseconds());
        json.WriteEndObject();
    }

    private static void Test(Utf8JsonWriter json, TestReport test)
    {
        json.WriteStartObject();
        json.WriteString("name", test.Name);
        json.WriteString("status", test.Outcome.ToString().ToLowerInvariant());
        json.WriteNumber("duration", (long)test.Taken.TotalMilliseconds);
        json.WriteString("suite", test.Class);
        if (test.Message.Length > 0) json.WriteString("message", test.Message);
        if (test.Trace.Length > 0) json.WriteString("trace", test.Trace);
        json.WriteBoolean("flaky", test.Flaky);
        json.WriteNumber("retries", test.Attempts - 1);
        if (test.Issue is not null || test.Evidence.Length > 0)
        {
            json.WriteStartObject("extra");
            if (test.Issue is not null) json.WriteString("quarantined", test.Issue);
            if (test.Evidence.Length > 0) json.WriteString("evidence", test.Evidence);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }
}
