using System.Text.Json;

namespace ChainBridge.TestKit.Load.Output;

/// <summary>
/// The result in the Common Test Report Format, each limit a test, so that a gate can ask for a load run as for any suite. An
/// inconclusive limit is no passed one: its status is <c>other</c>.
/// </summary>
internal static class CtrfReport
{
    public static string Write(LoadResult result)
    {
        var tests = Tests(result).ToList();
        int Count(LoadVerdict verdict) => tests.Count(test => test.Verdict == verdict);
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteString("reportFormat", "CTRF");
            json.WriteString("specVersion", "0.0.0");
            json.WriteStartObject("results");
            json.WriteStartObject("tool");
            json.WriteString("name", "chainbridge-load");
            json.WriteEndObject();
            json.WriteStartObject("summary");
            json.WriteNumber("tests", tests.Count);
            json.WriteNumber("passed", Count(LoadVerdict.Pass));
            json.WriteNumber("failed", Count(LoadVerdict.Fail));
            json.WriteNumber("pending", 0);
            json.WriteNumber("skipped", 0);
            json.WriteNumber("other", Count(LoadVerdict.Inconclusive));
            json.WriteNumber("start", result.Measurement.StartedAt.ToUnixTimeMilliseconds());
            json.WriteNumber("stop", (result.Measurement.StartedAt + result.Measurement.Elapsed).ToUnixTimeMilliseconds());
            json.WriteEndObject();
            json.WriteStartArray("tests");
            foreach (var test in tests)
            {
                json.WriteStartObject();
                json.WriteString("name", test.Name);
                json.WriteString("status", test.Verdict switch
                {
                    LoadVerdict.Pass => "passed", LoadVerdict.Fail => "failed", _ => "other",
                });
                if (test.Verdict == LoadVerdict.Inconclusive) json.WriteString("rawStatus", "inconclusive");
                json.WriteNumber("duration", (long)result.Measurement.Elapsed.TotalMilliseconds);
                json.WriteString("suite", result.Plan.Name);
                if (test.Message.Length > 0) json.WriteString("message", test.Message);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return System.Text.Encoding.UTF8.GetString(bytes.ToArray()) + "\n";
    }

    /// <summary>Of a limit that did not hold the name has the figure: a gate shows names. Why nothing can be told comes first.</summary>
    private static IEnumerable<(string Name, LoadVerdict Verdict, string Message)> Tests(LoadResult result)
    {
        if (result.Doubts.Count > 0)
            yield return ($"{result.Plan.Name}: inconclusive: {string.Join("; ", result.Doubts)}", LoadVerdict.Inconclusive, "");
        foreach (var limit in result.Limits)
            yield return (limit.Reason.Length == 0 ? $"{result.Plan.Name}: {limit.Limit}" : $"{result.Plan.Name}: {limit.Reason}",
                limit.Verdict, string.Join("; ", result.Doubts.Prepend(limit.Reason).Where(one => one.Length > 0)));
    }
}
