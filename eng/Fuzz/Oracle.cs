using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.Linq;
using ChainBridge.Engine.Manifest;

namespace ChainBridge.Fuzz;

/// <summary>
/// Decides without the readers under test whether a file still holds a test that failed: it decodes the file in every way that
/// is possible, takes out what no parser accepts, and lets the parsers of the platform read it as a whole.
/// </summary>
public static partial class Oracle
{
    private static readonly Encoding[] Encodings =
        [new UTF8Encoding(false), Encoding.Latin1, new UnicodeEncoding(false, false), new UnicodeEncoding(true, false),
            new UTF32Encoding(false, false), new UTF32Encoding(true, false)];

    private static readonly string[] Passed = ["Passed", "Warning"], NotRun = ["NotExecuted", "NotRunnable", "Pending", "Inconclusive"];

    /// <summary>Why a file may not be green; null when nothing speaks against it.</summary>
    public static string? Objection(byte[] content, ResultFormat format)
    {
        var documents = Encodings.Select(encoding => Parse(encoding.GetString(content), format)).OfType<Func<string?>>().ToList();
        return documents.Count == 0
            ? "no parser reads the file"
            : documents.Select(failure => failure()).FirstOrDefault(failure => failure is not null);
    }

    private static Func<string?>? Parse(string text, ResultFormat format)
    {
        text = Forbidden().Replace(text.TrimStart('\uFEFF'), "");
        try
        {
            if (format == ResultFormat.Ctrf)
            {
                var report = JsonDocument.Parse(Surrogate().Replace(text, "$1?"));
                return () => FailedInCtrf(report.RootElement);
            }

            text = ForbiddenReference().Replace(Declaration().Replace(text, ""), "");
            using var reader = XmlReader.Create(new StringReader(text), new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit });
            var document = XDocument.Load(reader);
            return () => format == ResultFormat.Trx ? FailedInTrx(document) : FailedInJunit(document);
        }
        catch (Exception unreadable) when (unreadable is XmlException or JsonException or ArgumentException or InvalidOperationException)
        {
            return null;
        }
    }

    private static string? FailedInJunit(XDocument document)
    {
        var element = document.Descendants().FirstOrDefault(element => element.Name.LocalName.ToUpperInvariant() is "FAILURE" or "ERROR");
        var attribute = document.Descendants().Where(one => one.Name.LocalName.Equals("testcase", StringComparison.OrdinalIgnoreCase))
            .SelectMany(one => one.Attributes())
            .FirstOrDefault(one => one.Name.LocalName is "status" or "result"
                && one.Value.ToUpperInvariant() is "FAILED" or "FAILURE" or "FAIL" or "ERROR");
        return element is not null ? $"<{element.Name.LocalName}> is left" : attribute is not null ? $"{attribute} is left" : null;
    }

    private static string? FailedInTrx(XDocument document) =>
        document.Descendants().Where(element => element.Name.LocalName == "UnitTestResult")
            .Select(element => element.Attribute("outcome")?.Value ?? "none")
            .Where(outcome => !Passed.Contains(outcome) && !NotRun.Contains(outcome))
            .Select(outcome => $"outcome {outcome} is left").FirstOrDefault();

    private static string? FailedInCtrf(JsonElement root) => Members(root, "results").SelectMany(results => Members(results, "tests"))
        .Where(tests => tests.ValueKind == JsonValueKind.Array).SelectMany(tests => tests.EnumerateArray())
        .SelectMany(test => Members(test, "status").Select(Text)
            .Where(status => status != "other" || !Members(test, "rawStatus").Select(Text).Contains("todo")))
        .Where(status => status is not ("passed" or "skipped" or "pending"))
        .Select(status => $"status {status} is left").FirstOrDefault();

    /// <summary>All members of the name: a key may be there twice.</summary>
    private static IEnumerable<JsonElement> Members(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object
            ? element.EnumerateObject().Where(member => member.NameEquals(name)).Select(member => member.Value)
            : [];

    private static string Text(JsonElement value) => value.ValueKind == JsonValueKind.String ? value.GetString()! : "without text";

    [GeneratedRegex(@"^<\?xml\b.*?\?>", RegexOptions.Singleline)]
    private static partial Regex Declaration();

    [GeneratedRegex(
        @"[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]|[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]")]
    private static partial Regex Forbidden();

    [GeneratedRegex(@"&#(?:x[0-9A-Fa-f]+|[0-9]+);")]
    private static partial Regex ForbiddenReference();

    /// <summary>An escape of half a surrogate pair, which the parser can read but not hand out.</summary>
    [GeneratedRegex(@"((?<!\\)(?:\\\\)*)\\u[dD][89a-fA-F][0-9a-fA-F]{2}")]
    private static partial Regex Surrogate();
}
