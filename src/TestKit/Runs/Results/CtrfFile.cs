using System.Text.Json;
using ChainBridge.TestKit.Runs.Order;

namespace ChainBridge.TestKit.Runs.Results;

/// <summary>
/// A result file in the Common Test Report Format with what xUnit's own cannot hold: which test is flaky, how often it was
/// tried, and where evidence and issue are. Written into the folder that <c>CHAINBRIDGE_CTRF</c> names.
/// </summary>
internal static class CtrfFile
{
    public const string Variable = "CHAINBRIDGE_CTRF";

    /// <summary>
    /// Writes it. An assembly of which nothing ran leaves no file: a reader of the folder finds what ran, and no file at all
    /// when nothing did. But a shard that has none of the selected tests leaves one that is marked as a shard, so that a gate
    /// that judges all shards finds them complete.
    /// </summary>
    public static void Write(string folder, RunReport report)
    {
        Directory.CreateDirectory(folder);
        var path = PathOf(folder, report.Assembly, report.Plan);
        if (report.Tests.Count == 0 && report.Plan is not { Cases: > 0 })
        {
            File.Delete(path);
            return;
        }

        // Moved into its place, so that no reader ever finds half of it there.
        var part = $"{path}.part";
        using (var file = File.Create(part)) Write(file, report);
        File.Move(part, path, overwrite: true);
    }

    /// <summary>Full path of the file of an assembly, or of its shard.</summary>
    public static string PathOf(string folder, string assembly, ShardPlan? plan) =>
        Path.GetFullPath(Path.Combine(folder, plan is { Shard: var shard }
            ? $"{assembly}.{shard.Index}-of-{shard.Count}.ctrf.json"
            : $"{assembly}.ctrf.json"));

    private static void Write(Stream file, RunReport report)
    {
        using var json = new Utf8JsonWriter(file, new JsonWriterOptions { Indented = true });
        json.WriteStartObject();
        json.WriteString("reportFormat", "CTRF");
        json.WriteString("specVersion", "0.0.0");
        json.WriteStartObject("results");
        json.WriteStartObject("tool");
        json.WriteString("name", "ChainBridge.TestKit");
        json.WriteEndObject();
        Summary(json, report.Count(TestOutcome.Passed), report.Count(TestOutcome.Failed), report.Count(TestOutcome.Skipped),
            report.Tests.Count(test => test.Note.Flaky), report.Start, report.Stop);
        json.WriteStartArray("tests");
        foreach (var test in report.Tests) Test(json, test);
        json.WriteEndArray();
        if (report.Plan is { } plan) Part(json, report.Assembly, plan);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    /// <summary>Which part of the tests it is.</summary>
    public static void Part(Utf8JsonWriter json, string assembly, ShardPlan plan)
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

    /// <summary>The sums.</summary>
    public static void Summary(
        Utf8JsonWriter json, int passed, int failed, int skipped, int flaky, DateTimeOffset start, DateTimeOffset stop)
    {
        json.WriteStartObject("summary");
        json.WriteNumber("tests", passed + failed + skipped);
        json.WriteNumber("passed", passed);
        json.WriteNumber("failed", failed);
        json.WriteNumber("pending", 0);
        json.WriteNumber("skipped", skipped);
        json.WriteNumber("other", 0);
        json.WriteNumber("flaky", flaky);
        json.WriteNumber("start", start.ToUnixTimeMilliseconds());
        json.WriteNumber("stop", stop.ToUnixTimeMilliseconds());
        json.WriteEndObject();
    }

    /// <summary>One test.</summary>
    public static void Test(Utf8JsonWriter json, TestReport test)
    {
        json.WriteStartObject();
        json.WriteString("name", test.Name);
        json.WriteString("status", test.Outcome.ToString().ToLowerInvariant());
        json.WriteNumber("duration", (long)test.Taken.TotalMilliseconds);
        json.WriteString("suite", test.Class);
        if (test.Cause.Message.Length > 0) json.WriteString("message", test.Cause.Message);
        if (test.Cause.Trace.Length > 0) json.WriteString("trace", test.Cause.Trace);
        json.WriteBoolean("flaky", test.Note.Flaky);
        json.WriteNumber("retries", test.Note.Attempts - 1);
        if (test.Note.Issue is not null || test.Cause.Evidence.Length > 0)
        {
            json.WriteStartObject("extra");
            if (test.Note.Issue is not null) json.WriteString("quarantined", test.Note.Issue);
            if (test.Cause.Evidence.Length > 0) json.WriteString("evidence", test.Cause.Evidence);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }
}
