using System.Xml;

namespace ChainBridge.Engine.Gates.Formats;

/// <summary>One result while it is read.</summary>
internal sealed class TrxResult(XmlReader reader)
{
    private readonly string? _word = reader.GetAttribute("outcome");

    /// <summary>The same for each time the test is listed.</summary>
    public string Identity { get; } = $"{reader.GetAttribute("testId")}\0{reader.GetAttribute("testName")}";

    public string Name { get; } = new[] { reader.GetAttribute("testName"), reader.GetAttribute("testId") }.FirstOrDefault(
        text => !string.IsNullOrWhiteSpace(text)) ?? "a test without a name";

    /// <summary>Something was thrown; a message alone may belong to a test that passed with one.</summary>
    public bool HasStackTrace { get; set; }

    public EntryOutcome Outcome => _word switch
    {
        "Passed" or "Warning" when !HasStackTrace => EntryOutcome.Passed,
        "NotExecuted" or "NotRunnable" or "Pending" or "Inconclusive" => EntryOutcome.Skipped,
        _ => EntryOutcome.Failed,
    };
}
