using System.Xml;

namespace ChainBridge.Engine.Gates.Formats;

/// <summary>What the attributes of a suite say about its tests; null where they say nothing.</summary>
/// <param name="Failed">Failures and errors.</param>
/// <param name="Skipped">Skipped and disabled tests.</param>
/// <param name="Word">An attribute that says in a word that the suite failed.</param>
internal sealed record JunitClaims(int? Tests, int Failed, int Skipped, int Flaky, string? Word)
{
    private static readonly string[] Failures = ["failures", "failed"], Errors = ["errors", "errored"];
    private static readonly string[] Skips = ["skipped", "skips", "skip", "ignored", "pending"], Disableds = ["disabled",
        "notrun", "not-run"];
    private static readonly string[] Flakes = ["flakes", "flaky"], Words = ["status", "result", "outcome"];

    public static JunitClaims Of(XmlReader reader) => new(
        reader.Number("tests"),
        Most(reader, Failures) + Most(reader, Errors),
        (HasNegativeSkips(reader) ? 0 : Most(reader, Skips)) + Most(reader, Disableds),
        Most(reader, Flakes),
        Words.Where(word => OutcomeWords.SaysFailed(reader.GetAttribute(word))).Select(word => $"{word}=\"{reader.GetAttribute(word)}\"")
            .FirstOrDefault()
            ?? (string.Equals(reader.GetAttribute("success"), "false", StringComparison.OrdinalIgnoreCase) ? "success=\"false\"" : null));

    /// <summary>
    /// Mocha computes skipped tests as the rest, and counts a failed hook among the failures alone: one test less than none.
    /// </summary>
    private static bool HasNegativeSkips(XmlReader reader) => reader.GetAttribute("skipped") is ['-', >= '1' and <= '9', ..];

    /// <summary>Several spellings of one number: the largest counts.</summary>
    private static int Most(XmlReader reader, string[] attributes) => attributes.Max(attribute => reader.Number(attribute) ?? 0);
}
